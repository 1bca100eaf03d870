/** @file Probabilities of lengths and cosines equal SciPy's. */
import { cosineSimilarity, sqrtBeta, uniform } from '@ndl/model';
import { describe, expect, it, test } from 'vitest';
import { readGolden } from '../../../golden/networks/read-golden.ts';
import {
  cumulativeProbability,
  probabilityDensity,
  quantile,
  type LengthDistribution,
} from './length-probabilities.ts';

interface Expected {
  readonly cdf: number[];
  readonly pdf: number[];
  readonly ppf: number[];
}

const golden = readGolden<Readonly<Record<string, Expected>> & { readonly x: number[] }>('unit_special');

/** Cosines were looked at from -1 to 1, lengths from 0 to 1. */
describe.each<[string, LengthDistribution, (x: number) => number]>([
  ['SqrtBeta(5,2)', sqrtBeta(5, 2), (x) => x],
  ['CosineSimilarity(6)', cosineSimilarity(6), (x) => 2 * x - 1],
])('%s', (name, distribution, place) => {
  it.each([
    ['cdf', cumulativeProbability],
    ['pdf', probabilityDensity],
    ['ppf', quantile],
  ] as const)('has the %s of SciPy', (property, evaluate) => {
    const expected = golden[name]![property];
    golden.x.forEach((x, index) => {
      const at = property === 'ppf' ? x : place(x);
      expect(Math.abs(evaluate(distribution, at) - expected[index]!)).toBeLessThan(1e-12);
    });
  });

  it('has quantiles that undo the cumulative probability', () => {
    for (const p of [0, 0.1, 0.5, 0.9, 1])
      expect(cumulativeProbability(distribution, quantile(distribution, p))).toBeCloseTo(p, 12);
  });
});

test('nothing lies beyond length one, and no length below zero', () => {
  expect([-2, -0.5, 1, 7].map((x) => cumulativeProbability(sqrtBeta(3), x))).toEqual([0, 0, 1, 1]);
  expect([-2, 2].map((x) => cumulativeProbability(cosineSimilarity(4), x))).toEqual([0, 1]);
  expect([-0.5, 1.5].map((x) => probabilityDensity(sqrtBeta(3), x))).toEqual([0, 0]);
  // In three dimensions all cosines are equally likely.
  for (const x of [-1, -0.3, 0, 1]) expect(probabilityDensity(cosineSimilarity(3), x)).toBeCloseTo(0.5, 14);
});

test.each<[string, () => unknown, string]>([
  [
    'another distribution',
    () => quantile(uniform(0, 1) as never, 0.5),
    'quantile: distribution must be a distribution',
  ],
  ['a probability above one', () => quantile(sqrtBeta(1), 1.1), 'quantile: probability must be a number from 0 to 1'],
  ['a place that is no number', () => cumulativeProbability(sqrtBeta(1), 'x' as never), 'cumulativeProbability: x'],
  ['a place that is NaN', () => probabilityDensity(sqrtBeta(1), Number.NaN), 'probabilityDensity: x'],
])('%s is refused', (_, act, text) => {
  expect(act).toThrow(
    expect.objectContaining({ code: 'INVALID_OPTION', message: expect.stringContaining(text) as string }),
  );
});
