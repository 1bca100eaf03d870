import { isNdArray, ndarray } from '@ndl/numerics';
import { expect, test } from 'vitest';
import {
  choice,
  defineProcess,
  direct,
  Ensemble,
  gaussian,
  lif,
  lifRate,
  lowpass,
  Network,
  piecewise,
  rectifiedLinear,
  samples,
  sigmoid,
  tanh,
  uniform,
  type EnsembleOptions,
} from '../index.ts';

const failing = (code: string, text = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as string });

const make = (options: Partial<EnsembleOptions> = {}): Ensemble =>
  new Network().within(() => new Ensemble({ nNeurons: 3, dimensions: 2, ...options }));

test('has the defaults of Nengo', () => {
  const ensemble = make();
  expect(ensemble).toMatchObject({
    kind: 'ensemble',
    nNeurons: 3,
    dimensions: 2,
    radius: 1,
    encoders: {
      kind: 'scatteredHypersphere',
      surface: true,
      minMagnitude: 0,
      method: 'sct-approx',
      base: { kind: 'quasirandomSequence' },
    },
    intercepts: { kind: 'uniform', low: -1, high: 0.9 },
    maxRates: { kind: 'uniform', low: 200, high: 400 },
    evalPoints: { kind: 'scatteredHypersphere', surface: false },
    nEvalPoints: null,
    neuronType: { kind: 'lif', tauRc: 0.02, tauRef: 0.002 },
    gain: null,
    bias: null,
    noise: null,
    normalizeEncoders: true,
    label: null,
    seed: null,
    sizeIn: 2,
    sizeOut: 2,
  });
  expect(ensemble.probeable).toEqual(['decodedOutput', 'input', 'scaledEncoders']);
});

test('its neurons are one object, as large as the population', () => {
  const ensemble = make();
  expect(ensemble.neurons).toBe(ensemble.neurons);
  expect(ensemble.neurons).toMatchObject({
    kind: 'neurons',
    ensemble,
    sizeIn: 3,
    sizeOut: 3,
    network: ensemble.network,
  });
  expect(ensemble.neurons.probeable).toEqual(['output', 'voltage', 'refractoryTime', 'input']);
  expect(ensemble.neurons.at([0, 2]).sizeOut).toBe(2);
  expect(ensemble.neurons.slice(1).sizeOut).toBe(2);
});

test('a Direct ensemble has no neurons to reach', () => {
  expect(make({ neuronType: direct() }).neurons).toMatchObject({ sizeIn: 0, sizeOut: 0 });
});

test('keeps copies of arrays', () => {
  const encoders = [
    [1, 0],
    [0, 1],
    [1, 1],
  ];
  const ensemble = make({ encoders });
  encoders[0]![0] = 9;
  expect(isNdArray(ensemble.encoders) && ensemble.encoders.toNested()).toEqual([
    [1, 0],
    [0, 1],
    [1, 1],
  ]);
});

test.each<[string, Partial<EnsembleOptions>, string, string]>([
  [
    'no neurons',
    { nNeurons: 0 },
    'INVALID_OPTION',
    'Ensemble (ensembles[0]): nNeurons must be a whole number, at least 1; got 0.',
  ],
  ['a negative number of neurons', { nNeurons: -3 }, 'INVALID_OPTION', 'nNeurons'],
  ['a fractional number of neurons', { nNeurons: 2.5 }, 'INVALID_OPTION', 'nNeurons'],
  ['no dimensions', { dimensions: 0 }, 'INVALID_OPTION', 'dimensions'],
  ['a radius of zero', { radius: 0 }, 'INVALID_OPTION', 'radius'],
  ['a tiny radius', { radius: 1e-10 }, 'INVALID_OPTION', 'radius must be above 1e-10'],
  ['a negative radius', { radius: -1 }, 'INVALID_OPTION', 'radius'],
  ['a radius of NaN', { radius: Number.NaN }, 'INVALID_OPTION', 'radius'],
  [
    'encoders for other neurons',
    { encoders: [[1, 0]] },
    'SHAPE_MISMATCH',
    'encoders: expected shape [3, 2], got [1, 2]',
  ],
  ['ragged encoders', { encoders: [[1, 0], [1], [0, 1]] }, 'RAGGED_ARRAY', 'encoders'],
  [
    'NaN in encoders',
    {
      encoders: [
        [1, 0],
        [0, 1],
        [1, Number.NaN],
      ],
    },
    'NOT_FINITE',
    'encoders holds NaN at [2, 1]',
  ],
  [
    'an encoder of zeros',
    {
      encoders: [
        [1, 0],
        [0, 0],
        [0, 1],
      ],
    },
    'INVALID_OPTION',
    'encoders[1]',
  ],
  [
    'a synapse for encoders',
    { encoders: lowpass(0.1) as never },
    'INVALID_OPTION',
    "a distribution or an array of numbers; got an object of kind 'lowpass'",
  ],
  ['too many intercepts', { intercepts: [0, 0, 0, 0] }, 'SHAPE_MISMATCH', 'intercepts: expected shape [3], got [4]'],
  ['infinite intercepts', { intercepts: [0, Infinity, 0] }, 'NOT_FINITE', 'intercepts holds Infinity at [1]'],
  ['a single number for maxRates', { maxRates: 100 }, 'SHAPE_MISMATCH', 'maxRates'],
  [
    'evaluation points of other dimensions',
    { evalPoints: [[1], [2]] },
    'SHAPE_MISMATCH',
    'evalPoints: expected shape [*, 2], got [2, 1]',
  ],
  ['no evaluation points', { evalPoints: [] }, 'SHAPE_MISMATCH', 'evalPoints'],
  ['zero nEvalPoints', { nEvalPoints: 0 }, 'INVALID_OPTION', 'nEvalPoints'],
  ['other numbers of points', { evalPoints: [[0, 0]], nEvalPoints: 3 }, 'OPTION_CONFLICT', 'leave nEvalPoints out'],
  ['gain without bias', { gain: [1, 1, 1] }, 'OPTION_CONFLICT', 'gain was given without bias'],
  ['bias without gain', { bias: uniform(0, 1) }, 'OPTION_CONFLICT', 'bias was given without gain'],
  ['NaN in gains', { gain: [1, Number.NaN, 1], bias: [0, 0, 0] }, 'NOT_FINITE', 'gain holds NaN at [1]'],
  ['too few gains', { gain: [1], bias: [0, 0, 0] }, 'SHAPE_MISMATCH', 'gain'],
  [
    'a name for a neuron type',
    { neuronType: 'lif' as never },
    'INVALID_OPTION',
    "neuronType must be a neuron type, as made by lif, tanh …; got 'lif'",
  ],
  [
    'an initial state for other neurons',
    { neuronType: lif({ initialState: { voltage: [0, 0] } }) },
    'SHAPE_MISMATCH',
    'initialState.voltage of its neurons: expected shape [3]',
  ],
  ['a number for noise', { noise: 0.1 as never }, 'INVALID_OPTION', 'noise'],
  [
    'noise that wants an input',
    { noise: defineProcess({ kind: 'test/filter', defaultSizeIn: 1 }) },
    'INVALID_OPTION',
    'noise',
  ],
  ['a seed below zero', { seed: -1 }, 'INVALID_OPTION', 'seed'],
  ['a label that is no text', { label: 7 as never }, 'INVALID_OPTION', 'label'],
  ['null where it means nothing', { radius: null as never }, 'INVALID_OPTION', 'radius'],
  ['an unknown option', { raduis: 2 } as never, 'UNKNOWN_OPTION', "unknown option 'raduis'. Did you mean radius?"],
])('%s is refused, and nothing is added', (_, options, code, text) => {
  const net = new Network();
  const attempt = (): Ensemble => net.within(() => new Ensemble({ nNeurons: 3, dimensions: 2, ...options }));
  expect(attempt).toThrow(failing(code, text));
  expect(net.ensembles).toEqual([]);
});

