/** @file Bad input to the model, end to end: refused where it is given, or at the latest when the network is built. */
import { describe } from 'vitest';
import {
  configureSettings,
  Connection,
  Ensemble,
  lif,
  lifRate,
  linearFilter,
  lowpass,
  Network,
  Node,
  Probe,
  Simulator,
  uniform,
  type ConnectionOptions,
  type EnsembleOptions,
} from './index.ts';
import { refuses } from './bad-input.test-helper.ts';

/** Builds in a fresh network, then simulates it. */
async function built(build: (net: Network) => void): Promise<void> {
  await using sim = await Simulator.create(new Network({ seed: 1 }, build));
  await sim.runSteps(1);
}

const ensemble = (options: Partial<EnsembleOptions> = {}): Ensemble =>
  new Ensemble({ nNeurons: 10, dimensions: 2, label: 'place cells', ...options } as EnsembleOptions);
const connected = (options: ConnectionOptions) => () =>
  built(() => new Connection(ensemble(), ensemble({ label: 'target' }), { label: 'path', ...options }));
const made = (options: Partial<EnsembleOptions>) => () => built(() => ensemble(options));
const untyped = (value: unknown): never => value as never;

describe('shapes and sizes', () => {
  refuses([
    {
      what: 'a transform that does not fit',
      act: connected({ transform: [[1, 2, 3]] }),
      code: 'SHAPE_MISMATCH',
      names: ['path', 'transform', '[2, 2]', '[1, 3]'],
    },
    { what: 'a ragged transform', act: connected({ transform: [[1, 2], [3]] }), code: 'RAGGED_ARRAY', names: ['[1]'] },
    {
      what: 'sizes that differ without a transform',
      act: () => built(() => new Connection(ensemble(), new Node({ sizeIn: 3, label: 'sink' }))),
      code: 'SHAPE_MISMATCH',
      names: ['3', '2'],
    },
    {
      what: 'a function of another size than the transform wants',
      act: connected({ function: () => [1, 2, 3] }),
      code: 'SHAPE_MISMATCH',
      names: ['path', '3'],
    },
    {
      what: 'a function that returns text',
      act: connected({ function: () => untyped('two') }),
      code: 'FUNCTION_RESULT',
      names: ['path', "'two'"],
    },
    {
      what: 'a function that throws',
      act: connected({
        function: () => {
          throw new Error('not today');
        },
      }),
      code: 'FUNCTION_FAILED',
      names: ['path', 'not today'],
    },
    {
      what: 'a function that gives NaN at some evaluation point',
      act: connected({ function: ([x, y]) => [Math.sqrt(x), y] }),
      code: 'CONNECTION_FUNCTION_INVALID',
      names: ['path', 'NaN', 'restrict evalPoints', 'guard the function'],
    },
    {
      what: 'a function that returns a promise',
      act: connected({ function: () => untyped(Promise.resolve(1)) }),
      code: 'FUNCTION_RESULT',
      names: ['path', 'a promise', 'synchronous'],
    },
    {
      what: 'a constant of no numbers',
      act: () => built(() => new Node([], { label: 'constant' })),
      code: 'INVALID_OPTION',
      names: ["Node 'constant'", 'at least one number'],
    },
    {
      what: 'gains of another number than neurons',
      act: made({ gain: [1, 2, 3], bias: new Array(10).fill(0) }),
      code: 'SHAPE_MISMATCH',
      names: ['place cells', 'gain', '10', '3'],
    },
    {
      what: 'biases of another number than neurons',
      act: made({ bias: [[1, 2]] }),
      code: 'SHAPE_MISMATCH',
      names: ['place cells', 'bias'],
    },
    {
      what: 'encoders of another shape',
      act: made({ encoders: [[1], [2]] }),
      code: 'SHAPE_MISMATCH',
      names: ['place cells', 'encoders', '[10, 2]', '[2, 1]'],
    },
    {
      what: 'evaluation points of another dimension',
      act: made({ evalPoints: [[1, 2, 3]] }),
      code: 'SHAPE_MISMATCH',
      names: ['place cells', 'evalPoints'],
    },
    {
      what: 'a constant that is a matrix',
      act: () => built(() => new Node([[1, 2]] as never, { label: 'constant' })),
      code: 'SHAPE_MISMATCH',
      names: ['constant', '[1, 2]'],
    },
    {
      what: 'a size that the constant does not have',
      act: () => built(() => new Node([1, 2], { sizeOut: 3, label: 'constant' })),
      code: 'SHAPE_MISMATCH',
      names: ['constant', '3', '2'],
    },
    {
      what: 'a slice beyond the end',
      act: () => built(() => new Connection(ensemble().at(2), ensemble())),
      code: 'INVALID_SELECTION',
      names: ['place cells', '2'],
    },
    {
      what: 'a neuron slice beyond the end',
      act: () => built(() => new Probe(ensemble().neurons.slice(20, 30))),
      code: 'INVALID_SELECTION',
      names: ['place cells'],
    },
  ]);
});

