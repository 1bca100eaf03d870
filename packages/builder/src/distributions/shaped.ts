/** @file Distributions of single numbers whose shape is given: exponential, by a density, and roots of beta variates. */
import { kept, type CosineSimilarity, type Exponential, type Pdf, type SqrtBeta } from '@ndl/model';
import { interpolate } from '@ndl/numerics';
import { definedInPieces, filled, type PiecewiseDefinition } from './in-pieces.ts';
import { lastBefore } from './last-before.ts';

/** Draws: one exponential per number. */
const EXPONENTIAL: PiecewiseDefinition<Exponential> = definedInPieces<Exponential>({
  kind: 'exponential',
  *sampleInPieces({ scale, shift, high }, count, dimensions, random) {
    const largest = lastBefore(high);
    return yield* filled(count, dimensions, (size) =>
      random.exponential(scale, size).map((sample) => Math.min(sample + shift, largest)),
    );
  },
});

/** Draws: one uniform per number, looked up in the cumulative probabilities. */
const PDF: PiecewiseDefinition<Pdf> = definedInPieces<Pdf>({
  kind: 'pdf',
  *sampleInPieces(distribution, count, dimensions, random) {
    const values = kept(distribution, 'values').data;
    const cumulative = middlesOf(kept(distribution, 'probabilities').data);
    return yield* filled(count, dimensions, (size) =>
      random.random(size).map((probability) => interpolate(probability, cumulative, values)),
    );
  },
});

/** Draws: one beta per number. */
const SQRT_BETA: PiecewiseDefinition<SqrtBeta> = definedInPieces<SqrtBeta>({
  kind: 'sqrtBeta',
  *sampleInPieces({ n, m }, count, dimensions, random) {
    return yield* filled(count, dimensions, (size) => random.beta(m / 2, n / 2, size).map(Math.sqrt));
  },
});

/** Draws: one uniform per number for its sign, then one beta per number for its size. */
const COSINE_SIMILARITY: PiecewiseDefinition<CosineSimilarity> = definedInPieces<CosineSimilarity>({
  kind: 'cosineSimilarity',
  *sampleInPieces({ dimensions: space }, count, dimensions, random) {
    const signs = yield* filled(count, dimensions, (size) => random.random(size).map((u) => (u < 0.5 ? 1 : -1)));
    const sizes = yield* filled(count, dimensions, (size) => random.beta(0.5, (space - 1) / 2, size).map(Math.sqrt));
    sizes.data.forEach((size, index) => (sizes.data[index] = signs.data[index]! * size));
    return sizes;
  },
});

/** All of them. */
export const SHAPED_DISTRIBUTIONS: readonly PiecewiseDefinition[] = [EXPONENTIAL, PDF, SQRT_BETA, COSINE_SIMILARITY];

/** The cumulative probability in the middle of each share, the shares taken to sum to 1. */
function middlesOf(shares: ArrayLike<number>): Float64Array {
  const probabilities = Float64Array.from(shares);
  const total = probabilities.reduce((sum, share) => sum + share, 0);
  let below = 0;
  return probabilities.map((share) => {
    const middle = below + share / total / 2;
    below += share / total;
    return middle;
  });
}