test('sizes are required', () => {
  expect(() => make({ nNeurons: undefined } as never)).toThrow(failing('MISSING_OPTION', 'nNeurons is required'));
  const withoutOptions = (): Ensemble => new Network().within(() => new Ensemble(undefined as never));
  expect(withoutOptions).toThrow(failing('INVALID_OPTION', 'the options must be an object'));
});

test.each<[string, Partial<EnsembleOptions>]>([
  ['an array that reaches the limit', { maxRates: [100, 500, 200] }],
  ['a uniform distribution beyond it', { maxRates: uniform(300, 501) }],
  ['a choice at the limit', { maxRates: choice([100, 500]) }],
  ['samples beyond it', { maxRates: samples([100, 600, 100]) }],
  ['a long refractory period', { neuronType: lif({ tauRef: 0.003 }) }],
  ['the rate model', { neuronType: lifRate({ tauRef: 0.005 }) }],
  ['sigmoids', { neuronType: sigmoid({ tauRef: 0.003 }) }],
  ['hyperbolic tangents', { neuronType: tanh({ tauRef: 0.003 }) }],
])('max rates above 1/τ_ref are refused: %s', (_, options) => {
  expect(() => make(options)).toThrow(failing('MAX_RATE_UNREACHABLE', 'maxRates'));
});

test.each<[string, Partial<EnsembleOptions>]>([
  ['a uniform distribution up to the limit, which it never reaches', { maxRates: uniform(200, 500) }],
  ['a distribution whose bound is not plain to see', { maxRates: gaussian(300, 10) }],
  ['neurons without limit', { maxRates: uniform(1000, 2000), neuronType: rectifiedLinear() }],
  ['neurons without refractory period', { maxRates: uniform(1000, 2000), neuronType: lif({ tauRef: 0 }) }],
  ['rates that gain and bias make needless', { maxRates: uniform(1000, 2000), gain: [1, 1, 1], bias: [0, 0, 0] }],
  [
    'an encoder of zeros that is not scaled',
    {
      encoders: [
        [1, 0],
        [0, 0],
        [0, 1],
      ],
      normalizeEncoders: false,
    },
  ],
  ['noise without input', { noise: piecewise({ 0: 1 }) }],
])('accepts %s', (_, options) => {
  expect(make(options).kind).toBe('ensemble');
});

test('replaceParameters changes what it names, or nothing', () => {
  const ensemble = make({ radius: 2, label: 'a' });
  ensemble.replaceParameters({ gain: [1, 2, 3], bias: ndarray([0, 0, 1]), radius: undefined });
  expect(isNdArray(ensemble.gain) && ensemble.gain.toNested()).toEqual([1, 2, 3]);
  expect(ensemble.radius).toBe(2);
  expect(() => ensemble.replaceParameters({ radius: 5, encoders: [[1, 0]] })).toThrow(
    failing('SHAPE_MISMATCH', "Ensemble 'a'"),
  );
  expect(ensemble.radius).toBe(2);
  expect(() => ensemble.replaceParameters({ nNeurons: 4 } as never)).toThrow(failing('OPTION_CONFLICT'));
});
