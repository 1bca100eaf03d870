/** @file Grouped products in plain loops over typed arrays: for matrices that are small, or that differ from item to item. */
import type { Groups } from './arithmetic.ts';
import type { Rows } from './host-rows.ts';
import { rowsOf, rowStrides, type Extents } from '../engines/tensors.ts';

/** y[p, g, r] = Σ_c matrix[p, g, r, c] · x[p, g, c] for each row p of `extents`; sums are kept in float64. */
export function dotInLoops(
  out: Float32Array,
  matrix: Rows,
  x: Rows,
  { groups, rows, columns }: Groups,
  [steps, items]: Extents,
): void {
  const [matrixPerStep, matrixPerItem] = rowStrides(matrix.extents);
  const [xPerStep, xPerItem] = rowStrides(x.extents);
  let to = 0;
  for (let step = 0; step < steps; step++) {
    for (let item = 0; item < items; item++) {
      let m = (step * matrixPerStep + item * matrixPerItem) * groups * rows * columns;
      const xRow = step * xPerStep + item * xPerItem;
      for (let g = 0; g < groups; g++) {
        const start = (xRow * groups + g) * columns;
        for (let r = 0; r < rows; r++) {
          let sum = 0;
          for (let c = 0; c < columns; c++) sum += matrix.array[m++]! * x.array[start + c]!;
          out[to++] = sum;
        }
      }
    }
  }
}

/** x[p, g, c] = Σ_r matrix[p, g, r, c] · y[p, g, r]. */
export function dotTransposedInLoops(
  out: Float32Array,
  matrix: Rows,
  y: Rows,
  { groups, rows, columns }: Groups,
  [steps, items]: Extents,
): void {
  const [matrixPerStep, matrixPerItem] = rowStrides(matrix.extents);
  const [yPerStep, yPerItem] = rowStrides(y.extents);
  const sums = new Float64Array(columns);
  for (let step = 0, to = 0; step < steps; step++) {
    for (let item = 0; item < items; item++) {
      let m = (step * matrixPerStep + item * matrixPerItem) * groups * rows * columns;
      const yRow = step * yPerStep + item * yPerItem;
      for (let g = 0; g < groups; g++, to += columns) {
        sums.fill(0);
        for (let r = 0; r < rows; r++) {
          const factor = y.array[(yRow * groups + g) * rows + r]!;
          for (let c = 0; c < columns; c++) sums[c]! += matrix.array[m++]! * factor;
        }
        out.set(sums, to);
      }
    }
  }
}

/** m[g, r, c] = left[g, r] · right[g, c], summed over all rows that share a row of `extents`, in ascending order. */
export function outerInLoops(
  out: Float32Array,
  left: Rows,
  right: Rows,
  { groups, rows, columns }: Groups,
  extents: Extents,
): void {
  const steps = Math.max(left.extents[0], right.extents[0], extents[0]);
  const items = Math.max(left.extents[1], right.extents[1], extents[1]);
  const size = groups * rows * columns;
  const sums = new Float64Array(rowsOf(extents) * size);
  const [leftPerStep, leftPerItem] = rowStrides(left.extents);
  const [rightPerStep, rightPerItem] = rowStrides(right.extents);
  const [perStep, perItem] = rowStrides(extents);
  for (let step = 0; step < steps; step++) {
    for (let item = 0; item < items; item++) {
      const leftRow = step * leftPerStep + item * leftPerItem;
      const rightRow = step * rightPerStep + item * rightPerItem;
      let to = (step * perStep + item * perItem) * size;
      for (let g = 0; g < groups; g++) {
        const start = (rightRow * groups + g) * columns;
        for (let r = 0; r < rows; r++) {
          const factor = left.array[(leftRow * groups + g) * rows + r]!;
          for (let c = 0; c < columns; c++) sums[to++]! += factor * right.array[start + c]!;
        }
      }
    }
  }
  out.set(sums);
}
