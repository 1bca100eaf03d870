/** @file What authors of plugins get wrong, by the code of the error that names their plugin, their kind or their function. */
import {
  definePlugin,
  GRADIENT_APPROXIMATIONS,
  NEURON_DEFINITIONS,
  operatorDependencies,
  OPERATOR_LOWERINGS,
  type GradientApproximation,
  type NeuronDefinition,
  type NeuronStep,
  type Operator,
  type OperatorGraph,
  type OperatorLowering,
} from '@ndl/core';
import { kernel, type Kernel } from '@ndl/ir';
import { defineNeuronType } from '@ndl/model';
import {
  Connection,
  defaultPlugins,
  Ensemble,
  Network,
  Node,
  Probe,
  sgd,
  token,
  type Plugin,
  type Simulator,
  type SimulatorOptions,
} from './index.ts';
import { engineBackend } from './engine-backend.test-helper.ts';
import { simulate } from './reference-simulator.test-helper.ts';

/** A small network that can be run and trained, and data for it. */
export const network = (): Network =>
  new Network({ seed: 0 }, () => {
    const output = new Node({ sizeIn: 1, label: 'output' });
    new Connection(new Node([0.5], { label: 'input' }), output, { transform: 2, synapse: null });
    new Probe(output, { label: 'probe' });
  });

export const one = [[1]];

const boom = (): never => {
  throw new Error('boom');
};

/** Runs a network with a state on a backend whose engine is changed. */
async function onEngine(
  changes: Parameters<typeof engineBackend>[0],
  act: (simulator: Simulator) => Promise<void> = (simulator) => simulator.runSteps(1),
): Promise<void> {
  const net = new Network({ seed: 0 }, () => {
    const output = new Node({ sizeIn: 1 });
    new Connection(new Node([0.5]), output, { synapse: 0.1 });
    new Probe(output);
  });
  const { plugin, key } = engineBackend(changes);
  await using simulator = await simulate(net, { backend: key }, { plugins: [...defaultPlugins(), plugin] });
  await act(simulator);
}

const simplified =
  (apply: (graph: OperatorGraph) => unknown): (() => Promise<unknown>) =>
  () =>
    simulate(network(), { simplifications: [{ name: 'mine', apply: apply as never }] });
const planned = (plan: (graph: OperatorGraph) => unknown): (() => Promise<unknown>) => {
  function mine(graph: OperatorGraph): never {
    return plan(graph) as never;
  }
  return () => simulate(network(), { planner: mine, simplifications: [] });
};
const inOrder = (graph: OperatorGraph): readonly Operator[] =>
  operatorDependencies(graph).order.map((index) => graph.operators[index]!);
const alone = (operators: readonly Operator[]): unknown => ({ groups: operators.map((operator) => [operator]) });

/** Compiles a network into which an operator of a stranger's kind is put, and lowered by a stranger. */
function strange(kind: string, lowering?: Partial<OperatorLowering>): () => Promise<unknown> {
  const plugin = definePlugin({
    name: 'noise-for-all',
    register: ({ contribute }) =>
      void contribute(OPERATOR_LOWERINGS).toConstantValue({
        kind: 'noisy',
        mergeClass: () => undefined,
        lower: () => {},
        ...lowering,
      } as unknown as OperatorLowering),
  });
  const add = (graph: OperatorGraph): OperatorGraph => {
    const isThere = graph.operators.some((operator) => (operator.kind as string) === kind);
    const reads = graph.signals.slice(0, 2).map((signal) => ({ signal, shape: signal.shape }));
    const operator = { kind, label: 'a noisy thing', sets: [], incs: [], reads, updates: [] };
    return isThere ? graph : { ...graph, operators: [...graph.operators, operator as never] };
  };
  const options: SimulatorOptions = lowering === undefined ? {} : { plugins: [...defaultPlugins(), plugin] };
  return () => simulate(network(), { simplifications: [{ name: 'mine', apply: add }] }, options);
}

const host = { id: 'dice', label: 'dice', scope: 'item', acts: false, make: () => ({ call: () => {} }) } as const;

/** Two operators that do the same to what the first of a graph sets. */
const twice = (verb: 'sets' | 'updates') =>
  simplified((graph) => {
    const isDone = graph.operators.filter(({ label }) => label === 'again').length > 0;
    if (isDone) return graph;
    const [view] = graph.operators.flatMap(({ sets }) => sets);
    const again = {
      kind: 'reset',
      label: 'again',
      target: view,
      value: 0,
      sets: [],
      incs: [],
      reads: [],
      updates: [],
      [verb]: [view],
    };
    return { ...graph, operators: [...graph.operators, again as never, { ...again } as never] };
  });

