/** @file Values of built-in kinds in files: what factories make comes back, and what they refuse is refused with its place. */
import { describe, expect, test } from 'vitest';
import * as ndl from './index.ts';
import { failing } from './reference-simulator.test-helper.ts';

const { Connection, Ensemble, Network, networkFromJson, Node } = ndl;

/** Of every family, values with other parameters than the usual ones. */
const KINDS = {
  neuronType: [
    ndl.lif({ tauRc: 0.03, minVoltage: -1, initialState: { voltage: [0.5, 0, 0.1] } }),
    ndl.lifRate({ amplitude: 2 }),
    ndl.softLifRate({ sigma: 0.5 }),
    ndl.adaptiveLif({ tauN: 0.2, initialState: { adaptation: [0, 0.1, 0] } }),
    ndl.adaptiveLifRate({ incN: 0.02 }),
    ndl.izhikevich({ coupling: 0.1 }),
    ndl.rectifiedLinear({ amplitude: 0.5 }),
    ndl.spikingRectifiedLinear({ initialState: { voltage: ndl.uniform(0, 0.5) } }),
    ndl.leakyRelu({ negativeSlope: 0.2 }),
    ndl.spikingLeakyRelu(),
    ndl.leaky({ beta: 0.8 }),
    ndl.sigmoid({ tauRef: 0.002 }),
    ndl.tanh(),
    ndl.direct(),
    ndl.regularSpiking(ndl.lifRate(), { amplitude: 0.5 }),
    ndl.stochasticSpiking(ndl.tanh()),
    ndl.poissonSpiking(ndl.adaptiveLifRate()),
  ],
  synapse: [
    ndl.lowpass(0.1),
    ndl.lowpass(0),
    ndl.alpha(0.01),
    ndl.triangle(0.02),
    ndl.linearFilter([1], [0.1, 1], { method: 'bilinear' }),
    ndl.linearFilter([1], [1, 0], { analog: false }),
  ],
  process: [
    ndl.whiteNoise({ scale: false, seed: 3 }),
    ndl.whiteNoise({ sizeOut: 2, distribution: ndl.uniform(-1, 1) }),
    ndl.filteredNoise({ synapse: 0.2 }),
    ndl.brownNoise(),
    ndl.whiteSignal(1, 5),
    ndl.whiteSignal(2, 10, { rms: 0.1, y0: 0, seed: 1 }),
    ndl.presentInput(
      [
        [1, 2],
        [3, 4],
      ],
      0.1,
    ),
    ndl.maxPooling([4, 4, 1], { poolSize: [2, 1], padding: 'same' }),
    ndl.averagePooling([1, 16], { channelsLast: false, padding: [[1, 1]], countBorder: true }),
    ndl.piecewise({ 0: [1, 2], 0.5: [0, 0] }, { interpolation: 'linear' }),
  ],
  transform: [
    ndl.convolution(2, [4, 4, 1], { kernelSize: 2, strides: [2, 1], padding: 'same' }),
    ndl.convolution(3, [1, 16], { channelsLast: false, dilation: 2, kernel: ndl.gaussian(0, 1) }),
    ndl.convolutionTranspose(1, [2, 2, 4], { strides: 2, outputSize: [6, 5] }),
    ndl.sparse([3, 16], { rows: [0, 2], columns: [5, 6] }, [1, 2]),
    ndl.sparse([3, 16], [[1, 15]], ndl.uniform(-1, 1)),
  ],
  distribution: [
    ndl.uniform(-1, 1),
    ndl.uniform(0, 5, { integer: true }),
    ndl.gaussian(0, 1),
    ndl.choice([[1], [-1]], [1, 2]),
    ndl.samples([[1], [0.5]]),
    ndl.uniformHypersphere({ surface: true }),
    ndl.scatteredHypersphere({ minMagnitude: 0.1, method: 'tfww' }),
    ndl.truncatedNormal({ limit: 3 }),
    ndl.glorot({ distribution: 'normal' }),
    ndl.he(),
    ndl.sqrtBeta(3),
    ndl.subvectorLength(8, 2),
    ndl.cosineSimilarity(4),
    ndl.exponential(0.2, { shift: 0.1 }),
    ndl.pdf([0, 1], [1, 2]),
    ndl.quasirandomSequence(),
  ],
  solver: [
    ndl.lstsq({ conditionThreshold: 0.1 }),
    ndl.lstsqL1({ l1: 0.001 }),
    ndl.lstsqL2({ method: ndl.randomizedSvd({ components: 3 }) }),
    ndl.lstsqL2({ method: ndl.conjugateGradient({ mostIterations: 5 }), weights: true }),
    ndl.lstsqL2nz({ method: ndl.blockConjugateGradient({ tolerance: 0.1 }) }),
    ndl.lstsqNoise({ method: ndl.lsmr() }),
    ndl.lstsqMultNoise({ noise: 0.2, method: ndl.relativeConjugateGradient() }),
    ndl.lstsqDrop({ drop: 0.2, second: ndl.nnlsL2() }),
    ndl.nnls(),
    ndl.nnlsL2nz({ regularization: 0.2 }),
    ndl.noSolver({ values: [[1], [0], [2]] }),
    ndl.noSolver(),
  ],
} as const;

