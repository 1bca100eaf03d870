/** @file General square systems by LU factorization with partial pivoting, in blocks. */
import { shapeMismatch, singularMatrix } from '../basics/errors.ts';
import { matrixShape, squareOrder, type Matrix } from './matrix.ts';
import { copyInPieces } from '../arrays/array-copy.ts';
import { zeros, type NdArray } from '../arrays/nd-array.ts';
import { transposed, type Panel } from '../products/panel.ts';
import { complete, OperationCount, type Pieces } from '../basics/pieces.ts';
import { addRowProducts } from '../products/row-products.ts';
import { refuseSurplus } from '../basics/refuse-surplus.ts';

/**
 * X with A·X = B: `a` is `[n, n]`, `b` and X are `[n, columns]`.
 * @throws NdlError SHAPE_MISMATCH, or SINGULAR_MATRIX when a pivot is zero or not finite.
 */
export function solveLinearSystem(a: NdArray, b: NdArray): Matrix {
  refuseSurplus('solveLinearSystem', arguments, 2);
  return complete(solveLinearSystemInPieces(a, b));
}

/** `solveLinearSystem` in pieces. @throws NdlError SHAPE_MISMATCH, SINGULAR_MATRIX */
export function* solveLinearSystemInPieces(a: NdArray, b: NdArray): Pieces<Matrix> {
  const order = squareOrder('solveLinearSystem: matrix', a);
  const [rows, columns] = matrixShape('solveLinearSystem: right-hand side', b);
  if (rows !== order) {
    throw shapeMismatch('solveLinearSystem: right-hand side', [order, columns], b.shape);
  }
  const factors = (yield* copyInPieces(a)).data;
  const origins = yield* factorize(factors, order);
  const solution = zeros([order, columns]);
  const sides = yield* copyInPieces(b);
  origins.forEach((from, to) =>
    solution.data.set(sides.data.subarray(from * columns, (from + 1) * columns), to * columns),
  );
  yield solution.size;
  yield* substituteForward(factors, order, solution.data, { columns, isTriangular: false });
  yield* substituteBackward(factors, order, solution.data, columns);
  return solution;
}

/** The inverse of a square matrix. @throws NdlError SHAPE_MISMATCH, SINGULAR_MATRIX */
export function inverse(matrix: NdArray): Matrix {
  refuseSurplus('inverse', arguments, 1);
  return complete(inverseInPieces(matrix));
}

/** `inverse` in pieces. @throws NdlError SHAPE_MISMATCH, SINGULAR_MATRIX */
export function* inverseInPieces(matrix: NdArray): Pieces<Matrix> {
  const order = squareOrder('inverse', matrix);
  const result = zeros([order, order]);
  yield* invert((yield* copyInPieces(matrix)).data, order, result.data);
  return result;
}