describe('NaN and infinity', () => {
  refuses([
    {
      what: 'in a constant',
      act: () => built(() => new Node([0, NaN], { label: 'constant' })),
      code: 'NOT_FINITE',
      names: ['constant', 'NaN', '[1]'],
    },
    {
      what: 'in encoders',
      act: made({ encoders: Array.from({ length: 10 }, (_, row) => [1, row === 3 ? Infinity : 0]) }),
      code: 'NOT_FINITE',
      names: ['place cells', 'encoders', 'Infinity', '[3, 1]'],
    },
    {
      what: 'in gains',
      act: made({ gain: [NaN, ...new Array<number>(9).fill(1)] }),
      code: 'NOT_FINITE',
      names: ['place cells', 'gain'],
    },
    {
      what: 'in a transform',
      act: connected({
        transform: [
          [1, 0],
          [0, NaN],
        ],
      }),
      code: 'NOT_FINITE',
      names: ['path', 'transform', '[1, 1]'],
    },
    {
      what: 'in evaluation points',
      act: made({ evalPoints: [[0, -Infinity]] }),
      code: 'NOT_FINITE',
      names: ['place cells', 'evalPoints'],
    },
    { what: 'in a filter', act: () => linearFilter([1], [NaN, 1]), code: 'NOT_FINITE', names: ['linearFilter', 'NaN'] },
    {
      what: 'encoders of length zero',
      act: made({ encoders: Array.from({ length: 10 }, (_, row) => [row === 4 ? 0 : 1, 0]) }),
      code: 'INVALID_OPTION',
      names: ['place cells', 'encoders', '4'],
    },
  ]);
});

describe('what is zero or negative', () => {
  refuses([
    {
      what: 'no neurons',
      act: made({ nNeurons: 0 }),
      code: 'INVALID_OPTION',
      names: ['place cells', 'nNeurons', '0'],
    },
    { what: 'half a neuron', act: made({ nNeurons: 10.5 }), code: 'INVALID_OPTION', names: ['nNeurons', '10.5'] },
    { what: 'no dimensions', act: made({ dimensions: 0 }), code: 'INVALID_OPTION', names: ['dimensions'] },
    { what: 'a radius of zero', act: made({ radius: 0 }), code: 'INVALID_OPTION', names: ['radius'] },
    {
      what: 'a negative time constant of a synapse',
      act: () => lowpass(-0.1),
      code: 'INVALID_OPTION',
      names: ['lowpass', 'tau', '-0.1'],
    },
    {
      what: 'a neuron time constant of zero',
      act: () => lif({ tauRc: 0 }),
      code: 'INVALID_OPTION',
      names: ['lif', 'tauRc'],
    },
    {
      what: 'a negative refractory time',
      act: () => lifRate({ tauRef: -1 }),
      code: 'INVALID_OPTION',
      names: ['lifRate', 'tauRef'],
    },
    {
      what: 'a sampling period of zero',
      act: () => built(() => new Probe(ensemble(), { sampleEvery: 0, label: 'late' })),
      code: 'INVALID_OPTION',
      names: ['late', 'sampleEvery'],
    },
  ]);
});

describe('neurons that cannot be', () => {
  refuses([
    {
      what: 'all intercepts outside the radius',
      act: made({ intercepts: uniform(1.5, 2) }),
      code: 'INTERCEPT_OUT_OF_RANGE',
      names: ['place cells', 'intercept'],
    },
    {
      what: 'maximum rates above 1/tauRef, as a distribution',
      act: made({ maxRates: uniform(600, 700) }),
      code: 'MAX_RATE_UNREACHABLE',
      names: ['place cells', '700', '500'],
    },
    {
      what: 'maximum rates above 1/tauRef, as an array',
      act: made({ maxRates: new Array<number>(10).fill(501) }),
      code: 'MAX_RATE_UNREACHABLE',
      names: ['place cells', '501', '500'],
    },
    {
      what: 'neurons that are silent at all points they are decoded at',
      act: () =>
        built(
          () =>
            void new Connection(
              ensemble({ intercepts: uniform(0.9, 0.95), evalPoints: [[0, 0]] }),
              ensemble({ label: 'target' }),
            ),
        ),
      code: 'NO_ACTIVITY',
      names: ['place cells'],
    },
  ]);
});

