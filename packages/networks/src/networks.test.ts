/** @file What the networks are made of: sizes, labels, transforms, the order of connections. That their numbers are Nengo's, golden tests say. */
import {
  alpha,
  choice,
  Connection,
  Ensemble,
  exponential,
  lifRate,
  lowpass,
  Network,
  nnlsL2nz,
  Node,
  pes,
  Probe,
  removeConnection,
  samples,
  uniform,
  type LearningRule,
} from '@ndl/model';
import { matmul, ndarray, type Matrix } from '@ndl/numerics';
import { describe, expect, it, test } from 'vitest';
import {
  AssociativeMemory,
  BasalGanglia,
  CircularConvolution,
  EnsembleArray,
  InputGatedMemory,
  Integrator,
  Oscillator,
  Product,
  Thalamus,
  thresholdingEnsembles,
  withDefaults,
} from './index.ts';

const within = <Made>(build: (network: Network) => Made): Made => new Network({ seed: 0 }).within(build);
const failing = (code: string, text: string): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as string });
const initialOf = ({ transform }: Connection): unknown => {
  const { initial } = transform as { readonly initial?: unknown };
  return typeof initial === 'object' && initial !== null ? (initial as Matrix).toNested() : initial;
};
const synapsesOf = ({ connections }: Network): unknown[] => connections.map(({ synapse }) => synapse);

describe('an ensemble array', () => {
  it('feeds its ensembles and puts side by side what they represent', () => {
    const array = within(() => new EnsembleArray({ nNeurons: 7, nEnsembles: 3, ensembleDimensions: 2, label: 'a' }));
    expect(array.members.map(({ label, nNeurons, dimensions }) => [label, nNeurons, dimensions])).toEqual([
      ['a_0', 7, 2],
      ['a_1', 7, 2],
      ['a_2', 7, 2],
    ]);
    expect([array.input.sizeIn, array.output.sizeOut, array.nEnsembles, array.ensembleDimensions]).toEqual([
      6, 6, 3, 2,
    ]);
    expect(array.nodes.map(({ label }) => label)).toEqual(['input', 'output']);
    expect(synapsesOf(array)).toEqual(new Array(6).fill(null));
    expect(array.kind).toBe('network');
  });

  it('gives its ensembles the parameters that it was given, arrays as samples', () => {
    const intercepts = [-0.5, 0, 0.5];
    const array = within(
      () => new EnsembleArray({ nNeurons: 3, nEnsembles: 2, radius: 2, intercepts, neuronType: lifRate() }),
    );
    for (const { radius, intercepts: drawn, neuronType } of array.members) {
      expect({ radius, drawn, neuronType }).toEqual({ radius: 2, drawn: samples(intercepts), neuronType: lifRate() });
    }
    expect(array.config.of(Ensemble).radius).toBe(2);
  });

  it('computes a function of each ensemble, or of each its own', () => {
    const array = within(() => new EnsembleArray({ nNeurons: 3, nEnsembles: 2, ensembleDimensions: 2 }));
    const sums = array.addOutput('sums', ([x, y]) => x + y, { synapse: 0.01, solver: nnlsL2nz() });
    const mixed = array.addOutput('mixed', [([x]) => x, ([x, y]) => [x, y, x * y]]);
    expect([sums.sizeIn, mixed.sizeIn]).toEqual([2, 4]);
    expect(array.outputNamed('mixed')).toBe(mixed);
    expect(array.connections.slice(4, 6).map(({ synapse, solver }) => [synapse, solver.kind])).toEqual([
      [lowpass(0.01), 'nnlsL2nz'],
      [lowpass(0.01), 'nnlsL2nz'],
    ]);
    expect(array.connections.slice(6).map(({ synapse, sizeOut }) => [synapse, sizeOut])).toEqual([
      [null, 1],
      [null, 3],
    ]);
  });

  it('has nodes of all neurons, made when they are asked for', () => {
    const array = within(() => new EnsembleArray({ nNeurons: 4, nEnsembles: 3 }));
    expect([array.neuronInput, array.neuronOutput]).toEqual([undefined, undefined]);
    expect(array.addNeuronInput()).toBe(array.addNeuronInput());
    expect(array.addNeuronOutput().sizeOut).toBe(12);
    expect(array.connections.slice(6).map(({ pre, post }) => [pre.kind, post.kind])).toEqual([
      ...new Array(3).fill(['view', 'neurons']),
      ...new Array(3).fill(['neurons', 'view']),
    ]);
  });
});

