import { expect, test } from 'vitest';
import {
  choice,
  cosineSimilarity,
  defineDistribution,
  exponential,
  gaussian,
  glorot,
  he,
  pdf,
  quasirandomSequence,
  samples,
  scatteredHypersphere,
  sqrtBeta,
  subvectorLength,
  truncatedNormal,
  uniform,
  uniformHypersphere,
  varianceScaling,
} from '../index.ts';

const failing = (code: string, text = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as string });

test('are frozen data with the defaults of Nengo', () => {
  expect(uniform(-1, 1)).toEqual({ family: 'distribution', kind: 'uniform', low: -1, high: 1, integer: false });
  expect(uniform(0, 10, { integer: true }).integer).toBe(true);
  expect(gaussian(0, 2)).toMatchObject({ kind: 'gaussian', mean: 0, standardDeviation: 2 });
  expect(uniformHypersphere()).toMatchObject({ kind: 'uniformHypersphere', surface: false, minMagnitude: 0 });
  expect(scatteredHypersphere({ surface: true })).toEqual({
    family: 'distribution',
    kind: 'scatteredHypersphere',
    surface: true,
    minMagnitude: 0,
    base: quasirandomSequence(),
    method: 'sct-approx',
  });
  for (const distribution of [uniform(0, 1), gaussian(0, 1), choice([1]), samples([1]), quasirandomSequence()]) {
    expect(Object.isFrozen(distribution)).toBe(true);
  }
});

test('distributions of single numbers have the defaults of Nengo', () => {
  expect(exponential(2)).toEqual({ family: 'distribution', kind: 'exponential', scale: 2, shift: 0, high: Infinity });
  expect(exponential(0.15, { shift: 0.3, high: 1 })).toMatchObject({ shift: 0.3, high: 1 });
  expect(pdf([0, 1], [2, 3])).toMatchObject({ kind: 'pdf', values: { shape: [2] }, probabilities: { shape: [2] } });
  expect(sqrtBeta(5)).toEqual({ family: 'distribution', kind: 'sqrtBeta', n: 5, m: 1 });
  expect(subvectorLength(8, 2)).toEqual(sqrtBeta(6, 2));
  expect(cosineSimilarity(6)).toEqual({ family: 'distribution', kind: 'cosineSimilarity', dimensions: 6 });
});

test('distributions of weights have the defaults of NengoDL', () => {
  expect(truncatedNormal({ standardDeviation: 3 })).toMatchObject({ mean: 0, standardDeviation: 3, limit: 6 });
  expect(varianceScaling()).toMatchObject({ scale: 1, mode: 'fanIn', distribution: 'uniform' });
  expect(glorot({ scale: 3 })).toEqual(varianceScaling({ scale: 3, mode: 'fanAverage' }));
  expect(he({ scale: 3 })).toEqual(varianceScaling({ scale: 9, distribution: 'normal' }));
});

test('choices and samples are numbers or vectors', () => {
  expect(choice([1, 2], [0, 3])).toMatchObject({ options: { shape: [2] }, weights: { shape: [2] } });
  expect(
    choice([
      [1, 0],
      [0, 1],
    ]),
  ).toMatchObject({ options: { shape: [2, 2] }, weights: null });
  expect(samples([[1, 0]])).toMatchObject({ kind: 'samples', samples: { shape: [1, 2] } });
});

test("a third party's kind is frozen data of the family", () => {
  const distribution = defineDistribution({ kind: 'acme/cauchy', scale: 2 });
  expect(distribution).toEqual({ family: 'distribution', kind: 'acme/cauchy', scale: 2 });
  expect(Object.isFrozen(distribution)).toBe(true);
});

