/** @file What there is to know of an object of a model that runs: parameters, tuning, errors, and what became of it on its way to a program. */
import type { Connection, Ensemble, Node, Operator, Simulator, OperatorGraph } from 'ndl';
import { amplitudeOf, type Activity } from './activity.ts';
import type { DescribedNetwork } from './describe-network.ts';
import type { AboutObject, TuningCurves } from './messages.ts';

const MOST_CURVES = 40;
const CURVE_POINTS = 41;

type Named = readonly [string, string];

/** Undefined where there is no such object. */
export function aboutObject(
  simulator: Simulator,
  { byId }: DescribedNetwork,
  activity: Activity,
  id: string,
): AboutObject | undefined {
  const object = byId.get(id);
  if (object === undefined) return undefined;
  const none = { tuning: null, rates: new Float32Array() };
  switch (object.kind) {
    case 'network': {
      const parameters: Named[] = [
        ['ensembles', String(object.allEnsembles.length)],
        ['nodes', String(object.allNodes.length)],
        ['connections', String(object.allConnections.length)],
        ['neurons', String(object.nNeurons)],
      ];
      const members = [...object.allEnsembles, ...object.allNodes, ...object.allConnections];
      return { object: id, parameters, ...none, plan: planOf(simulator, members) };
    }
    case 'node':
      return { object: id, parameters: ofNode(object), ...none, plan: planOf(simulator, [object]) };
    case 'connection':
      return { object: id, parameters: ofConnection(simulator, object), ...none, plan: planOf(simulator, [object]) };
    case 'ensemble': {
      const tuning = object.neurons.sizeOut === 0 ? null : tuningOf(simulator, object);
      const plan = planOf(simulator, [object, object.neurons]);
      return { object: id, parameters: ofEnsemble(simulator, object), tuning, rates: activity.ratesOf(id), plan };
    }
  }
}

function ofEnsemble(simulator: Simulator, ensemble: Ensemble): Named[] {
  const { nNeurons, dimensions, radius, neuronType, seed } = ensemble;
  const { maxRates, intercepts } = simulator.data.get(ensemble);
  return [
    ['neurons', String(nNeurons)],
    ['dimensions', String(dimensions)],
    ['radius', shown(radius)],
    ['neuron type', describe(neuronType)],
    ['greatest rates', rangeOf(maxRates?.data, 'Hz')],
    ['intercepts', rangeOf(intercepts?.data, '')],
    ['seed', seed === null ? 'from the network' : String(seed)],
  ];
}

function ofNode({ sizeIn, sizeOut, output }: Node): Named[] {
  const kind =
    output === null
      ? 'none: passes on what comes in'
      : typeof output === 'function'
        ? 'a function'
        : 'data' in output
          ? `constant ${Array.from(output.data as ArrayLike<number>)
              .slice(0, 8)
              .map(shown)
              .join(', ')}`
          : describe(output);
  return [
    ['takes', `${sizeIn} values`],
    ['gives', `${sizeOut} values`],
    ['output', kind],
  ];
}

function ofConnection(simulator: Simulator, connection: Connection): Named[] {
  const { sizeIn, sizeOut, synapse, solver, learningRuleType } = connection;
  const { weights, solverErrors, evalPoints } = simulator.data.get(connection);
  const rules = Array.isArray(learningRuleType) ? learningRuleType : [learningRuleType];
  const errors = solverErrors === null ? [] : Array.from(solverErrors.data);
  const rms = Math.sqrt(errors.reduce((sum, each) => sum + each * each, 0) / Math.max(1, errors.length));
  return [
    ['from, to', `${sizeIn} values, ${sizeOut} values`],
    ['synapse', synapse === null ? 'none' : describe(synapse)],
    [
      'weights',
      weights === null ? 'none' : `${weights.shape.join(' × ') || 'one number'}, ${rangeOf(weights.data, '')}`,
    ],
    ['solver', connection.isDecoded ? describe(solver) : 'nothing is decoded'],
    ['solver error', errors.length === 0 ? 'nothing was solved' : `${shown(rms)} (root mean square)`],
    ['evaluation points', evalPoints === null ? 'none' : String(evalPoints.shape[0])],
    [
      'learning rule',
      learningRuleType === null ? 'none' : rules.map((rule) => (rule as { kind: string }).kind).join(', '),
    ],
  ];
}

