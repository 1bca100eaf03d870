/** @file Symmetric positive definite systems by Cholesky's factorization, in blocks. */
import { notPositiveDefinite, shapeMismatch } from './errors.ts';
import { matrixShape, squareOrder, transposeInPieces, type Matrix } from './matrix.ts';
import { ndarray, type NdArray } from './nd-array.ts';
import { complete, OperationCount, type Pieces } from './pieces.ts';
import type { Panel } from './panel.ts';
import { addRowProducts } from './row-products.ts';

const BLOCK = 64;

/**
 * X with A·X = B for a symmetric positive definite `a`, `[n, n]`, of which only the lower triangle is read;
 * `b` and X are `[n, columns]`.
 * @throws NdlError SHAPE_MISMATCH, or NOT_POSITIVE_DEFINITE when a pivot is not above zero.
 */
export function solvePositiveDefinite(a: NdArray, b: NdArray): Matrix {
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
  // One right-hand side per row, so that every inner loop runs along memory.
  const solutions = yield* transposeInPieces(b);
  for (let column = 0; column < columns; column++) {
    const vector = solutions.row(column).data;
    yield* substituteForward(factor.data, order, vector);
    yield* substituteBackward(factor.data, order, vector);
  }
  return yield* transposeInPieces(solutions);
}

/** The columns of a right-hand side of so many rows. */
function requireRows(order: number, b: NdArray): number {
  const [rows, columns] = matrixShape('solvePositiveDefinite: right-hand side', b);
  if (rows === order) return columns;
  throw shapeMismatch('solvePositiveDefinite: right-hand side', [order, columns], b.shape);
}

/** Replaces the lower triangle of A by L, with A = L·Lᵀ; what lies above the diagonal means nothing afterwards. */
function* factorize(data: Float64Array, order: number): Pieces<void> {
  const operations = new OperationCount();
  for (let start = 0; start < order; start += BLOCK) {
    const end = Math.min(start + BLOCK, order);
    for (let row = start; row < order; row++) {
      solveRow(data, order, row, start, end);
      const done = operations.add(((end - start) * (end - start)) / 2);
      if (done !== undefined) yield done;
    }
    const below: Panel = {
      data,
      start: end * order + start,
      stride: order,
      rows: order - end,
      columns: end - start,
    };
    const rest: Panel = { ...below, start: end * (order + 1), columns: order - end };
    yield* addRowProducts(rest, below, below, { sign: -1, lowerOnly: true });
  }
  yield operations.rest();
}

/** Computes L[row, start…end) from the finished rows above, up to the diagonal. */
function solveRow(data: Float64Array, order: number, row: number, start: number, end: number): void {
  for (let column = start; column < Math.min(end, row + 1); column++) {
    let rest = data[row * order + column]!;
    for (let k = start; k < column; k++) rest -= data[row * order + k]! * data[column * order + k]!;
    if (column < row) {
      data[row * order + column] = rest / data[column * order + column]!;
    } else {
      if (!(rest > 0 && rest < Infinity)) throw notPositiveDefinite('solvePositiveDefinite', rest);
      data[row * order + column] = Math.sqrt(rest);
    }
  }
}

/** Solves L·y = b in place. */
function* substituteForward(factor: Float64Array, order: number, b: Float64Array): Pieces<void> {
  const operations = new OperationCount();
  for (let row = 0; row < order; row++) {
    const start = row * order;
    let rest = b[row]!;
    for (let k = 0; k < row; k++) rest -= factor[start + k]! * b[k]!;
    b[row] = rest / factor[start + row]!;
    const done = operations.add(row);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
}

/** Solves Lᵀ·x = y in place. */
function* substituteBackward(factor: Float64Array, order: number, y: Float64Array): Pieces<void> {
  const operations = new OperationCount();
  for (let row = order - 1; row >= 0; row--) {
    const start = row * order;
    const solved = y[row]! / factor[start + row]!;
    y[row] = solved;
    for (let k = 0; k < row; k++) y[k]! -= factor[start + k]! * solved;
    const done = operations.add(row);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
}
