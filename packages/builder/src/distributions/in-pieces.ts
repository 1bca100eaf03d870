/** @file What the samplers of built-in distributions share: both forms of a definition, and filling arrays in pieces. */
import type { DistributionDefinition } from '@ndl/core';
import type { Distribution } from '@ndl/model';
import { complete, NdArray, type Pieces, type RandomState } from '@ndl/numerics';

/** A definition that samples in pieces, whose plain form does all of them at once. */
export interface PiecewiseDefinition<Type extends Distribution = Distribution> extends DistributionDefinition<Type> {
  sampleInPieces(
    distribution: Type,
    count: number,
    dimensions: number | undefined,
    random: RandomState,
  ): Pieces<NdArray<Float64Array>>;
}

/** Completes a definition that is given in pieces. */
export function definedInPieces<Type extends Distribution>(
  definition: Omit<PiecewiseDefinition<Type>, 'sample'>,
): PiecewiseDefinition<Type> {
  const { sampleInPieces } = definition;
  return { ...definition, sample: (...request) => complete(sampleInPieces(...request)) };
}

/** What drawing a number is worth, in operations. */
export const DRAW_COST = 16;

const DRAWS = 2 ** 14;

/** `size` numbers from `draw(part)`, which continues its stream from call to call. */
export function* drawn(size: number, draw: (part: number) => Float64Array): Pieces<Float64Array> {
  if (size <= DRAWS) return draw(size);
  const data = new Float64Array(size);
  for (let from = 0; from < size; from += DRAWS) {
    const part = Math.min(DRAWS, size - from);
    data.set(draw(part), from);
    yield DRAW_COST * part;
  }
  return data;
}

/** An array of independent numbers from `draw(part)`: [count] where `dimensions` is undefined, else [count, dimensions]. */
export function* filled(
  count: number,
  dimensions: number | undefined,
  draw: (part: number) => Float64Array,
): Pieces<NdArray<Float64Array>> {
  const data = yield* drawn(count * (dimensions ?? 1), draw);
  return new NdArray(data, dimensions === undefined ? [count] : [count, dimensions]);
}
