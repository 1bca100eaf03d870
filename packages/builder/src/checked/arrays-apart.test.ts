/** @file Arrays that definitions of plugins get are theirs to change, and what they keep of those that they give stays theirs. */
import type { NeuronDefinition, OperatorGraph, ProcessDefinition, SolverDefinition } from '@ndl/core';
import {
  Connection,
  defineNeuronType,
  defineProcess,
  defineSolver,
  defineSynapse,
  Ensemble,
  Network,
  Node,
  type Process,
} from '@ndl/model';
import { isNdArray, ndarray, zeros, type NdArray } from '@ndl/numerics';
import { expect, it } from 'vitest';
import { build, DEFINITIONS } from '../building/build.test-helper.ts';
import { nodeSource } from '../index.ts';

const KIND = 'acme/careless';

function buildWith(network: Network, list: keyof typeof DEFINITIONS, definition: object): Promise<OperatorGraph> {
  const known = DEFINITIONS[list] as unknown as object[];
  return build(network, { definitions: { ...DEFINITIONS, [list]: [...known, definition] } });
}

const ruin = (...arrays: readonly NdArray[]): void => arrays.forEach(({ data }) => data.fill(1e3));

/** Every number that was built of ensembles and connections. */
const numbersOf = ({ ensembles, connections }: OperatorGraph): unknown =>
  [...ensembles.values(), ...connections.values()].map((built) =>
    Object.values(built).map((value: unknown) => (isNdArray(value) ? [...value.data] : value)),
  );

const solver = defineSolver({ kind: KIND, weights: false, compositional: true });
const solved = (): Network =>
  new Network({ seed: 0 }, () => {
    const ensemble = new Ensemble({ nNeurons: 5, dimensions: 1, nEvalPoints: 20 });
    for (let count = 0; count < 2; count++) new Connection(ensemble, new Node({ sizeIn: 1 }), { solver });
    new Connection(ensemble, new Node({ sizeIn: 1 }));
  });
/** The first activities as the decoders, for solvers that do or do not write into what they got. */
const solution = (activities: NdArray): { weights: NdArray; errors: NdArray } => ({
  weights: ndarray(Array.from(activities.data.subarray(0, 5), (value) => [value])),
  errors: zeros([1]),
});

it.each<[string, (isCareless: boolean) => SolverDefinition]>([
  [
    'at once',
    (isCareless) => ({
      kind: KIND,
      needsActivities: true,
      solve(_, activities, targets) {
        const found = solution(activities);
        if (isCareless) ruin(activities, targets);
        return found;
      },
    }),
  ],
  [
    'in pieces',
    (isCareless) => ({
      kind: KIND,
      needsActivities: true,
      solve: () => expect.unreachable(),
      *solveInPieces(_, activities, targets) {
        const block = yield* activities.block({});
        const found = solution(block);
        if (isCareless) ruin(block, yield* activities.transposedBlock({}), targets);
        return found;
      },
    }),
  ],
])('a solver that works in place changes nothing else: %s', async (_, definition) => {
  const careless = await buildWith(solved(), 'solvers', definition(true));
  expect(numbersOf(careless)).toEqual(numbersOf(await buildWith(solved(), 'solvers', definition(false))));
});

it('a solver may give the same array again, with other numbers', async () => {
  const weights = zeros([5, 1]);
  const errors = zeros([1]);
  const definition: SolverDefinition = {
    kind: KIND,
    needsActivities: true,
    solve: () => {
      weights.data.fill(weights.data[0]! + 1);
      errors.data[0]! += 1;
      return { weights, errors };
    },
  };
  const { connections } = await buildWith(solved(), 'solvers', definition);
  const [first, second] = connections.values();
  expect([...first!.decoders!.data, ...first!.solverErrors!.data]).toEqual([1, 1, 1, 1, 1, 1]);
  expect([...second!.decoders!.data, ...second!.solverErrors!.data]).toEqual([2, 2, 2, 2, 2, 2]);
});

