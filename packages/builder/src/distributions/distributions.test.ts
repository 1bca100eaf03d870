/** @file Samples equal Nengo's, draw for draw. */
import type { DistributionDefinition } from '@ndl/core';
import {
  choice,
  gaussian,
  quasirandomSequence,
  samples,
  scatteredHypersphere,
  uniform,
  uniformHypersphere,
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
    expect(() => sample(choice([[1, 2]]), 3, 3, 0)).toThrow(wrongShape);
  });
});
