/** @file The weights of a connection as simulated: encoders, transform and decoders multiplied into one array. */
import type { BuildContext } from '@ndl/core';
import type { Transform } from '@ndl/model';
import { identity, isNdArray, matmul, NdArray, type RandomState } from '@ndl/numerics';
import type { Decoding } from './solve-decoders.ts';

/** The numbers of a transform, shape [], [n] or [out, in], drawn where it is a distribution; `null` for none. */
export function sampleTransform(transform: Transform, context: BuildContext, random: RandomState): NdArray | null {
  if (transform.kind === 'none') return null;
  const { initial, shape } = transform;
  if (typeof initial === 'number') return new NdArray(Float64Array.of(initial), []);
  if (isNdArray(initial)) return new NdArray(Float64Array.from(initial.data), initial.shape);
  return context.sample(initial, shape[0], shape[1], random);
}

/**
 * targetEncoders · transform · decoders, as far as they exist. With decoders or encoders it is a matrix, else the transform itself;
 * `null` where there is nothing to multiply.
 */
export function weightsOf(
  decoding: Pick<Decoding, 'decoders' | 'fullWeights'> | null,
  transform: NdArray | null,
  targetEncoders: NdArray | null,
): NdArray | null {
  if (decoding === null) return transform;
  if (decoding.fullWeights !== null) return decoding.fullWeights;
  const transformed = timesMatrix(transform, decoding.decoders!);
  return targetEncoders === null ? transformed : matmul(targetEncoders, transformed);
}

/** The transform as a matrix, [size out, `sizeMid`]. */
export function asMatrix(transform: NdArray | null, sizeMid: number): NdArray {
  return timesMatrix(transform, identity(sizeMid));
}

/** transform · matrix, a number standing for a multiple of the identity and a vector for a diagonal matrix. */
function timesMatrix(transform: NdArray | null, matrix: NdArray): NdArray {
  if (transform === null) return matrix;
  if (transform.rank === 2) return matmul(transform, matrix);
  const columns = matrix.shape[1]!;
  const factor = (row: number): number => transform.data[transform.rank === 0 ? 0 : row]!;
  const data = Float64Array.from(matrix.data, (value, index) => value * factor(Math.floor(index / columns)));
  return new NdArray(data, matrix.shape);
}