test('a product is the difference of squares of sums and differences', () => {
  const product = within(() => new Product({ nNeurons: 21, dimensions: 2, inputMagnitude: 3 }));
  expect(product.label).toBe('Product');
  expect(product.allEnsembles.map(({ nNeurons, radius }) => [nNeurons, radius])).toEqual(
    new Array(4).fill([10, 3 * Math.SQRT2]),
  );
  const half = 0.7071067811865475;
  expect(product.connections.map(initialOf)).toEqual([half, half, half, -half, 0.5, -0.5]);
  expect([product.inputA.sizeIn, product.inputB.sizeIn, product.output.sizeOut]).toEqual([2, 2, 2]);
  expect(product.networks).toEqual([product.sums, product.differences]);
});

describe('a circular convolution', () => {
  const convolved = (a: readonly number[], b: readonly number[]): number[] =>
    a.map((_, n) => a.reduce((sum, x, k) => sum + x * b[(((n - k) % b.length) + b.length) % b.length]!, 0));
  const reversed = (a: readonly number[]): number[] => a.map((_, n) => a[(a.length - n) % a.length]!);

  it.each([1, 2, 3, 4, 7])('of %i elements is one by its transforms and exact products', (dimensions) => {
    const a = Array.from({ length: dimensions }, (_, index) => Math.sin(index + 1));
    const b = Array.from({ length: dimensions }, (_, index) => Math.cos(3 * index));
    for (const [invertA, invertB] of [
      [false, false],
      [true, false],
      [false, true],
    ] as const) {
      const network = within(() => new CircularConvolution({ nNeurons: 4, dimensions, invertA, invertB }));
      const [first, second, back] = network.connections.map((each) => ndarray(initialOf(each) as number[][]));
      const column = (values: readonly number[]): Matrix => ndarray(values.map((x) => [x]));
      const [x, y] = [matmul(first!, column(a)), matmul(second!, column(b))];
      x.data.forEach((value, index) => (x.data[index] = value * y.data[index]!));
      const expected = convolved(invertA ? reversed(a) : a, invertB ? reversed(b) : b);
      matmul(back!, x).data.forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 13));
    }
  });

  it('has four products per frequency, of twice the magnitude', () => {
    const network = within(() => new CircularConvolution({ nNeurons: 6, dimensions: 5, inputMagnitude: 0.5 }));
    expect(network.allEnsembles.map(({ nNeurons, radius }) => [nNeurons, radius])).toEqual(
      new Array(24).fill([3, Math.SQRT2]),
    );
  });
});

test('an integrator feeds itself, and its input times the time constant', () => {
  const { ensemble, input, connections } = within(
    () => new Integrator({ recurrentTau: 0.1, nNeurons: 8, dimensions: 2 }),
  );
  expect(connections.map(({ pre, synapse }) => [pre, synapse])).toEqual([
    [ensemble, lowpass(0.1)],
    [input, null],
  ]);
  expect(connections.map(initialOf)).toEqual([undefined, 0.1]);
});

test('an oscillator turns by its frequency', () => {
  const { connections, ensemble } = within(() => new Oscillator({ recurrentTau: 0.1, frequency: 20, nNeurons: 8 }));
  expect(ensemble.dimensions).toBe(2);
  expect(initialOf(connections[0]!)).toEqual([
    [1, -2],
    [2, 1],
  ]);
});

