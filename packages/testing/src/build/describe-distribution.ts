/** @file `describeDistribution`: the conformance suite of kinds of distributions. */
import type { DistributionDefinition } from '@ndl/core';
import type { Distribution } from '@ndl/model';
import { complete, NdArray, RandomState } from '@ndl/numerics';
import { describe, expect, test } from 'vitest';
import { PATIENCE } from '../patience.ts';

/** A kind of distribution under test. */
export interface DistributionSuite<Type extends Distribution = Distribution> {
  readonly definition: DistributionDefinition<Type>;
  /** Distributions of this kind with different parameters, two or more; the suite samples each. */
  readonly distributions: readonly [Type, Type, ...Type[]];
  /** Numbers between which all samples lie. Default: anywhere. */
  readonly range?: (distribution: Type) => readonly [least: number, greatest: number];
  /**
   * Mean and standard deviation of samples of one dimension: closed forms, written independently of the definition. Held to five standard errors
   * of 4000 samples. Default: not compared.
   */
  readonly moments?: (distribution: Type) => { readonly mean: number; readonly deviation: number };
}

/** Count and dimensions, or no dimensions. */
const SHAPES = [
  [7, undefined],
  [1, undefined],
  [0, undefined],
  [7, 3],
  [4, 1],
  [0, 2],
] as const;

const MANY = 4000;

/**
 * Declares the tests of a kind of distribution, to be called at the top level of a test file:
 * `describeDistribution('myDistribution', { definition, distributions: [myDistribution(), myDistribution({ width: 2 })] })`.
 */
export function describeDistribution<Type extends Distribution>(name: string, suite: DistributionSuite<Type>): void {
  const { definition, distributions, range, moments } = suite;

  describe(`distribution ${name}`, { timeout: PATIENCE }, () => {
    test('is of the kind of its distributions, which differ', () => {
      expect(distributions.map(({ kind }) => kind)).toEqual(distributions.map(() => definition.kind));
      expect(new Set(distributions.map((each) => JSON.stringify(each))).size).toBe(distributions.length);
    });

    describe.each(distributions.map((distribution, index) => ({ index, distribution })))(
      'distribution $index',
      ({ distribution }) => {
        const sampled = (count: number, dimensions: number | undefined, random = new RandomState(5)): NdArray =>
          definition.sample(distribution, count, dimensions, random);

        test.each(SHAPES)('gives %s samples of %s dimensions, which are finite', (count, dimensions) => {
          const samples = sampled(count, dimensions);
          expect(samples.shape).toEqual(dimensions === undefined ? [count] : [count, dimensions]);
          expect(samples.data.every(Number.isFinite)).toBe(true);
        });

        test('gives the same for the same state of the generator, in a fresh array, and goes on from it', () => {
          const random = new RandomState(5);
          const [first, again] = [sampled(50, undefined, random), sampled(50, undefined)];
          expect(first.data).toEqual(again.data);
          expect(first.data).not.toBe(again.data);
          first.data.fill(7);
          expect(sampled(50, undefined).data).toEqual(again.data);
        });

        test('gives the same in pieces', () => {
          if (definition.sampleInPieces === undefined) return;
          for (const [count, dimensions] of SHAPES) {
            const [one, other] = [new RandomState(5), new RandomState(5)];
            const inPieces = complete(definition.sampleInPieces(distribution, count, dimensions, one));
            expect(inPieces).toEqual(
              new NdArray(Float64Array.from(sampled(count, dimensions, other).data), inPieces.shape),
            );
            expect(one.uniform(0, 1, 1)).toEqual(other.uniform(0, 1, 1));
          }
        });

        test('stays within its range', () => {
          const [least, greatest] = range?.(distribution) ?? [-Infinity, Infinity];
          const { data } = sampled(MANY, undefined);
          expect(data.filter((value) => value < least || value > greatest)).toHaveLength(0);
        });

        if (moments === undefined) return;
        test('has the mean and the deviation that it says', () => {
          const data = Float64Array.from(sampled(MANY, undefined).data);
          const { mean, deviation } = moments(distribution);
          const own = data.reduce((sum, value) => sum + value, 0) / MANY;
          expect(Math.abs(own - mean)).toBeLessThan((5 * deviation) / Math.sqrt(MANY));
          const variance = data.reduce((sum, value) => sum + (value - own) ** 2, 0) / (MANY - 1);
          const fourth = data.reduce((sum, value) => sum + (value - own) ** 4, 0) / MANY;
          const error = Math.sqrt(Math.max(fourth - variance ** 2, 0) / MANY);
          expect(Math.abs(variance - deviation ** 2)).toBeLessThanOrEqual(5 * error);
        });
      },
    );
  });
}