/** Along the first dimension. */
function tuningOf(simulator: Simulator, ensemble: Ensemble): TuningCurves | null {
  const { scaledEncoders, bias } = simulator.data.get(ensemble);
  if (bias === null) return null;
  const { nNeurons, dimensions, radius } = ensemble;
  const neurons = Math.min(nNeurons, MOST_CURVES);
  const points = Float32Array.from({ length: CURVE_POINTS }, (_, at) => radius * ((2 * at) / (CURVE_POINTS - 1) - 1));
  const shownNeurons = Array.from({ length: neurons }, (_, each) => Math.floor((each * nNeurons) / neurons));
  const currents = shownNeurons.map((neuron) =>
    Array.from(points, (x) => scaledEncoders.data[neuron * dimensions]! * x + bias.data[neuron]!),
  );
  const amplitude = amplitudeOf(ensemble);
  const rates = Float32Array.from(simulator.rates(ensemble, currents).data, (rate) => rate / amplitude);
  return {
    points,
    neurons,
    rates,
    along: dimensions === 1 ? 'represented value' : 'represented value along dimension 0',
  };
}

/** What became of the operators of some objects. */
function planOf(simulator: Simulator, objects: readonly object[]): string[] {
  const { graph, compiled, plan } = simulator;
  const signals = new Set<string>();
  for (const object of objects)
    for (const view of Object.values(graph.objects.get(object) ?? {})) if (view) signals.add(view.signal.name);
  const isOwn = (operator: Operator): boolean =>
    [operator.sets, operator.incs, operator.updates].some((views) =>
      views.some(({ signal }) => signals.has(signal.name)),
    );
  const before = graph.operators.filter(isOwn).length;
  const own = new Set((compiled.graph as OperatorGraph).operators.filter(isOwn));
  const groups = plan.groups.filter((group) => group.some((operator) => own.has(operator)));
  const shared = groups.filter((group) => group.some((operator) => !own.has(operator)));
  const kinds = new Map<string, number>();
  for (const { kind } of own) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const list = [...kinds].map(([kind, count]) => `${count} × ${kind}`).join(', ');
  const largest = Math.max(0, ...groups.map((group) => group.length));
  const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? '' : 's'}`;
  return [
    `Built as ${count(before, 'operator')}; left after simplification: ${list === '' ? 'none' : list}.`,
    `In ${groups.length} of ${count(plan.groups.length, 'group')} of the plan, ${shared.length} of which it shares with other objects; the largest has ${count(largest, 'operator')}.`,
  ];
}

/** `lif` with what is set of it. */
function describe(value: object): string {
  const { kind = '', ...rest } = value as { readonly kind?: string };
  const parts = Object.entries(rest).flatMap(([name, part]) =>
    typeof part === 'number' || typeof part === 'boolean'
      ? [`${name} ${typeof part === 'number' ? shown(part) : part}`]
      : [],
  );
  return [kind, ...parts.slice(0, 6)].join(', ');
}

function rangeOf(data: ArrayLike<number> | undefined, unit: string): string {
  if (data === undefined || data.length === 0) return 'none';
  let [least, most] = [Infinity, -Infinity];
  for (let at = 0; at < data.length; at++) {
    least = Math.min(least, data[at]!);
    most = Math.max(most, data[at]!);
  }
  return `${shown(least)} to ${shown(most)} ${unit}`.trimEnd();
}

const shown = (value: number): string => String(Number(value.toPrecision(4)));
