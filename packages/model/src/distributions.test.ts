import { expect, test } from 'vitest';
import {
  choice,
  defineDistribution,
  gaussian,
  quasirandomSequence,
  samples,
  scatteredHypersphere,
  uniform,
  uniformHypersphere,
} from './index.ts';

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
  ['samples that are one number', () => samples(1), 'INVALID_OPTION', 'samples'],
])('%s is refused', (_, make, code, text) => {
  expect(make).toThrow(failing(code, text));
});
