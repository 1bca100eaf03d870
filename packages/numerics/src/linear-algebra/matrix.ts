/** @file Matrices as the linear algebra here takes them in: checked to have two axes, in float64. */
import { notAMatrix, outOfDomain, shapeMismatch } from '../basics/errors.ts';
import { firstNotFinite } from '../basics/first-not-finite.ts';
import { NdArray, type FloatArray } from '../arrays/nd-array.ts';
import { complete, OperationCount, type Pieces } from '../basics/pieces.ts';
import type { Panel } from '../products/panel.ts';
import { refuseSurplus } from '../basics/refuse-surplus.ts';

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
  const wrong = firstNotFinite(array.data);
  if (wrong !== undefined) throw outOfDomain(subject, 'every element', 'finite', array.data[wrong]!);
}

/** The elements in float64; those of a float64 matrix are shared, not copied. */
function float64Of(array: NdArray): Float64Array {
  return array.data instanceof Float64Array ? array.data : new Float64Array(array.data);
}

/** The whole of a matrix as a panel. */
export function wholePanel(matrix: NdArray): Panel {
  const [rows, columns] = matrixShape('matrix', matrix);
  return { data: float64Of(matrix), start: 0, stride: columns, rows, columns };
}

/** The transpose as a new matrix. @throws NdlError SHAPE_MISMATCH when `matrix` has not two axes. */
export function transpose(matrix: NdArray): Matrix {
  refuseSurplus('transpose', arguments, 1);
  return complete(transposeInPieces(matrix));
}

/** `transpose` in pieces. @throws NdlError SHAPE_MISMATCH */
export function* transposeInPieces(matrix: NdArray): Pieces<Matrix> {
  const [rows, columns] = matrixShape('transpose', matrix);
  const result = new NdArray(new Float64Array(rows * columns), [columns, rows]);
  yield* transposeInto(matrix, result);
  return result;
}

/** Writes the transpose of a matrix, [rows, columns], into another, [columns, rows]. */
export function* transposeInto(matrix: NdArray, target: Matrix): Pieces<void> {
  const [rows, columns] = matrix.shape as [number, number];
  if (rows === 1 || columns === 1) {
    target.data.set(matrix.data);
    yield matrix.size;
    return;
  }
  const operations = new OperationCount();
  // Square by square, so that both arrays are walked along lines of the cache.
  for (let row = 0; row < rows; row += SQUARE) {
    for (let column = 0; column < columns; column += SQUARE) {
      transposeSquare(matrix.data, target.data, { rows, columns, row, column });
    }
    const done = operations.add(Math.min(SQUARE, rows - row) * columns);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
}

const SQUARE = 16;

function transposeSquare(
  from: FloatArray,
  to: Float64Array,
  at: { readonly rows: number; readonly columns: number; readonly row: number; readonly column: number },
): void {
  const { rows, columns } = at;
  const lastRow = Math.min(at.row + SQUARE, rows);
  const lastColumn = Math.min(at.column + SQUARE, columns);
  for (let row = at.row; row < lastRow; row++) {
    for (let column = at.column; column < lastColumn; column++) {
      to[column * rows + row] = from[row * columns + column]!;
    }
  }
}
