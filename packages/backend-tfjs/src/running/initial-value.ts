/** @file What buffers hold before anything is written. */
import type { ArrayData, Buffer, Tables } from '@ndl/ir';
import type { Arithmetic } from '../arithmetic/arithmetic.ts';
import type { Extents, Tensor } from '../engines/tensors.ts';

/** One number everywhere, or an array of the buffer's shape; of what begins as a parameter, 0 stands here. */
export function initialContents({ initial }: Buffer, { arrays }: Tables): number | ArrayData {
  if (typeof initial === 'number') return initial;
  return 'array' in initial ? arrays.get(initial.array)! : 0;
}

/** Elements of a buffer's initial contents from `start` on, repeated for each item and step. */
export function initialValue(
  arithmetic: Arithmetic,
  contents: number | ArrayData,
  start: number,
  extents: Extents,
): Tensor {
  if (typeof contents === 'number') return arithmetic.filled(contents, extents);
  const length = extents[2];
  const own = arithmetic.fromArray(Float32Array.from(contents.data.subarray(start, start + length)), [1, 1, length]);
  if (extents[0] === 1 && extents[1] === 1) return own;
  const expanded = arithmetic.expand(own, extents);
  own.dispose();
  return expanded;
}
