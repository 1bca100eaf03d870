/** @file General square systems by LU factorization with partial pivoting, in blocks. */
import { shapeMismatch, singularMatrix } from './errors.ts';
import { matrixShape, squareOrder, type Matrix } from './matrix.ts';
import { copyInPieces } from './array-copy.ts';
import { identity, type NdArray } from './nd-array.ts';
import { transposed, type Panel } from './panel.ts';
import { complete, OperationCount, type Pieces } from './pieces.ts';
import { addRowProducts } from './row-products.ts';

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

/** Columns that are eliminated together, and rows that are solved together; the rest is products. */
const BLOCK = 32;

/** Makes A upper triangular by row operations, done to B as well; factors stand below the diagonal of A. */
function* eliminate(a: Float64Array, order: number, b: Float64Array, columns: number): Pieces<void> {
  const operations = new OperationCount();
  for (let start = 0; start < order; start += BLOCK) {
    const end = Math.min(start + BLOCK, order);
    for (let step = start; step < end; step++) {
      const pivotRow = rowOfLargest(a, order, step);
      swapRows(a, order, step, pivotRow);
      swapRows(b, columns, step, pivotRow);
      const pivot = a[step * order + step]!;
      if (pivot === 0 || !Number.isFinite(pivot)) throw singularMatrix('solveLinearSystem');
      for (let row = step + 1; row < order; row++) {
        const factor = a[row * order + step]! / pivot;
        a[row * order + step] = factor;
        if (factor === 0) continue;
        subtractRow(a, order, row, step, factor, step + 1, end);
        const done = operations.add(end - step);
        if (done !== undefined) yield done;
      }
    }
    for (let row = start + 1; row < end; row++) {
      for (let step = start; step < row; step++) {
        const factor = a[row * order + step]!;
        if (factor === 0) continue;
        subtractRow(a, order, row, step, factor, end, order);
        subtractRow(b, columns, row, step, factor, 0, columns);
        const done = operations.add(order - end + columns);
        if (done !== undefined) yield done;
      }
    }
    if (end === order) break;
    const factors: Panel = {
      data: a,
      start: end * order + start,
      stride: order,
      rows: order - end,
      columns: end - start,
    };
    const besides = rowsFrom(a, order, { from: start, to: end, column: end });
    yield* addRowProducts(rowsFrom(a, order, { from: end, to: order, column: end }), factors, transposed(besides), {
      sign: -1,
    });
    const sides = rowsFrom(b, columns, { from: start, to: end, column: 0 });
    yield* addRowProducts(rowsFrom(b, columns, { from: end, to: order, column: 0 }), factors, transposed(sides), {
      sign: -1,
    });
  }
  yield operations.rest();
}

/** Solves the upper triangular system in place. */
function* substitute(upper: Float64Array, order: number, b: Float64Array, columns: number): Pieces<void> {
  const operations = new OperationCount();
  const last = Math.floor((order - 1) / BLOCK) * BLOCK;
  for (let start = last; start >= 0; start -= BLOCK) {
    const end = Math.min(start + BLOCK, order);
    if (end < order) {
      const besides = rowsFrom(upper, order, { from: start, to: end, column: end });
      const solved = rowsFrom(b, columns, { from: end, to: order, column: 0 });
      const sides = rowsFrom(b, columns, { from: start, to: end, column: 0 });
      yield* addRowProducts(sides, besides, transposed(solved), { sign: -1 });
    }
    for (let row = end - 1; row >= start; row--) {
      for (let solved = row + 1; solved < end; solved++) {
        subtractRow(b, columns, row, solved, upper[row * order + solved]!, 0, columns);
        const done = operations.add(columns);
        if (done !== undefined) yield done;
      }
      const diagonal = upper[row * order + row]!;
      for (let column = 0; column < columns; column++) b[row * columns + column]! /= diagonal;
    }
  }
  yield operations.rest();
}

/** Rows of a matrix of this width, from a column on. */
function rowsFrom(
  data: Float64Array,
  width: number,
  { from, to, column }: { readonly from: number; readonly to: number; readonly column: number },
): Panel {
  return { data, start: from * width + column, stride: width, rows: to - from, columns: width - column };
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

/** row `target` -= factor · row `source`, in the columns from `from` to `to`. */
function subtractRow(
  data: Float64Array,
  width: number,
  target: number,
  source: number,
  factor: number,
  from: number,
  to: number,
): void {
  let other = source * width + from;
  for (let at = target * width + from; at < target * width + to; at++) data[at]! -= factor * data[other++]!;
}
