/** @file Symmetric positive definite systems by Cholesky's factorization, in blocks. */
import { notPositiveDefinite, shapeMismatch } from '../basics/errors.ts';
import { copyInPieces } from '../arrays/array-copy.ts';
import { matrixShape, squareOrder, type Matrix } from './matrix.ts';
import { ndarray, type NdArray } from '../arrays/nd-array.ts';
import { complete, OperationCount, type Pieces } from '../basics/pieces.ts';
import { transposed, type Panel } from '../products/panel.ts';
import { addRowProducts } from '../products/row-products.ts';
import { refuseSurplus } from '../basics/refuse-surplus.ts';

/** Columns that are factorized together. */
const BLOCK = 64;

/** Columns after which what lies beyond them is changed, by all of them: a multiple of `BLOCK`. */
const WIDE_BLOCK: number = 4 * BLOCK;

/** Rows that are solved without products; more of them than of what is factorized, as there are fewer operations. */
const SOLVED_ROWS = 256;

/**
 * X with A·X = B for a symmetric positive definite `a`, `[n, n]`, of which only the lower triangle is read;
 * `b` and X are `[n, columns]`.
 * @throws NdlError SHAPE_MISMATCH, or NOT_POSITIVE_DEFINITE when a pivot is not above zero.
 */
export function solvePositiveDefinite(a: NdArray, b: NdArray): Matrix {
  refuseSurplus('solvePositiveDefinite', arguments, 2);
  return complete(solvePositiveDefiniteInPieces(ndarray(a), b));
}

/**
 * `solvePositiveDefinite` in pieces. To save memory, it leaves the Cholesky factor in `a`, whose upper triangle means
 * nothing afterwards.
 * @throws NdlError SHAPE_MISMATCH, NOT_POSITIVE_DEFINITE
 */
export function* solvePositiveDefiniteInPieces(a: Matrix, b: NdArray): Pieces<Matrix> {
  requireRows(squareOrder('solvePositiveDefinite: matrix', a), b);
  yield* factorizePositiveDefiniteInPieces(a);
  return yield* solveFactorizedInPieces(a, b);
}

/**
 * Replaces the lower triangle of a symmetric positive definite matrix, `[n, n]`, by its Cholesky factor L, A = L·Lᵀ: for
 * `solveFactorizedInPieces`. The upper triangle means nothing afterwards.
 * @throws NdlError SHAPE_MISMATCH, NOT_POSITIVE_DEFINITE
 */
export function* factorizePositiveDefiniteInPieces(a: Matrix): Pieces<void> {
  yield* factorize(a.data, squareOrder('solvePositiveDefinite: matrix', a));
}

/** X with L·Lᵀ·X = B, for the factor of `factorizePositiveDefiniteInPieces`; `b` and X are `[n, columns]`. @throws NdlError SHAPE_MISMATCH */
export function* solveFactorizedInPieces(factor: Matrix, b: NdArray): Pieces<Matrix> {
  const order = squareOrder('solvePositiveDefinite: matrix', factor);
  const columns = requireRows(order, b);
  const solution = yield* copyInPieces(b);
  yield* substituteForward(factor.data, order, solution.data, columns);
  yield* substituteBackward(factor.data, order, solution.data, columns);
  return solution;
}

/** The columns of a right-hand side of so many rows. */
function requireRows(order: number, b: NdArray): number {
  const [rows, columns] = matrixShape('solvePositiveDefinite: right-hand side', b);
  if (rows === order) return columns;
  throw shapeMismatch('solvePositiveDefinite: right-hand side', [order, columns], b.shape);
}

/** Replaces the lower triangle of A by L, with A = L·Lᵀ; what lies above the diagonal means nothing afterwards. */
function* factorize(data: Float64Array, order: number): Pieces<void> {
  for (let start = 0; start < order; start += WIDE_BLOCK) {
    const end = Math.min(start + WIDE_BLOCK, order);
    for (let block = start; block < end; block += BLOCK) {
      const blockEnd = Math.min(block + BLOCK, end);
      yield* factorizeColumns(data, order, block, blockEnd);
      yield* subtractColumns(data, order, { start: block, end: blockEnd, first: blockEnd, afterLast: end });
    }
    yield* subtractColumns(data, order, { start, end, first: end, afterLast: order });
  }
}

/** Columns from `start` to `end` of L, from what the columns before them have left. */
function* factorizeColumns(data: Float64Array, order: number, start: number, end: number): Pieces<void> {
  const operations = new OperationCount();
  for (let row = start; row < end; row++) {
    solveRow(data, order, row, start, row);
    takeRoot(data, order, row, start);
  }
  for (let row = end; row < order; row += 4) {
    const isWhole = row + 4 <= order;
    if (isWhole) solveFourRows(data, order, row, start, end);
    else for (let single = row; single < order; single++) solveRow(data, order, single, start, end);
    const done = operations.add(2 * (end - start) * (end - start));
    if (done !== undefined) yield done;
  }
  yield operations.rest();
}