describe('basal ganglia', () => {
  it('connect their nuclei as the model does', () => {
    const network = within(() => new BasalGanglia({ dimensions: 2, nNeuronsPerEnsemble: 5, outputWeight: -2 }));
    expect(network.networks.map(({ label }) => label)).toEqual([
      'Striatal D1 neurons',
      'Striatal D2 neurons',
      'Subthalamic nucleus',
      'Globus pallidus internus',
      'Globus pallidus externus',
    ]);
    const all = [
      [0.9, 0.9],
      [0.9, 0.9],
    ];
    expect(network.connections.map(initialOf)).toEqual([1.2, 0.8, 1, -1, -1, all, all, -0.3, -1, -2]);
    const [ampa, gaba] = [lowpass(0.002), lowpass(0.008)];
    expect(synapsesOf(network)).toEqual([null, null, null, gaba, gaba, ampa, ampa, gaba, gaba, null]);
    for (const { radius, encoders } of network.allEnsembles)
      expect({ radius, encoders }).toEqual({ radius: 1.5, encoders: choice([[1]]) });
    expect(new Set(network.allConnections.map(({ solver }) => solver.kind))).toEqual(new Set(['nnlsL2nz']));
    expect(network.nuclei.subthalamic.members[0]!.intercepts).toEqual(uniform(-0.25, 1));
  });

  it('leave the defaults of their network as they were', () => {
    const network = within(() => new BasalGanglia({ dimensions: 1, nNeuronsPerEnsemble: 5 }));
    expect(network.config.of(Ensemble).radius).toBe(1);
    expect(network.within(() => new Connection(new Node([1]), new Node({ sizeIn: 1 }))).solver.kind).toBe('lstsqL2');
  });

  it('take a bias, and options of their transmitters', () => {
    const options = { dimensions: 1, nNeuronsPerEnsemble: 5, inputBias: 0.4, ampa: { synapse: alpha(0.004) } };
    const network = within(() => new BasalGanglia({ ...options, gaba: { seed: 77 } }));
    expect(network.nodes.map(({ label }) => label)).toEqual(['input', 'output', 'basal ganglia bias']);
    expect(network.connections.map(({ seed }) => seed)).toEqual([
      ...new Array(4).fill(null),
      77,
      77,
      null,
      null,
      77,
      77,
      null,
    ]);
    expect(synapsesOf(network)[6]).toEqual(alpha(0.004));
    expect(synapsesOf(network)[4]).toEqual(lowpass(0.008));
  });
});

test('actions of a thalamus inhibit each other, and are on by themselves', () => {
  const { connections, actions } = within(
    () => new Thalamus({ dimensions: 2, nNeuronsPerEnsemble: 5, mutualInhibition: 0.5, threshold: 0.2 }),
  );
  expect(connections.map(initialOf)).toEqual([
    [
      [0, -0.5],
      [-0.5, 0],
    ],
    [[1], [1]],
  ]);
  expect(actions.members[0]!.intercepts).toEqual(uniform(0.2, 1));
});

describe('an associative memory', () => {
  const inputVectors = [
    [1, 0, 0.2],
    [0, 1, -0.1],
  ];
  const made = (options: object = {}): AssociativeMemory =>
    within(() => new AssociativeMemory({ inputVectors, nNeurons: 5, ...options }));

  it('recognizes by its input vectors and gives its output vectors', () => {
    const memory = made({ outputVectors: [[1], [-1]], inputScales: [1, 2], threshold: [0.2, 0.4] });
    expect(initialOf(memory.connections[6]!)).toEqual([
      [1, 0, 0.2],
      [0, 2, -0.2],
    ]);
    expect(initialOf(memory.connections[7]!)).toEqual([[1, -1]]);
    expect(memory.connections.slice(0, 6).map(initialOf)).toEqual([
      -0.2,
      undefined,
      undefined,
      -0.4,
      undefined,
      undefined,
    ]);
    expect(memory.ensembles[0]!.intercepts).toEqual(exponential(0.15, { high: 1 }));
  });

  it('thresholds its outputs by taking their connections away and making others at the end', () => {
    const memory = made({ inhibitable: true });
    memory.addDefaultOutputVector([0, 0, 1], { nNeurons: 4 });
    const before = memory.connections;
    memory.addThresholdToOutputs({ nNeurons: 3, inhibitScale: 8 });
    const after = memory.connections;
    const gone = before.filter((connection) => !after.includes(connection));
    expect(gone.map(({ pre, post }) => [pre, post])).toEqual([
      [memory.elementOutput, memory.output],
      [memory.elementOutput, memory.ensembles[2]],
    ]);
    expect(after.slice(before.length - 2).map(({ pre }) => pre)).toEqual([
      memory.nodes[0],
      memory.nodes[0],
      memory.elementOutput,
      memory.networks[0]!.nodes[1],
      memory.thresholded!.output,
      memory.thresholded!.output,
      memory.inhibit,
      memory.inhibit,
    ]);
    const other = memory.addOutputMapping('other', [[1], [2]]);
    expect(memory.connections.at(-1)).toMatchObject({ pre: memory.thresholded!.output, post: other });
    expect(memory.outputNamed('other')).toBe(other);
  });

  it('lets the most similar item win', () => {
    const memory = made();
    memory.addWinnerTakeAll(2, 0.01);
    expect(initialOf(memory.connections.at(-1)!)).toEqual([
      [0, -2],
      [-2, 0],
    ]);
    expect(() => memory.addWinnerTakeAll()).toThrow(failing('DONE_ALREADY', 'winner-take-all'));
  });
});