/** Writes the inverse of a matrix, which is destroyed, into `result`: both [order, order]. @throws NdlError SINGULAR_MATRIX */
export function* invert(matrix: Float64Array, order: number, result: Float64Array): Pieces<void> {
  const origins = yield* factorize(matrix, order);
  // The rows of the identity as the pivots order them, and its columns alike: so that it stays triangular at first.
  for (let row = 0; row < order; row++) {
    result.fill(0, row * order, (row + 1) * order);
    result[row * (order + 1)] = 1;
  }
  yield result.length;
  yield* substituteForward(matrix, order, result, { columns: order, isTriangular: true });
  yield* substituteBackward(matrix, order, result, order);
  const operations = new OperationCount();
  const kept = new Float64Array(order);
  for (let start = 0; start < result.length; start += order) {
    kept.set(result.subarray(start, start + order));
    for (let column = 0; column < order; column++) result[start + origins[column]!] = kept[column]!;
    const done = operations.add(order);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
}

/** Columns that are eliminated together, and rows that are solved together; the rest is products. */
const BLOCK = 32;

/** Columns after which what lies beyond them is changed, by all of them: a multiple of `BLOCK`. */
const WIDE_BLOCK: number = 4 * BLOCK;

/**
 * Replaces A by U on and above the diagonal and, below it, the factors of L, for L·U = A with its rows in another order, which it
 * returns. @throws NdlError SINGULAR_MATRIX
 */
function* factorize(a: Float64Array, order: number): Pieces<Uint32Array> {
  const origins = Uint32Array.from({ length: order }, (_, row) => row);
  for (let wide = 0; wide < order; wide += WIDE_BLOCK) {
    const wideEnd = Math.min(wide + WIDE_BLOCK, order);
    for (let start = wide; start < wideEnd; start += BLOCK) {
      const end = Math.min(start + BLOCK, wideEnd);
      yield* eliminate(a, order, { start, end, origins });
      yield* solveBlock(a, order, { start, end }, { data: a, width: order, from: end, to: wideEnd });
      const rest = rectangle(a, order, { from: end, to: order, column: end, columnEnd: wideEnd });
      const factors = rectangle(a, order, { from: end, to: order, column: start, columnEnd: end });
      const above = rectangle(a, order, { from: start, to: end, column: end, columnEnd: wideEnd });
      yield* subtractProducts(rest, factors, above);
    }
    if (wideEnd === order) break;
    yield* solveWideBlock(a, order, wide, { data: a, width: order, from: wideEnd, to: order });
  }
  return origins;
}

/** Eliminates below the diagonal in the columns from `start` to `end`, by rows that are swapped as a whole. */
function* eliminate(
  a: Float64Array,
  order: number,
  { start, end, origins }: { readonly start: number; readonly end: number; readonly origins: Uint32Array },
): Pieces<void> {
  const operations = new OperationCount();
  for (let step = start; step < end; step++) {
    const pivotRow = rowOfLargest(a, order, step);
    swapRows(a, order, step, pivotRow);
    swapRows(origins, 1, step, pivotRow);
    const pivot = a[step * order + step]!;
    if (pivot === 0 || !Number.isFinite(pivot)) throw singularMatrix('solveLinearSystem');
    for (let row = step + 1; row < order; row++) {
      const factor = a[row * order + step]! / pivot;
      a[row * order + step] = factor;
      if (factor === 0) continue;
      let other = step * order + step + 1;
      const rowEnd = row * order + end;
      for (let at = row * order + step + 1; at < rowEnd; at++) a[at]! -= factor * a[other++]!;
      const done = operations.add(end - step);
      if (done !== undefined) yield done;
    }
  }
  yield operations.rest();
}

/** Columns of what is solved for. */
interface Sides {
  readonly data: Float64Array;
  readonly width: number;
  readonly from: number;
  readonly to: number;
}

/** Solves L·Y = B in place. Where `isTriangular`, rows of B are zero beyond the diagonal, and stay so. */
function* substituteForward(
  factors: Float64Array,
  order: number,
  b: Float64Array,
  { columns, isTriangular }: { readonly columns: number; readonly isTriangular: boolean },
): Pieces<void> {
  for (let wide = 0; wide < order; wide += WIDE_BLOCK) {
    const to = isTriangular ? Math.min(wide + WIDE_BLOCK, order) : columns;
    yield* solveWideBlock(factors, order, wide, { data: b, width: columns, from: 0, to });
  }
}

/** Solves the rows of a wide block, those above being solved, and takes their products off all rows below. */
function* solveWideBlock(factors: Float64Array, order: number, wide: number, sides: Sides): Pieces<void> {
  const { data, width, from: column, to: columnEnd } = sides;
  const wideEnd = Math.min(wide + WIDE_BLOCK, order);
  const solved = (from: number, to: number): Panel => rectangle(data, width, { from, to, column, columnEnd });
  for (let start = wide; start < wideEnd; start += BLOCK) {
    const end = Math.min(start + BLOCK, wideEnd);
    const besides = rectangle(factors, order, { from: start, to: end, column: wide, columnEnd: start });
    if (start > wide) yield* subtractProducts(solved(start, end), besides, solved(wide, start));
    yield* solveBlock(factors, order, { start, end }, sides);
  }
  if (wideEnd === order) return;
  const below = rectangle(factors, order, { from: wideEnd, to: order, column: wide, columnEnd: wideEnd });
  yield* subtractProducts(solved(wideEnd, order), below, solved(wide, wideEnd));
}

/** Solves the rows from `start` to `end`, of which the factors of the others have been taken off. */
function* solveBlock(
  factors: Float64Array,
  order: number,
  { start, end }: { readonly start: number; readonly end: number },
  { data, width, from, to }: Sides,
): Pieces<void> {
  const operations = new OperationCount();
  for (let row = start + 1; row < end; row++) {
    const target: Span = { start: row * width + from, end: row * width + to };
    for (let step = start; step < row;) {
      const at = row * order + step;
      const count = Math.min(row - step, AT_ONCE);
      if (count === AT_ONCE && factors.subarray(at, at + AT_ONCE).every((factor) => factor !== 0)) {
        subtractFourRows(data, target, step * width + from, width, factors, at);
        step += AT_ONCE;
      } else {
        const factor = factors[at]!;
        if (factor !== 0) subtractRow(data, target, step * width + from, factor);
        step++;
      }
    }
    const done = operations.add((row - start) * (to - from));
    if (done !== undefined) yield done;
  }
  yield operations.rest();
}

/** Solves the upper triangular system in place. */
function* substituteBackward(upper: Float64Array, order: number, b: Float64Array, columns: number): Pieces<void> {
  const operations = new OperationCount();
  const whole = { column: 0, columnEnd: columns };
  for (let start = Math.floor((order - 1) / BLOCK) * BLOCK; start >= 0; start -= BLOCK) {
    const end = Math.min(start + BLOCK, order);
    if (end < order) {
      const besides = rectangle(upper, order, { from: start, to: end, column: end, columnEnd: order });
      const solved = rectangle(b, columns, { from: end, to: order, ...whole });
      const sides = rectangle(b, columns, { from: start, to: end, ...whole });
      yield* addRowProducts(sides, besides, transposed(solved), { sign: -1 });
    }
    for (let row = end - 1; row >= start; row--) {
      const target: Span = { start: row * columns, end: (row + 1) * columns };
      let solved = row + 1;
      for (; solved + AT_ONCE <= end; solved += AT_ONCE)
        subtractFourRows(b, target, solved * columns, columns, upper, row * order + solved);
      for (; solved < end; solved++) subtractRow(b, target, solved * columns, upper[row * order + solved]!);
      const diagonal = upper[row * order + row]!;
      for (let at = target.start; at < target.end; at++) b[at]! /= diagonal;
      const done = operations.add((end - row) * columns);
      if (done !== undefined) yield done;
    }
  }
  yield operations.rest();
}

/** target -= left · right, as many terms at a time as are eliminated together. */
function subtractProducts(target: Panel, left: Panel, right: Panel): Pieces<void> {
  return addRowProducts(target, left, transposed(right), { sign: -1, sumBlock: BLOCK });
}

/** Some rows and columns of a matrix of this width. */
function rectangle(
  data: Float64Array,
  width: number,
  {
    from,
    to,
    column,
    columnEnd,
  }: { readonly from: number; readonly to: number; readonly column: number; readonly columnEnd: number },
): Panel {
  return { data, start: from * width + column, stride: width, rows: to - from, columns: columnEnd - column };
}

function rowOfLargest(a: Float64Array, order: number, column: number): number {
  let best = column;
  let largest = Math.abs(a[column * order + column]!);
  for (let row = column + 1, at = (column + 1) * order + column; row < order; row++, at += order) {
    const size = Math.abs(a[at]!);
    if (!(size > largest)) continue;
    best = row;
    largest = size;
  }
  return best;
}

function swapRows(data: Float64Array | Uint32Array, width: number, first: number, second: number): void {
  if (first === second) return;
  for (let at = first * width, other = second * width; at < (first + 1) * width; at++, other++) {
    const kept = data[at]!;
    data[at] = data[other]!;
    data[other] = kept;
  }
}

/** Where a part of a row stands. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** target -= factor · the same columns of another row, from `source` on. */
function subtractRow(data: Float64Array, { start, end }: Span, source: number, factor: number): void {
  for (let at = start; at < end; at++) data[at]! -= factor * data[source++]!;
}

/** Rows that are subtracted at once. */
const AT_ONCE = 4;

/** The same for four rows, one after another, `stride` apart. */
function subtractFourRows(
  data: Float64Array,
  { start, end }: Span,
  source: number,
  stride: number,
  factors: Float64Array,
  place: number,
): void {
  const [e, f, g, h] = [factors[place]!, factors[place + 1]!, factors[place + 2]!, factors[place + 3]!];
  let [a, b, c, d] = [source, source + stride, source + 2 * stride, source + 3 * stride];
  for (let at = start; at < end; at++)
    data[at] = data[at]! - e * data[a++]! - f * data[b++]! - g * data[c++]! - h * data[d++]!;
}