/** A planner that puts two copies of a chain into one group. */
function groupsDependants(): Promise<unknown> {
  const chain = new Network({ seed: 0 }, () => {
    const nodes = [0, 1, 2].map(() => new Node({ sizeIn: 1 }));
    new Connection(nodes[0]!, nodes[1]!, { synapse: null });
    new Connection(nodes[1]!, nodes[2]!, { synapse: null });
    new Probe(nodes[2]!);
  });
  function mine(graph: OperatorGraph): { readonly groups: readonly (readonly Operator[])[] } {
    const copies = graph.operators.filter(({ kind }) => kind === 'copy');
    return {
      groups: [
        ...inOrder(graph)
          .filter(({ kind }) => kind !== 'copy')
          .map((operator) => [operator]),
        copies,
      ],
    };
  }
  return simulate(chain, { planner: mine, simplifications: [] });
}

const scaled = (constant: number): Kernel =>
  kernel({ name: 'scaled', inputs: ['current'], parameters: ['scale'] }, (k) => ({
    output: k.multiply(k.parameters.scale, k.inputs.current, constant),
  }));

/** A step of neurons of the kind `noisy`. */
export const noisyStep = (scale: number, constant = 1): NeuronStep => ({
  kernel: scaled(constant),
  parameters: { scale },
});

/** A network of an ensemble of neurons that the plugin noise-for-all defines, and that plugin. */
export function noisyNeurons(
  definition: Partial<NeuronDefinition>,
  type: object = {},
): { readonly net: Network; readonly plugins: readonly Plugin[] } {
  const sound: NeuronDefinition = {
    kind: 'noisy',
    step: () => noisyStep(1),
    rates: (_, current) => current,
    gainBias: (_, maxRates) => ({ gain: maxRates.map(() => 1), bias: maxRates.map(() => 0) }),
    maxRatesIntercepts: (_, gain) => ({ maxRates: gain, intercepts: gain.map(() => 0) }),
  };
  const plugin = definePlugin({
    name: 'noise-for-all',
    register: ({ contribute }) =>
      void contribute(NEURON_DEFINITIONS).toConstantValue({ ...sound, ...definition } as NeuronDefinition),
  });
  const net = new Network({ seed: 0 }, () => {
    const neuronType = defineNeuronType({ kind: 'noisy', spiking: false, ...type });
    const ensemble = new Ensemble({ nNeurons: 3, dimensions: 1, label: 'crowd', neuronType });
    new Connection(new Node([0.5], { label: 'input' }), ensemble);
    new Probe(ensemble.neurons);
  });
  return { net, plugins: [...defaultPlugins(), plugin] };
}

/** Neurons whose own numbers are too large for float32. */
function overflows(): Promise<unknown> {
  const { net, plugins } = noisyNeurons({ step: () => noisyStep(1e39) });
  return simulate(net, { dtype: 'float32' }, { plugins });
}

/** Trains neurons with a gradient approximation that gives no step. */
async function trainsWrongly(): Promise<void> {
  const MINE = token<GradientApproximation>('noise-for-all/mine');
  const plugin = definePlugin({
    name: 'noise-for-all',
    register({ bind, contribute }) {
      bind(MINE).toConstantValue({ name: 'mine', supports: () => true, trainingStep: () => undefined as never });
      contribute(GRADIENT_APPROXIMATIONS).toConstantValue({ key: MINE, summary: 'none' });
    },
  });
  const net = new Network({ seed: 0 }, () => void new Probe(new Ensemble({ nNeurons: 3, dimensions: 1 })));
  await using simulator = await simulate(net, { gradient: MINE }, { plugins: [...defaultPlugins(), plugin] });
  await simulator.train(new Map(), { targets: one, optimizer: sgd(), steps: 1 } as never);
}

/** Trains with something of one's own in the place of loss or optimizer. */
const training = (options: object) => async (): Promise<void> => {
  await using simulator = await simulate(network());
  await simulator.train(one, { targets: one, optimizer: sgd(), ...options });
};

