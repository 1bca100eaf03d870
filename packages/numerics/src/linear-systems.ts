/** @file General square systems by LU factorization with partial pivoting. */
import { shapeMismatch, singularMatrix } from './errors.ts';
import { matrixShape, squareOrder, type Matrix } from './matrix.ts';
import { copyInPieces } from './array-copy.ts';
import { identity, type NdArray } from './nd-array.ts';
import { complete, OperationCount, type Pieces } from './pieces.ts';

/**
 * X with A·X = B: `a` is `[n, n]`, `b` and X are `[n, columns]`.
 * @throws NdlError SHAPE_MISMATCH, or SINGULAR_MATRIX when a pivot is zero or not finite.
 */
export function solveLinearSystem(a: NdArray, b: NdArray): Matrix {
  return complete(solveLinearSystemInPieces(a, b));
}

/** `solveLinearSystem` in pieces. @throws NdlError SHAPE_MISMATCH, SINGULAR_MATRIX */
export function* solveLinearSystemInPieces(a: NdArray, b: NdArray): Pieces<Matrix> {
  const order = squareOrder('solveLinearSystem: matrix', a);
  const [rows, columns] = matrixShape('solveLinearSystem: right-hand side', b);
  if (rows !== order) {
    throw shapeMismatch('solveLinearSystem: right-hand side', [order, columns], b.shape);
  }
  const upper = (yield* copyInPieces(a)).data;
  const solution = yield* copyInPieces(b);
  yield* eliminate(upper, order, solution.data, columns);
  yield* substitute(upper, order, solution.data, columns);
  return solution;
}

/** The inverse of a square matrix. @throws NdlError SHAPE_MISMATCH, SINGULAR_MATRIX */
export function inverse(matrix: NdArray): Matrix {
  return complete(inverseInPieces(matrix));
}

/** `inverse` in pieces. @throws NdlError SHAPE_MISMATCH, SINGULAR_MATRIX */
export function* inverseInPieces(matrix: NdArray): Pieces<Matrix> {
  return yield* solveLinearSystemInPieces(matrix, identity(squareOrder('inverse', matrix)));
}

/** Makes A upper triangular by row operations, done to B as well. */
function* eliminate(a: Float64Array, order: number, b: Float64Array, columns: number): Pieces<void> {
  const operations = new OperationCount();
  for (let step = 0; step < order; step++) {
    const pivotRow = rowOfLargest(a, order, step);
    swapRows(a, order, step, pivotRow);
    swapRows(b, columns, step, pivotRow);
    const pivot = a[step * order + step]!;
    if (pivot === 0 || !Number.isFinite(pivot)) throw singularMatrix('solveLinearSystem');
    for (let row = step + 1; row < order; row++) {
      const factor = a[row * order + step]! / pivot;
      if (factor === 0) continue;
      subtractRow(a, order, row, step, factor, step);
      subtractRow(b, columns, row, step, factor, 0);
      const done = operations.add(order - step + columns);
      if (done !== undefined) yield done;
    }
  }
  yield operations.rest();
}

/** Solves the upper triangular system in place. */
function* substitute(upper: Float64Array, order: number, b: Float64Array, columns: number): Pieces<void> {
  const operations = new OperationCount();
  for (let row = order - 1; row >= 0; row--) {
    for (let solved = row + 1; solved < order; solved++) {
      subtractRow(b, columns, row, solved, upper[row * order + solved]!, 0);
      const done = operations.add(columns);
      if (done !== undefined) yield done;
    }
    const diagonal = upper[row * order + row]!;
    for (let column = 0; column < columns; column++) b[row * columns + column]! /= diagonal;
  }
  yield operations.rest();
}

function rowOfLargest(a: Float64Array, order: number, column: number): number {
  let best = column;
  for (let row = column + 1; row < order; row++) {
    if (Math.abs(a[row * order + column]!) > Math.abs(a[best * order + column]!)) best = row;
  }
  return best;
}

function swapRows(data: Float64Array, width: number, first: number, second: number): void {
  if (first === second) return;
  const kept = data.slice(first * width, (first + 1) * width);
  data.copyWithin(first * width, second * width, (second + 1) * width);
  data.set(kept, second * width);
}

/** row `target` -= factor · row `source`, from column `from` on. */
function subtractRow(
  data: Float64Array,
  width: number,
  target: number,
  source: number,
  factor: number,
  from: number,
): void {
  for (let column = from; column < width; column++) {
    data[target * width + column]! -= factor * data[source * width + column]!;
  }
}