type Family = keyof typeof KINDS;

/** Where the value stands that is broken. */
const PLACES: Readonly<Record<Family, string>> = {
  neuronType: 'ensembles[0].neuronType',
  distribution: 'ensembles[0].evalPoints',
  process: 'nodes[0].output',
  synapse: 'connections[0].synapse',
  transform: 'connections[0].transform',
  solver: 'connections[1].solver',
};

/** A network as a file, of which one value is of this kind. */
function fileWith(family: Family, value: never): string {
  const net = new Network({ seed: 1 }, () => {
    const source = family === 'process' ? new Node(value) : new Node([0]);
    const neuronType = family === 'neuronType' ? value : ndl.lif();
    const ensemble = new Ensemble({ nNeurons: 3, dimensions: 1, neuronType });
    if (family === 'distribution') ensemble.evalPoints = value;
    if (family === 'transform') {
      const transform: ndl.Transform = value;
      new Connection(new Node({ sizeIn: 16 }), new Node({ sizeIn: transform.shape![0] }), { transform });
    }
    new Connection(source.at(0), ensemble, { ...(family === 'synapse' && { synapse: value }) });
    if (family === 'solver') new Connection(ensemble, new Ensemble({ nNeurons: 2, dimensions: 1 }), { solver: value });
  });
  return JSON.stringify(net.toJSON());
}

const cases = Object.entries(KINDS).flatMap(([family, values]) =>
  values.map((value) => [value.kind, family as Family, value as never] as const),
);

test.each(cases)('%s comes back', (_, family, value) => {
  const text = fileWith(family, value);
  expect(JSON.stringify(networkFromJson(JSON.parse(text)).toJSON())).toBe(text);
});

const IMAGE = ndl.convolution(1, [4, 4, 1]);

describe('what no factory makes is refused', () => {
  test.each<[string, Family, unknown, string, string]>([
    ['a time constant below 0', 'neuronType', ndl.lif(), '"tauRc":0.02', '"tauRc":-1'],
    ['a text for a number', 'neuronType', ndl.lif(), '"tauRc":0.02', '"tauRc":"x"'],
    ['a filter from the future', 'synapse', ndl.lowpass(0.1), '"tau":0.1', '"tau":-3'],
    ['a method that is not known', 'synapse', ndl.linearFilter([1], [0.1, 1]), '"method":"zoh"', '"method":"best"'],
    ['frequencies below 0', 'process', ndl.whiteSignal(1, 5), '"high":5', '"high":-5'],
    ['no period', 'process', ndl.whiteSignal(1, 5), '"period":1', '"period":null'],
    ['an interpolation that is not known', 'process', ndl.piecewise({ 0: [1] }), '"zero"', '"round"'],
    ['bounds in the wrong order', 'distribution', ndl.uniform(-3, 3), '"low":-3', '"low":7'],
    ['a negative deviation', 'distribution', ndl.gaussian(0, 7), '"standardDeviation":7', '"standardDeviation":-7'],
    ['a padding that is not known', 'transform', IMAGE, '"padding":"valid"', '"padding":"odd"'],
    ['no strides', 'transform', IMAGE, '"strides":[1,1]', '"strides":[0,-1]'],
    ['a flag that is none', 'transform', IMAGE, '"channelsLast":true', '"channelsLast":"no"'],
    ['a shape of its own', 'transform', IMAGE, '"spatial":[2,2]', '"spatial":[2,9]'],
    ['an entry outside', 'transform', ndl.sparse([3, 16], [[1, 7]]), '"columns":[7]', '"columns":[77]'],
    ['windows of nothing', 'process', ndl.maxPooling([4, 4, 1]), '"poolSize":[2,2]', '"poolSize":[0,2]'],
    ['a share beyond 1', 'solver', ndl.lstsqDrop({ drop: 0.25 }), '"drop":0.25', '"drop":25'],
    ['a method of least squares', 'solver', ndl.lstsqL2({ method: ndl.lsmr() }), '"tolerance"', '"tolerance":-1,"was"'],
  ])('%s', (_, family, value, from, to) => {
    const text = fileWith(family, value as never);
    expect(text).toContain(from);
    const given: unknown = JSON.parse(text.replace(from, to));
    expect(() => networkFromJson(given)).toThrow(failing('NETWORK_JSON', PLACES[family]) as Error);
  });
});