/** Takes the products of finished columns from `start` to `end` off those from `first` to `afterLast`, on and below the diagonal. */
function* subtractColumns(
  data: Float64Array,
  order: number,
  { start, end, first, afterLast }: { readonly start: number; end: number; first: number; afterLast: number },
): Pieces<void> {
  if (first >= afterLast) return;
  const left: Panel = {
    data,
    start: first * order + start,
    stride: order,
    rows: order - first,
    columns: end - start,
  };
  const right = afterLast === order ? left : { ...left, rows: afterLast - first };
  const target: Panel = { ...left, start: first * (order + 1), columns: afterLast - first };
  yield* addRowProducts(target, left, right, { sign: -1, lowerOnly: true, sumBlock: BLOCK });
}

/** Computes L[row, start…end) from the finished rows above. */
function solveRow(data: Float64Array, order: number, row: number, start: number, end: number): void {
  for (let column = start; column < end; column++) {
    let rest = data[row * order + column]!;
    for (let k = start; k < column; k++) rest -= data[row * order + k]! * data[column * order + k]!;
    data[row * order + column] = rest / data[column * order + column]!;
  }
}

/** Computes L[row, row] from what stands beside it, from column `start` on. */
function takeRoot(data: Float64Array, order: number, row: number, start: number): void {
  let rest = data[row * order + row]!;
  for (let k = start; k < row; k++) rest -= data[row * order + k]! * data[row * order + k]!;
  if (!(rest > 0 && rest < Infinity)) throw notPositiveDefinite('solvePositiveDefinite', rest);
  data[row * order + row] = Math.sqrt(rest);
}

/** The same for four rows below the block, with the same bits: one wait for four sums. */
function solveFourRows(data: Float64Array, order: number, row: number, start: number, end: number): void {
  const first = row * order;
  const [second, third, fourth] = [first + order, first + 2 * order, first + 3 * order];
  for (let column = start; column < end; column++) {
    let a = data[first + column]!;
    let b = data[second + column]!;
    let c = data[third + column]!;
    let d = data[fourth + column]!;
    const above = column * order;
    for (let k = start; k < column; k++) {
      const factor = data[above + k]!;
      a -= data[first + k]! * factor;
      b -= data[second + k]! * factor;
      c -= data[third + k]! * factor;
      d -= data[fourth + k]! * factor;
    }
    const diagonal = data[above + column]!;
    data[first + column] = a / diagonal;
    data[second + column] = b / diagonal;
    data[third + column] = c / diagonal;
    data[fourth + column] = d / diagonal;
  }
}

/** Solves L·Y = B in place, `[n, columns]`. */
function* substituteForward(factor: Float64Array, order: number, b: Float64Array, columns: number): Pieces<void> {
  const operations = new OperationCount();
  for (let start = 0; start < order; start += SOLVED_ROWS) {
    const end = Math.min(start + SOLVED_ROWS, order);
    const besides: Panel = { data: factor, start: start * order, stride: order, rows: end - start, columns: start };
    const solved: Panel = { data: b, start: 0, stride: columns, rows: start, columns };
    const sides: Panel = { ...solved, start: start * columns, rows: end - start };
    if (start > 0) yield* addRowProducts(sides, besides, transposed(solved), { sign: -1 });
    for (let row = start; row < end; row++) {
      for (let k = start; k < row; k++) subtractRow(b, columns, row, k, factor[row * order + k]!);
      divideRow(b, columns, row, factor[row * order + row]!);
      const done = operations.add((row - start) * columns);
      if (done !== undefined) yield done;
    }
  }
  yield operations.rest();
}

/** Solves Lᵀ·X = Y in place, `[n, columns]`. */
function* substituteBackward(factor: Float64Array, order: number, y: Float64Array, columns: number): Pieces<void> {
  const operations = new OperationCount();
  for (let start = Math.floor((order - 1) / SOLVED_ROWS) * SOLVED_ROWS; start >= 0; start -= SOLVED_ROWS) {
    const end = Math.min(start + SOLVED_ROWS, order);
    const below: Panel = {
      data: factor,
      start: end * order + start,
      stride: order,
      rows: order - end,
      columns: end - start,
    };
    const solved: Panel = { data: y, start: end * columns, stride: columns, rows: order - end, columns };
    const sides: Panel = { ...solved, start: start * columns, rows: end - start };
    if (end < order) yield* addRowProducts(sides, transposed(below), transposed(solved), { sign: -1 });
    for (let row = end - 1; row >= start; row--) {
      divideRow(y, columns, row, factor[row * order + row]!);
      for (let k = start; k < row; k++) subtractRow(y, columns, k, row, factor[row * order + k]!);
      const done = operations.add((row - start) * columns);
      if (done !== undefined) yield done;
    }
  }
  yield operations.rest();
}

/** row `target` -= factor · row `source`. */
function subtractRow(data: Float64Array, columns: number, target: number, source: number, factor: number): void {
  let from = source * columns;
  for (let at = target * columns; at < (target + 1) * columns; at++) data[at]! -= factor * data[from++]!;
}

function divideRow(data: Float64Array, columns: number, row: number, divisor: number): void {
  for (let at = row * columns; at < (row + 1) * columns; at++) data[at]! /= divisor;
}
