/** @file The sparse transform: one product over its entries, each of which falls on the element of its row. */
import type { TransformDefinition } from '@ndl/core';
import { kept, type SparseTransform } from '@ndl/model';
import { copyInPieces, isNdArray } from '@ndl/numerics';

/** Values are drawn in the order of the entries. */
export const sparseDefinition: TransformDefinition<SparseTransform> = {
  kind: 'sparse',
  *arrays(transform, sample) {
    const values = kept(transform, 'values');
    return { values: isNdArray(values) ? yield* copyInPieces(values) : yield* sample(values, transform.rows.length) };
  },
  build({ rows, columns }, { input, output, parameters }, context) {
    context.contract({
      shape: [rows.length],
      left: parameters['values']!,
      right: { view: input, offset: 0, strides: [0], indices: [{ axis: 0, offsets: columns }] },
      target: { view: output, offset: 0, strides: [0], indices: [{ axis: 0, offsets: rows }] },
    });
  },
};
