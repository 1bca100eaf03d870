/** @file A transform without parameters: each element that goes out is a sum of some that come in, times one number. */
import type { TransformDefinition } from '@ndl/core';
import { defineTransform, type Transform } from '@ndl/model';
import { ndarray } from '@ndl/numerics';

/** A sum of elements: borders of zeros, and the sums and means of pooling. */
export interface FixedSums extends Transform {
  readonly kind: 'nirFixedSums';
  /** Pairs: what comes in at `columns[i]` is added to what goes out at `rows[i]`. */
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  readonly scale: number;
}

/** The transform of shape [size out, size in] that adds up the elements that are listed. */
export function fixedSums(
  shape: readonly [number, number],
  rows: readonly number[],
  columns: readonly number[],
  scale = 1,
): FixedSums {
  return defineTransform({ kind: 'nirFixedSums', shape, parameters: [], rows, columns, scale });
}

/** One product, of the scale and the elements. */
export const fixedSumsDefinition: TransformDefinition<FixedSums> = {
  kind: 'nirFixedSums',
  *arrays() {
    yield 0;
    return {};
  },
  build({ rows, columns, scale }, { input, output }, context) {
    context.contract({
      shape: [rows.length],
      left: { view: context.signal('scale', ndarray([scale])), offset: 0, strides: [0] },
      right: { view: input, offset: 0, strides: [0], indices: [{ axis: 0, offsets: columns }] },
      target: { view: output, offset: 0, strides: [0], indices: [{ axis: 0, offsets: rows }] },
    });
  },
};
