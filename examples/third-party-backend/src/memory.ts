/** @file Where buffers lie: one typed array each, row after row. */
import type { Memory, StoreShape } from '@ndl/backend-kit';
import type { FloatArray } from '@ndl/core';
import type { Dtype } from '@ndl/ir';

/** So many zeros. */
export function numbersOf(dtype: Dtype, count: number): FloatArray {
  return dtype === 'float64' ? new Float64Array(count) : new Float32Array(count);
}

/** The memory of one buffer. */
export interface Store {
  readonly numbers: FloatArray;
  /** Numbers of a row. */
  readonly width: number;
}

/** Typed arrays are zero when they are made, and the system gives them memory when they are first touched. */
export const memory: Memory<Store> = {
  allocate: ({ dtype, slices, copies, size }: StoreShape) => ({
    numbers: numbersOf(dtype, slices * copies * size),
    width: size,
  }),
  free: () => {},
  write: (store, row, data) => store.numbers.set(data, row * store.width),
  fill: (store, row, count, contents) => {
    if (typeof contents === 'number') rows(store, row, count).fill(contents);
    else for (let each = row; each < row + count; each++) rows(store, each, 1).set(contents);
  },
  copy: (from, fromRow, to, toRow, count) => rows(to, toRow, count).set(rows(from, fromRow, count)),
  read: (store, row, into) => into.set(rows(store, row, into.length / store.width)),
};

function rows({ numbers, width }: Store, row: number, count: number): FloatArray {
  return numbers.subarray(row * width, (row + count) * width);
}
