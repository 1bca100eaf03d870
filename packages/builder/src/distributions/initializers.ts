/** @file Distributions of initial weights: TruncatedNormal, and VarianceScaling by the shape that is drawn. */
import type { TruncatedNormal, VarianceMode, VarianceScaling } from '@ndl/model';
import { NdArray, type Pieces, type RandomState } from '@ndl/numerics';
import { needsDimensions } from './distribution-errors.ts';
import { definedInPieces, DRAW_COST, drawn, filled, type PiecewiseDefinition } from './in-pieces.ts';

/** Draws: one normal per number, then again one for each that was too far out, until none is. */
const TRUNCATED_NORMAL: PiecewiseDefinition<TruncatedNormal> = definedInPieces<TruncatedNormal>({
  kind: 'truncatedNormal',
  *sampleInPieces({ mean, standardDeviation, limit }, count, dimensions, random) {
    const data = yield* truncated(count * (dimensions ?? 1), standardDeviation, limit, random);
    data.forEach((sample, index) => (data[index] = mean + sample));
    return new NdArray(data, dimensions === undefined ? [count] : [count, dimensions]);
  },
});

/** Draws: one uniform per number, or what TruncatedNormal draws. */
const VARIANCE_SCALING: PiecewiseDefinition<VarianceScaling> = definedInPieces<VarianceScaling>({
  kind: 'varianceScaling',
  *sampleInPieces({ scale, mode, distribution }, count, dimensions, random) {
    if (dimensions === undefined) throw needsDimensions('varianceScaling');
    const variance = scale / fanOf(mode, count, dimensions);
    if (distribution === 'uniform') {
      const limit = Math.sqrt(3 * variance);
      return yield* filled(count, dimensions, (size) => random.uniform(-limit, limit, size));
    }
    const standardDeviation = Math.sqrt(variance);
    const data = yield* truncated(count * dimensions, standardDeviation, 2 * standardDeviation, random);
    return new NdArray(data, [count, dimensions]);
  },
});

/** All of them. */
export const INITIALIZERS: readonly PiecewiseDefinition[] = [TRUNCATED_NORMAL, VARIANCE_SCALING];

/** `size` normal numbers around 0, none farther from it than `limit`. */
function* truncated(size: number, scale: number, limit: number, random: RandomState): Pieces<Float64Array> {
  const data = yield* drawn(size, (part) => random.normal(0, scale, part));
  let outside = indicesBeyond(data, limit);
  while (outside.length > 0) {
    const again = random.normal(0, scale, outside.length);
    outside.forEach((index, at) => (data[index] = again[at]!));
    yield DRAW_COST * outside.length;
    outside = outside.filter((index) => Math.abs(data[index]!) > limit);
  }
  return data;
}

function indicesBeyond(data: Float64Array, limit: number): number[] {
  const indices: number[] = [];
  data.forEach((sample, index) => {
    if (Math.abs(sample) > limit) indices.push(index);
  });
  return indices;
}

/** Of a matrix, [out, in]. */
function fanOf(mode: VarianceMode, out: number, into: number): number {
  return { fanIn: into, fanOut: out, fanAverage: (into + out) / 2 }[mode];
}