describe('objects where they do not belong', () => {
  const stranger = new Network({ label: 'another' }).within(() => ensemble({ label: 'stranger' }));
  refuses([
    {
      what: 'a connection to another network',
      act: () => built(() => new Connection(ensemble(), stranger)),
      code: 'FOREIGN_OBJECT',
      names: ['stranger'],
    },
    {
      what: 'a probe of another network',
      act: () => built(() => new Probe(stranger)),
      code: 'FOREIGN_OBJECT',
      names: ['stranger'],
    },
    {
      what: 'a connection to a node without input',
      act: () => built(() => new Connection(ensemble(), new Node([1, 2], { label: 'constant' }))),
      code: 'NOT_CONNECTABLE',
      names: ['constant'],
    },
    {
      what: 'a connection from a node without output',
      act: () => built(() => new Connection(new Node(() => undefined, { sizeIn: 1, label: 'sink' }), ensemble())),
      code: 'NOT_CONNECTABLE',
      names: ['sink'],
    },
    {
      what: 'a connection from a number',
      act: () => built(() => new Connection(untyped(3), ensemble())),
      code: 'INVALID_OPTION',
      names: ['pre', '3'],
    },
    {
      what: 'a connection to a probe',
      act: () => built(() => new Connection(ensemble(), untyped(new Probe(ensemble())))),
      code: 'NOT_CONNECTABLE',
      names: ['probe'],
    },
    {
      what: 'a probe of a network',
      act: () => built((net) => new Probe(untyped(net))),
      code: 'NOT_PROBEABLE',
      names: ['etwork'],
    },
    {
      what: 'a probe of a state that the neurons do not have',
      act: () => built(() => new Probe(ensemble({ neuronType: lifRate() }).neurons, { attribute: untyped('voltage') })),
      code: 'UNKNOWN_ATTRIBUTE',
      names: ['voltage', 'place cells', 'output'],
    },
    {
      what: 'an object outside every network',
      act: () => ensemble(),
      code: 'NETWORK_CONTEXT',
      names: ['nsemble', 'within'],
    },
    {
      what: 'settings outside every network',
      act: () => configureSettings({ trainable: true }),
      code: 'NETWORK_CONTEXT',
      names: ['configureSettings'],
    },
    {
      what: 'an asynchronous build callback',
      act: () =>
        new Network(
          { label: 'late' },
          untyped(async () => ensemble()),
        ),
      code: 'ASYNC_BUILD',
      names: ['late', 'promise'],
    },
    {
      what: 'an asynchronous callback of within',
      act: () => new Network({ label: 'late' }).within(untyped(async () => 1)),
      code: 'ASYNC_BUILD',
      names: ['late'],
    },
    {
      what: 'an unknown option of an ensemble',
      act: made(untyped({ neurons: 5 })),
      code: 'UNKNOWN_OPTION',
      names: ["'neurons'", 'nNeurons'],
    },
    {
      what: 'an unknown option of a connection',
      act: connected(untyped({ transfrom: 1 })),
      code: 'UNKNOWN_OPTION',
      names: ["'transfrom'", 'Did you mean transform?'],
    },
    {
      what: 'an unknown setting',
      act: () => built(() => configureSettings(untyped({ planer: null }))),
      code: 'UNKNOWN_SETTING',
      names: ["'planer'", 'Did you mean planner?'],
    },
    {
      what: 'a setting of a wrong value',
      act: () => built(() => configureSettings(untyped({ lifSmoothing: 0 }))),
      code: 'INVALID_SETTING',
      names: ["'lifSmoothing'", '0'],
    },
    {
      what: 'a node function that wants an input the node does not have',
      act: () => built(() => new Node(((t: number, x: number[]) => x) as never, { label: 'eager' })),
      code: 'FUNCTION_ARGUMENTS',
      names: ['eager', 'sizeIn'],
    },
    {
      what: 'a seed that is none',
      act: () => new Network({ seed: -1 }),
      code: 'INVALID_OPTION',
      names: ['seed', '-1'],
    },
  ]);
});

describe('graphs that wait for themselves', () => {
  refuses([
    {
      what: 'two nodes connected in a circle without a delay',
      act: () =>
        built(() => {
          const [first, second] = [new Node({ sizeIn: 1, label: 'first' }), new Node({ sizeIn: 1, label: 'second' })];
          new Connection(first, second, { synapse: null });
          new Connection(second, first, { synapse: null });
        }),
      code: 'GRAPH_CYCLE',
      names: ['synapse', /→/],
    },
    {
      what: 'an ensemble connected to itself without a synapse',
      act: () =>
        built(
          () => void ((a: Ensemble) => new Connection(a, a, { synapse: null }))(ensemble({ neuronType: lifRate() })),
        ),
      code: 'GRAPH_CYCLE',
      names: ['synapse'],
    },
  ]);
});
