/** @file Grouped products in plain loops over typed arrays: for matrices that are small, or that differ from item to item. */
import type { Groups } from './arithmetic.ts';
import { rowMap, rowsOf, type Dims } from './tensors.ts';

/** An array of rows. */
export interface Rows {
  readonly array: Float32Array;
  readonly dims: Dims;
}

/** y[p, g, r] = Σ_c matrix[p, g, r, c] · x[p, g, c] for each row p of `dims`; sums are kept in float64. */
export function dotInLoops(
  out: Float32Array,
  matrix: Rows,
  x: Rows,
  { groups, rows, columns }: Groups,
  dims: Dims,
): void {
  const [matrixRow, xRow] = [rowMap(matrix.dims, dims), rowMap(x.dims, dims)];
  let to = 0;
  for (let p = 0; p < matrixRow.length; p++) {
    let m = matrixRow[p]! * groups * rows * columns;
    for (let g = 0; g < groups; g++) {
      const start = (xRow[p]! * groups + g) * columns;
      for (let r = 0; r < rows; r++) {
        let sum = 0;
        for (let c = 0; c < columns; c++) sum += matrix.array[m++]! * x.array[start + c]!;
        out[to++] = sum;
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
  dims: Dims,
): void {
  const [matrixRow, yRow] = [rowMap(matrix.dims, dims), rowMap(y.dims, dims)];
  const sums = new Float64Array(columns);
  for (let p = 0; p < matrixRow.length; p++) {
    let m = matrixRow[p]! * groups * rows * columns;
    for (let g = 0; g < groups; g++) {
      sums.fill(0);
      for (let r = 0; r < rows; r++) {
        const factor = y.array[(yRow[p]! * groups + g) * rows + r]!;
        for (let c = 0; c < columns; c++) sums[c]! += matrix.array[m++]! * factor;
      }
      out.set(sums, (p * groups + g) * columns);
    }
  }
}

/** m[g, r, c] = left[g, r] · right[g, c], summed over all rows that share a row of `dims`, in ascending order. */
export function outerInLoops(
  out: Float32Array,
  left: Rows,
  right: Rows,
  { groups, rows, columns }: Groups,
  dims: Dims,
): void {
  const joint: Dims = [
    Math.max(left.dims[0], right.dims[0], dims[0]),
    Math.max(left.dims[1], right.dims[1], dims[1]),
    dims[2],
  ];
  const size = groups * rows * columns;
  const sums = new Float64Array(rowsOf(dims) * size);
  const [leftRow, rightRow, toRow] = [rowMap(left.dims, joint), rowMap(right.dims, joint), rowMap(dims, joint)];
  for (let p = 0; p < toRow.length; p++) {
    let to = toRow[p]! * size;
    for (let g = 0; g < groups; g++) {
      const start = (rightRow[p]! * groups + g) * columns;
      for (let r = 0; r < rows; r++) {
        const factor = left.array[(leftRow[p]! * groups + g) * rows + r]!;
        for (let c = 0; c < columns; c++) sums[to++]! += factor * right.array[start + c]!;
      }
    }
  }
  out.set(sums);
}