test('an input gated memory is closed by its gate and cleared by its reset', () => {
  const memory = within(() => new InputGatedMemory({ nNeurons: 2, dimensions: 2, feedback: 0.9, differenceGain: 0.5 }));
  expect(memory.connections.map(initialOf)).toEqual([
    0.9,
    -1,
    0.5,
    [[-10], [-10], [-10], [-10]],
    [[-3], [-3], [-3], [-3]],
  ]);
  expect(synapsesOf(memory)).toEqual([lowpass(0.1), lowpass(0.005), lowpass(0.1), null, null]);
  expect([memory.input, memory.output]).toEqual([memory.difference.input, memory.memory.output]);
});

test('thresholding ensembles fire above the threshold alone', () => {
  const ensemble = within(() =>
    withDefaults(
      thresholdingEnsembles(0.2, { interceptWidth: 0.08, radius: 2 }),
      () => new Ensemble({ nNeurons: 3, dimensions: 1 }),
    ),
  );
  const { radius, intercepts, encoders, evalPoints } = ensemble;
  expect({ radius, intercepts, encoders, evalPoints }).toEqual({
    radius: 2,
    intercepts: exponential(0.08, { shift: 0.2, high: 2 }),
    encoders: choice([[1]]),
    evalPoints: uniform(0.1, 1),
  });
});

test('defaults hold while they are said to, also where building fails', () => {
  const network = new Network({ seed: 0 });
  network.config.of(Ensemble).radius = 3;
  network.within(() => {
    const radii = (): number[] =>
      [1, 2].map(() => new Network().within(() => new Ensemble({ nNeurons: 1, dimensions: 1 }).radius));
    expect(withDefaults({ ensemble: { radius: 2 } }, radii)).toEqual([2, 2]);
    expect(radii()).toEqual([3, 3]);
    const boom = (): never => {
      throw new Error('boom');
    };
    expect(() => withDefaults({ ensemble: { radius: 2 }, probe: { synapse: 0.1 } }, boom)).toThrow('boom');
    expect(radii()).toEqual([3, 3]);
    expect(new Probe(new Node([1])).synapse).toBeNull();
  });
});

test('a connection that is taken out of its network is gone, unless a probe looks at it', () => {
  within((network) => {
    const [first, second] = [1, 2].map(() => new Connection(new Node([1]), new Node({ sizeIn: 1 })));
    const probe = new Probe(second!);
    removeConnection(first!);
    expect(network.connections).toEqual([second]);
    expect(() => removeConnection(first!)).toThrow(failing('INVALID_OPTION', 'in its network still'));
    expect(() => removeConnection(second!)).toThrow(failing('REMOVAL_REFUSED', 'Probe'));
    expect(() => removeConnection(probe as never)).toThrow(failing('INVALID_OPTION', 'a connection'));
    expect(network.connections).toEqual([second]);
    const learning = new Connection(new Ensemble({ nNeurons: 2, dimensions: 1 }), new Node({ sizeIn: 1 }), {
      learningRuleType: pes(),
    });
    const error = new Connection(new Node([1]), learning.learningRule as LearningRule);
    expect(() => removeConnection(learning)).toThrow(failing('REMOVAL_REFUSED', 'Connection'));
    removeConnection(error);
    removeConnection(learning);
    expect(network.connections).toEqual([second]);
  });
});
