/** @file Rows of typed arrays, repeated and brought together along steps and items. */
import type { Piece } from '../lowering/picking.ts';
import { rowStrides, type Extents } from '../engines/tensors.ts';

/** An array of rows, one per step and item. */
export interface Rows {
  readonly array: Float32Array;
  readonly extents: Extents;
}

/** Repeats over axes of length 1. */
export function expandInto(out: Float32Array, extents: Extents, { array, extents: own }: Rows): void {
  const [steps, items, elements] = extents;
  const [perStep, perItem] = rowStrides(own);
  let place = 0;
  for (let step = 0; step < steps; step++) {
    for (let item = 0; item < items; item++, place += elements) {
      const row = step * perStep + item * perItem;
      if (own[2] === 1) out.fill(array[row]!, place, place + elements);
      else out.set(array.subarray(row * elements, (row + 1) * elements), place);
    }
  }
}

/** Sums over axes of which `extents` has length 1; sums are kept in float64. */
export function sumInto(out: Float32Array, extents: Extents, { array, extents: own }: Rows): void {
  const [steps, items, elements] = own;
  const [perStep, perItem] = rowStrides(extents);
  const sums = new Float64Array(out.length);
  const stride = extents[2] === 1 ? 0 : 1;
  let origin = 0;
  for (let step = 0; step < steps; step++) {
    for (let item = 0; item < items; item++, origin += elements) {
      const place = (step * perStep + item * perItem) * extents[2];
      for (let k = 0; k < elements; k++) sums[place + k * stride]! += array[origin + k]!;
    }
  }
  out.set(sums);
}

/** The greatest over axes of which `extents` has length 1, and of the elements that go to one place. */
export function greatestInto(
  out: Float32Array,
  extents: Extents,
  { from }: Piece,
  { array, extents: own }: Rows,
): void {
  const [steps, items, elements] = own;
  const [perStep, perItem] = rowStrides(extents);
  out.fill(-Infinity);
  let origin = 0;
  for (let step = 0; step < steps; step++) {
    for (let item = 0; item < items; item++, origin += elements) {
      const target = (step * perStep + item * perItem) * extents[2];
      for (let k = 0; k < elements; k++) out[target + from[k]!] = Math.max(out[target + from[k]!]!, array[origin + k]!);
    }
  }
}