it.each(['gainBias', 'maxRatesIntercepts'] as const)(
  'neurons that work in place change nothing else: %s',
  async (asked) => {
    const kept = [new Float64Array(3).fill(2), new Float64Array(3).fill(0.5)] as const;
    const careless = (first: Float64Array, second: Float64Array): readonly [Float64Array, Float64Array] => {
      first.fill(1e3);
      second.fill(1e3);
      return kept;
    };
    const definition: Partial<NeuronDefinition> = {
      kind: KIND,
      gainBias(_, maxRates, intercepts) {
        const [gain, bias] = careless(maxRates, intercepts);
        return { gain, bias };
      },
      maxRatesIntercepts(_, gain, bias) {
        const [maxRates, intercepts] = careless(gain, bias);
        return { maxRates, intercepts };
      },
    };
    const given = [ndarray([1, 2, 3]), ndarray([-0.5, 0, 0.5])] as const;
    const network = new Network({ seed: 0 }, () => {
      const options =
        asked === 'gainBias' ? { maxRates: given[0], intercepts: given[1] } : { gain: given[0], bias: given[1] };
      new Ensemble({
        nNeurons: 3,
        dimensions: 1,
        neuronType: defineNeuronType({ kind: KIND, spiking: false }),
        ...options,
      });
    });
    const graph = await buildWith(network, 'neurons', definition);
    kept[0].fill(7);
    const [built] = graph.ensembles.values();
    const { gain, bias, maxRates, intercepts } = built!;
    const found = asked === 'gainBias' ? [gain!, bias!] : [maxRates!, intercepts!];
    const asGiven = asked === 'gainBias' ? [maxRates!, intercepts!] : [gain!, bias!];
    expect(asGiven.map(({ data }) => [...data])).toEqual(given.map(({ data }) => [...data]));
    expect(found.map(({ data }) => [...data])).toEqual([
      [2, 2, 2],
      [0.5, 0.5, 0.5],
    ]);
  },
);

it('a distribution in pieces may keep what it gave', async () => {
  const kept = ndarray([[3], [4]]);
  const network = new Network({ seed: 0 }, () => {
    const encoders = Object.freeze({ family: 'distribution', kind: KIND }) as never;
    new Ensemble({ nNeurons: 2, dimensions: 1, encoders, normalizeEncoders: true });
  });
  await buildWith(network, 'distributions', {
    kind: KIND,
    sample: () => expect.unreachable(),
    *sampleInPieces() {
      yield 1;
      return kept;
    },
  });
  expect([...kept.data]).toEqual([3, 4]);
});

it('a synapse may give the same arrays again, with other numbers', async () => {
  const synapse = defineSynapse({ kind: KIND });
  const network = new Network({ seed: 0 }, () => {
    for (let count = 0; count < 2; count++) new Connection(new Node([1]), new Node({ sizeIn: 1 }), { synapse });
  });
  const a = zeros([1, 1]);
  const graph = await buildWith(network, 'synapses', {
    kind: KIND,
    discretize: () => {
      a.data[0]! += 0.25;
      return { form: 'firstOrder', a, b: ndarray([1]), c: ndarray([1]), d: 0 };
    },
  });
  const systems = graph.operators.flatMap((operator) => (operator.kind === 'simSynapse' ? [operator.system] : []));
  expect(systems.map((system) => 'a' in system && system.a.data[0])).toEqual([0.25, 0.5]);
});

it('each step function of a process has arrays of its own, read once', () => {
  const process = defineProcess({
    kind: KIND,
    level: ndarray([10]),
    defaultSizeIn: 0,
    defaultSizeOut: 1,
  } as never) as Process;
  const definition: ProcessDefinition<Process & { readonly level: NdArray }> = {
    kind: KIND,
    makeStep: (data) => () => {
      data.level.data[0]! += 1;
      return data.level.data.slice();
    },
  };
  const network = new Network({ seed: 0 }, () => void new Node(process));
  const source = nodeSource(network.nodes[0]!, { dt: 0.001, seed: 0, process: () => definition as ProcessDefinition });
  if (source.kind !== 'function') throw new Error('a process is a function');
  for (const item of [0, 1, 0]) {
    const step = source.make(item);
    expect([1, 2, 3].map((time) => step(time / 1000)[0])).toEqual([11, 12, 13]);
  }
});