test.each<[string, () => unknown, string, string]>([
  [
    'bounds the wrong way round',
    () => uniform(1, 0),
    'INVALID_OPTION',
    'uniform: high must be at least low, which is 1; got 0.',
  ],
  ['an infinite bound', () => uniform(0, Infinity), 'NOT_FINITE', 'uniform: high'],
  ['a bound of NaN', () => uniform(Number.NaN, 1), 'NOT_FINITE', 'uniform: low'],
  ['a bound that is no number', () => uniform('0' as never, 1), 'INVALID_OPTION', 'uniform: low'],
  ['an unknown option', () => uniform(0, 1, { integers: true } as never), 'UNKNOWN_OPTION', 'Did you mean integer?'],
  ['a standard deviation of zero', () => gaussian(0, 0), 'INVALID_OPTION', 'standardDeviation'],
  ['a choice of nothing', () => choice([]), 'INVALID_OPTION', 'options'],
  ['a choice of one bare number', () => choice(3), 'INVALID_OPTION', 'options'],
  ['too few weights', () => choice([1, 2], [1]), 'INVALID_OPTION', 'weights must be 2 numbers'],
  ['negative weights', () => choice([1, 2], [1, -1]), 'INVALID_OPTION', 'weights'],
  ['weights of zero', () => choice([1, 2], [0, 0]), 'INVALID_OPTION', 'weights'],
  ['NaN among the options', () => choice([Number.NaN]), 'NOT_FINITE', 'options'],
  ['a length of one at least', () => uniformHypersphere({ minMagnitude: 1 }), 'INVALID_OPTION', 'below 1'],
  ['a negative length', () => scatteredHypersphere({ minMagnitude: -0.1 }), 'INVALID_OPTION', 'minMagnitude'],
  [
    'a base that is no distribution',
    () => scatteredHypersphere({ base: 'uniform' as never }),
    'INVALID_OPTION',
    'base',
  ],
  [
    'an unknown method',
    () => scatteredHypersphere({ method: 'sobol' as never }),
    'INVALID_OPTION',
    "one of 'sct-approx', 'sct', 'tfww'; got 'sobol'.",
  ],
  ['a scale of zero', () => exponential(0), 'INVALID_OPTION', 'exponential: scale'],
  ['an infinite shift', () => exponential(1, { shift: Infinity }), 'NOT_FINITE', 'exponential: shift'],
  [
    'a bound at the shift',
    () => exponential(1, { shift: 2, high: 2 }),
    'INVALID_OPTION',
    'exponential: high must be a number above shift, which is 2; got 2.',
  ],
  ['a bound of NaN', () => exponential(1, { high: Number.NaN }), 'NOT_FINITE', 'exponential: high'],
  ['a bound that is a text', () => exponential(1, { high: '1' as never }), 'INVALID_OPTION', 'exponential: high'],
  ['an unknown option of exponential', () => exponential(1, { low: 0 } as never), 'UNKNOWN_OPTION', 'shift'],
  ['values that descend', () => pdf([1, 0], [1, 1]), 'INVALID_OPTION', 'ascending'],
  ['no values', () => pdf([], []), 'INVALID_OPTION', 'pdf: values'],
  ['a matrix of values', () => pdf([[1]], [1]), 'INVALID_OPTION', 'pdf: values'],
  ['too few probabilities', () => pdf([0, 1], [1]), 'INVALID_OPTION', 'pdf: probabilities must be 2 numbers'],
  ['negative probabilities', () => pdf([0, 1], [2, -1]), 'INVALID_OPTION', 'pdf: probabilities'],
  ['probabilities of zero', () => pdf([0, 1], [0, 0]), 'INVALID_OPTION', 'pdf: probabilities'],
  ['a beta parameter of zero', () => sqrtBeta(0), 'INVALID_OPTION', 'sqrtBeta: n'],
  ['a negative beta parameter', () => sqrtBeta(1, -1), 'INVALID_OPTION', 'sqrtBeta: m'],
  ['a vector of one dimension', () => cosineSimilarity(1), 'INVALID_OPTION', 'cosineSimilarity: dimensions'],
  ['a part that is the whole', () => subvectorLength(3, 3), 'INVALID_OPTION', 'below dimensions, which is 3'],
  ['half a dimension', () => subvectorLength(3, 0.5), 'INVALID_OPTION', 'subvectorLength: subdimensions'],
  ['a limit of zero', () => truncatedNormal({ limit: 0 }), 'INVALID_OPTION', 'truncatedNormal: limit'],
  ['a limit too small to draw for', () => truncatedNormal({ limit: 1e-9 }), 'INVALID_OPTION', 'hardly any draw'],
  ['an unknown mode', () => varianceScaling({ mode: 'fan_in' as never }), 'INVALID_OPTION', "'fanIn', 'fanOut'"],
  ['an unknown shape', () => glorot({ distribution: 'gauss' as never }), 'INVALID_OPTION', "'uniform', 'normal'"],
  ['a mode of glorot', () => glorot({ mode: 'fanIn' } as never), 'UNKNOWN_OPTION', 'mode'],
  ['a negative scale', () => he({ scale: -1 }), 'INVALID_OPTION', 'he: scale'],
  ['samples that are one number', () => samples(1), 'INVALID_OPTION', 'samples'],
])('%s is refused', (_, make, code, text) => {
  expect(make).toThrow(failing(code, text));
});
