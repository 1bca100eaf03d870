/** @file A distribution: a triangle over an interval. */
import { NdArray, type DistributionDefinition } from '@ndl/core';
import { defineDistribution, type Distribution } from '@ndl/model';

export interface Triangular extends Distribution {
  readonly kind: 'acmeTriangular';
  readonly low: number;
  /** Where the density is greatest, from `low` to `high`. */
  readonly peak: number;
  readonly high: number;
}

/** From `low` to `high`, most often near `peak`. */
export function triangular(low: number, peak: number, high: number): Triangular {
  if (!(low <= peak && peak <= high && low < high))
    throw new RangeError(`triangular: low, peak and high must ascend, and are ${low}, ${peak} and ${high}.`);
  return defineDistribution({ kind: 'acmeTriangular', low, peak, high });
}

export const triangularDefinition: DistributionDefinition<Triangular> = {
  kind: 'acmeTriangular',
  sample({ low, peak, high }, count, dimensions, random) {
    const below = (peak - low) / (high - low);
    const samples = Float64Array.from({ length: count * (dimensions ?? 1) }, () => {
      const probability = random.random();
      return probability < below
        ? low + Math.sqrt(probability * (high - low) * (peak - low))
        : high - Math.sqrt((1 - probability) * (high - low) * (high - peak));
    });
    return new NdArray(samples, dimensions === undefined ? [count] : [count, dimensions]);
  },
};
