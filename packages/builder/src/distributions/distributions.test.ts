/** @file Samples equal Nengo's, draw for draw. */
import type { DistributionDefinition } from '@ndl/core';
import {
  choice,
  cosineSimilarity,
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
  type Distribution,
} from '@ndl/model';
import { ndarray, RandomState, type NdArray } from '@ndl/numerics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readGolden } from '../../../golden/networks/read-golden.ts';
import { BUILT_IN_DISTRIBUTIONS } from './index.ts';

interface GoldenSamples {
  readonly dist: string;
  readonly seed: number;
  readonly n: number;
  readonly d: number | null;
  readonly samples: number[] | number[][];
}

const DISTRIBUTIONS: Readonly<Record<string, Distribution>> = {
  'Uniform(-1,1)': uniform(-1, 1),
  'Uniform(0,10,int)': uniform(0, 10, { integer: true }),
  'Gaussian(1,2)': gaussian(1, 2),
  UniformHypersphere: uniformHypersphere(),
  'UniformHypersphere(surface)': uniformHypersphere({ surface: true }),
  'UniformHypersphere(min .5)': uniformHypersphere({ minMagnitude: 0.5 }),
  QuasirandomSequence: quasirandomSequence(),
  ScatteredHypersphere: scatteredHypersphere(),
  'ScatteredHypersphere(surface)': scatteredHypersphere({ surface: true }),
  'ScatteredHypersphere(min .3)': scatteredHypersphere({ minMagnitude: 0.3 }),
  'ScatteredHypersphere(sct)': scatteredHypersphere({ method: 'sct' }),
  'ScatteredHypersphere(surface,tfww)': scatteredHypersphere({ method: 'tfww', surface: true }),
  'ScatteredHypersphere(tfww)': scatteredHypersphere({ method: 'tfww' }),
  'Exponential(.2,.1,.9)': exponential(0.2, { shift: 0.1, high: 0.9 }),
  // The file does not say the density; this is one that goes with its samples.
  PDF: pdf([0, 1, 2, 3], [1, 4, 3, 2]),
  'SqrtBeta(5,2)': sqrtBeta(5, 2),
  'SubvectorLength(8,2)': subvectorLength(8, 2),
  'CosineSimilarity(6)': cosineSimilarity(6),
  // The file does not say the weights; these are some that go with its samples.
  Choice: choice([1, 2, 5], [1, 2, 1]),
};

const golden = readGolden<GoldenSamples[]>('unit_dists').filter(({ dist }) => dist in DISTRIBUTIONS);

function sample(distribution: Distribution, count: number, dimensions: number | undefined, seed: number): NdArray {
  const definition: DistributionDefinition = BUILT_IN_DISTRIBUTIONS.find(({ kind }) => kind === distribution.kind)!;
  return definition.sample(distribution, count, dimensions, new RandomState(seed));
}

/** Lengths of the rows. */
function lengths(points: NdArray): number[] {
  return Array.from({ length: points.shape[0]! }, (_, index) => Math.hypot(...points.row(index).data));
}

