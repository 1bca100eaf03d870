/** @file Copies of arrays in pieces: the first touch of fresh memory costs many times what copying within used memory does. */
import { NdArray, type FloatArray } from './nd-array.ts';
import type { Pieces } from '../basics/pieces.ts';

/** Numbers that are copied at a time. */
const PART = 2 ** 16;

/** A copy in double precision, in pieces. */
export function* copyInPieces(array: NdArray): Pieces<NdArray<Float64Array>> {
  const copy = new Float64Array(array.size);
  yield* fillInPieces(copy, array.data);
  return new NdArray(copy, array.shape);
}

/** Copies all numbers of one array into another of the same length, in pieces. */
export function* fillInPieces(target: FloatArray, source: FloatArray): Pieces<void> {
  for (let from = 0; from < source.length; from += PART) {
    const part = source.subarray(from, from + PART);
    target.set(part, from);
    yield part.length;
  }
}