/** What authors of plugins, losses and optimizers get wrong: each is named. */
export const AUTHORS: Readonly<Record<string, { readonly act: () => unknown; readonly names: RegExp }>> = {
  GRAPH_TWO_SETTERS: { act: twice('sets'), names: /reset of again/ },
  GRAPH_TWO_UPDATERS: { act: twice('updates'), names: /reset of again/ },
  PLAN_INVALID: { act: planned(() => Promise.resolve()), names: /Planner mine.*promise/ },
  PLAN_EMPTY_GROUP: { act: planned(() => ({ groups: [[]] })), names: /Planner mine/ },
  PLAN_DROPS_OPERATOR: { act: planned(() => ({ groups: [] })), names: /Planner mine/ },
  PLAN_REPEATS_OPERATOR: {
    act: planned((graph) => alone([...inOrder(graph), graph.operators[0]!])),
    names: /Planner mine/,
  },
  PLAN_FOREIGN_OPERATOR: { act: planned((graph) => alone([{ ...graph.operators[0]! }])), names: /Planner mine/ },
  PLAN_BREAKS_ORDER: { act: planned((graph) => alone([...inOrder(graph)].reverse())), names: /Planner mine/ },
  PLAN_GROUPS_DEPENDANTS: { act: () => groupsDependants(), names: /Planner mine/ },
  PLAN_MIXES_CLASSES: { act: planned((graph) => ({ groups: [inOrder(graph)] })), names: /Planner mine/ },
  PLANNER_FAILED: {
    act: planned(() => {
      throw new Error('boom');
    }),
    names: /Planner mine.*boom/,
  },
  SORTER_FAILED: {
    act: () =>
      simulate(network(), {
        sorter: function mine() {
          throw new Error('boom');
        },
      }),
    names: /Sorter mine.*boom/,
  },
  SORT_CHANGED_PLAN: {
    act: () =>
      simulate(network(), {
        sorter: function mine() {
          return {} as never;
        },
      }),
    names: /Sorter mine/,
  },
  SIMPLIFICATION_FAILED: {
    act: simplified(() => {
      throw new Error('boom');
    }),
    names: /Simplification mine.*boom/,
  },
  SIMPLIFICATION_BROKE_GRAPH: { act: simplified(() => undefined), names: /Simplification mine/ },
  SIMPLIFICATION_NEVER_ENDS: { act: simplified((graph) => ({ ...graph })), names: /mine/ },
  DUPLICATE_KIND: {
    act: strange('noisy', { kind: 'copy' as never }),
    names: /operator lowering of kind 'copy'.*noise-for-all.*@ndl\/compiler/,
  },
  UNKNOWN_OPERATOR: { act: strange('mysterious'), names: /'mysterious'.*a noisy thing/ },
  UNKNOWN_KIND: {
    act: () =>
      simulate(new Network({ seed: 0 }, () => void new Ensemble({ nNeurons: 3, dimensions: 1 })), {
        gradient: { mysterious: token('x') } as never,
      }),
    names: /mysterious.*lif/,
  },
  OBJECTIVE_INVALID: { act: training({ losses: { kind: 'mine', build: () => undefined } }), names: /'mine'/ },
  OPTIMIZER_INVALID: {
    act: training({ optimizer: { ...sgd(), kind: 'mine', scalars: () => ({}) } }),
    names: /"mine".*learningRate/,
  },
  NEURON_STEP_INVALID: { act: () => trainsWrongly(), names: /kind 'lif'.*"mine" \(plugin noise-for-all\)/ },
  NOT_FINITE: {
    act: () => overflows(),
    names: /'noisy' \(plugin noise-for-all\), at crowd: neurons.*'scale', from step, is 1e\+39/,
  },
  LOWERING_FAILED: {
    act: strange('noisy', {
      lower: () => {
        throw new Error('boom');
      },
    }),
    names: /'noisy' \(plugin noise-for-all\).*boom/,
  },
  LOWERING_INVALID: {
    act: strange('noisy', { mergeClass: () => 7 as never }),
    names: /'noisy' \(plugin noise-for-all\)/,
  },
  CANNOT_STACK: {
    act: strange('noisy', {
      lower: ([operator], context) => void context.stacked(operator!.reads),
    }),
    names: /'noisy' \(plugin noise-for-all\)/,
  },
  DUPLICATE_HOST: {
    act: strange('noisy', { lower: (_group, context) => [host, host].forEach((each) => context.host(each)) }),
    names: /'noisy' \(plugin noise-for-all\).*dice/,
  },
  BACKEND_FAILED: { act: () => onEngine({ emit: boom }), names: /"mine" failed in emit\(\): boom/ },
  ENGINE_RESULT: { act: () => onEngine({ blockSteps: () => 0 }), names: /Backend mine: blockSteps\(\).*0/ },
  PLACE_TOO_LATE: {
    act: () =>
      onEngine({
        emit: (sections, frame) => sections.map(() => () => void frame.place(frame.program.buffers.at(-1)!.id)),
      }),
    names: /Backend mine asked for the place of buffer/,
  },
  STATE_LOST: {
    act: () =>
      onEngine(
        { emit: (sections) => sections.map(({ kind }) => (kind === 'steps' ? boom : () => {})) },
        async (simulator) => {
          await simulator.runSteps(1).catch(() => {});
          await simulator.runSteps(1);
        },
      ),
    names: /when the backend failed.*after step 0.*reset\(\)/,
  },
};
