/** @file Matrices as the linear algebra here takes them in: checked to have two axes, in float64. */
import { notAMatrix, outOfDomain, shapeMismatch } from './errors.ts';
import { NdArray } from './nd-array.ts';
import type { Panel } from './row-products.ts';

/** A matrix in float64, row-major. */
export type Matrix = NdArray<Float64Array>;

/** Rows and columns of a matrix. @throws NdlError SHAPE_MISMATCH when `array` has not two axes. */
export function matrixShape(subject: string, array: NdArray): readonly [rows: number, columns: number] {
  const [rows, columns] = array.shape;
  if (rows === undefined || columns === undefined || array.rank !== 2) {
    throw notAMatrix(subject, array.shape);
  }
  return [rows, columns];
}

/** The order of a square matrix. @throws NdlError SHAPE_MISMATCH when it is not square. */
export function squareOrder(subject: string, array: NdArray): number {
  const [rows, columns] = matrixShape(subject, array);
  if (rows !== columns) throw shapeMismatch(`${subject} (a square matrix)`, [rows, rows], array.shape);
  return rows;
}

/** @throws NdlError OUT_OF_DOMAIN when an element is NaN or infinite. */
export function requireFinite(subject: string, array: NdArray): void {
  const wrong = array.data.find((value) => !Number.isFinite(value));
  if (wrong !== undefined) throw outOfDomain(subject, 'every element', 'finite', wrong);
}

/** The elements in float64; those of a float64 matrix are shared, not copied. */
export function float64Of(array: NdArray): Float64Array {
  return array.data instanceof Float64Array ? array.data : Float64Array.from(array.data);
}

/** The whole of a matrix as a panel. */
export function wholePanel(matrix: NdArray): Panel {
  const [rows, columns] = matrixShape('matrix', matrix);
  return { data: float64Of(matrix), start: 0, stride: columns, rows, columns };
}

/** The transpose as a new matrix. @throws NdlError SHAPE_MISMATCH when `matrix` has not two axes. */
export function transpose(matrix: NdArray): Matrix {
  const [rows, columns] = matrixShape('transpose', matrix);
  const transposed = new Float64Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      transposed[column * rows + row] = matrix.data[row * columns + column]!;
    }
  }
  return new NdArray(transposed, [columns, rows]);
}