describe('distributions', () => {
  it.each(golden)('$dist with d = $d samples as Nengo', ({ dist, seed, n, d, samples: expected }) => {
    const actual = sample(DISTRIBUTIONS[dist]!, n, d ?? undefined, seed);
    expect(actual.shape).toEqual(ndarray(expected).shape);
    const worst = ndarray(expected).data.reduce((error, x, i) => Math.max(error, Math.abs(x - actual.data[i]!)), 0);
    expect(worst).toBeLessThan(1e-12);
  });

  it('covers every distribution of the model', () => {
    expect(new Set(golden.map(({ dist }) => dist)).size).toBe(Object.keys(DISTRIBUTIONS).length);
  });

  it('cuts exponential samples off just below the bound', () => {
    const points = sample(exponential(1, { shift: -2, high: -1.5 }), 200, undefined, 1).data;
    expect(Math.max(...points)).toBe(-1.5 - 2 ** -52);
    expect(Math.min(...points)).toBeGreaterThanOrEqual(-2);
    expect(Math.max(...sample(exponential(1, { shift: -1, high: 0 }), 200, undefined, 1).data)).toBe(-Number.MIN_VALUE);
  });

  it('draws weights with the variance that the shape of the matrix asks for', () => {
    const [rows, columns] = [400, 100];
    const varianceOf = (distribution: Distribution): number =>
      Float64Array.from(sample(distribution, rows, columns, 3).data, (x) => x * x).reduce((sum, x) => sum + x) /
      (rows * columns);
    // Of a normal distribution that is cut off at two standard deviations, 0.7737 of the variance is left.
    const cut = 0.7737;
    const expected: [Distribution, number][] = [
      [varianceScaling({ mode: 'fanIn' }), 1 / columns],
      [varianceScaling({ mode: 'fanOut', scale: 3 }), 3 / rows],
      [glorot(), 2 / (rows + columns)],
      [he({ scale: 2 }), (4 / columns) * cut],
      [he({ distribution: 'uniform' }), 1 / columns],
      [truncatedNormal({ standardDeviation: 5 }), 25 * cut],
    ];
    for (const [distribution, variance] of expected) {
      expect(varianceOf(distribution) / variance).toBeGreaterThan(0.97);
      expect(varianceOf(distribution) / variance).toBeLessThan(1.03);
    }
  });

  it('draws again what is beyond the limit, in the order of the places', () => {
    const random = new RandomState(8);
    const expected = random.normal(0, 2, 30);
    let outside = [...expected.keys()].filter((at) => Math.abs(expected[at]!) > 1);
    expect(outside.length).toBeGreaterThan(5);
    while (outside.length > 0) {
      const again = random.normal(0, 2, outside.length);
      outside.forEach((at, index) => (expected[at] = again[index]!));
      outside = outside.filter((at) => Math.abs(expected[at]!) > 1);
    }
    const drawn = sample(truncatedNormal({ mean: 0, standardDeviation: 2, limit: 1 }), 10, 3, 8);
    expect(drawn.shape).toEqual([10, 3]);
    expect([...drawn.data]).toEqual([...expected]);
  });

  it('keeps hypersphere samples between minimum magnitude and one, whatever the method', () => {
    const radius = fc.double({ min: 0, max: 0.95, noNaN: true });
    const method = fc.constantFrom('sct-approx' as const, 'sct' as const, 'tfww' as const);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        radius,
        method,
        fc.nat(),
        (dimensions, minMagnitude, method, seed) => {
          const scattered = sample(scatteredHypersphere({ minMagnitude, method }), 20, dimensions, seed);
          const drawn = sample(uniformHypersphere({ minMagnitude }), 20, dimensions, seed);
          const all = [...lengths(scattered), ...lengths(drawn)];
          expect(Math.min(...all)).toBeGreaterThanOrEqual(minMagnitude - 1e-12);
          expect(Math.max(...all)).toBeLessThanOrEqual(1 + 1e-12);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('puts surface samples at length one', () => {
    const points = sample(scatteredHypersphere({ surface: true }), 200, 6, 3);
    for (const length of lengths(points)) expect(length).toBeCloseTo(1, 12);
  });

  it('scatters points of another base', () => {
    const base = uniform(0, 1);
    const points = sample(scatteredHypersphere({ base, surface: true }), 4, 1, 5);
    const signs = sample(base, 4, 1, 5).data.map((x) => Math.sign(x - 0.5));
    expect(Array.from(points.data)).toEqual(Array.from(signs));
  });

  it('chooses vectors as rows', () => {
    const points = sample(
      choice([
        [1, 0],
        [0, -1],
      ]),
      50,
      2,
      1,
    );
    const rows = new Set(Array.from({ length: 50 }, (_, index) => Array.from(points.row(index).data).join()));
    expect(rows).toEqual(new Set(['1,0', '0,-1']));
  });

  it('gives samples back, as often as there are of them', () => {
    expect(sample(samples([[1], [2]]), 2, 1, 0).toNested()).toEqual([[1], [2]]);
    expect(() => sample(samples([1, 2]), 3, undefined, 0)).toThrow(
      expect.objectContaining({ code: 'DISTRIBUTION_SHAPE' }),
    );
  });

  it('refuses vectors where numbers are wanted, and the wrong length of vector', () => {
    const wrongShape = expect.objectContaining({ code: 'DISTRIBUTION_SHAPE' });
    expect(() => sample(uniformHypersphere(), 3, undefined, 0)).toThrow(wrongShape);
    expect(() => sample(scatteredHypersphere(), 3, undefined, 0)).toThrow(wrongShape);
    expect(() => sample(quasirandomSequence(), 3, undefined, 0)).toThrow(wrongShape);
    expect(() => sample(glorot(), 3, undefined, 0)).toThrow(wrongShape);
    expect(() => sample(choice([[1, 2]]), 3, 3, 0)).toThrow(wrongShape);
  });
});
