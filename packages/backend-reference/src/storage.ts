/**
 * @file How buffers lie in memory: `[steps, items, ...shape]`, row-major, without the axes that a buffer does not have.
 */
import type { Buffer, Dtype } from '@ndl/ir';
import { isNdArray, sizeOf, type FloatArray } from '@ndl/numerics';

/** The memory of one buffer. An element of item b at step s stands at `s * stepStride + b * itemStride` + its offset. */
export interface Storage {
  readonly buffer: Buffer;
  readonly array: FloatArray;
  /** Elements from one item to the next; 0 where all items share one copy. */
  readonly itemStride: number;
  /** Elements from one step to the next; 0 without history. */
  readonly stepStride: number;
}

/** Zeros in the dtype's format. */
export function allocate(dtype: Dtype, length: number): FloatArray {
  return dtype === 'float32' ? new Float32Array(length) : new Float64Array(length);
}

/** Memory for a buffer, with its initial contents. */
export function createStorage(buffer: Buffer, dtype: Dtype, items: number, steps: number): Storage {
  const size = sizeOf(buffer.shape);
  const copies = buffer.batched ? items : 1;
  const storage: Storage = {
    buffer,
    array: allocate(dtype, (buffer.history ? steps : 1) * copies * size),
    itemStride: buffer.batched ? size : 0,
    stepStride: buffer.history ? copies * size : 0,
  };
  fillInitial(storage);
  return storage;
}

/** Puts every copy of a buffer back to its initial contents. */
export function fillInitial({ buffer, array }: Storage): void {
  const { initial } = buffer;
  if (!isNdArray(initial)) {
    array.fill(initial);
    return;
  }
  for (let start = 0; start < array.length; start += initial.size) array.set(initial.data, start);
}
