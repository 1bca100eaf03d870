/**
 * @file Tall least squares problems as small ones, by Householder's reflections, in blocks.
 * Source: Golub & Van Loan, "Matrix Computations", 4th ed., §5.2.
 */
import { reflectRows } from './block-reflections.ts';
import { shapeMismatch } from '../basics/errors.ts';
import { matrixShape, requireFinite, transposeInPieces, type Matrix } from './matrix.ts';
import { zeros, type NdArray } from '../arrays/nd-array.ts';
import { complete, OperationCount, type Pieces } from '../basics/pieces.ts';
import { eliminating, reflect } from './reflection.ts';
import { refuseSurplus } from '../basics/refuse-surplus.ts';

/** A problem with the same minimizers: ‖R·x - c‖² differs from ‖A·x - b‖² by what no x changes. */
export interface TriangularProblem {
  /** R, upper triangular: [r, columns of A] for r = min(rows, columns) of A. */
  readonly triangle: Matrix;
  /** c, [r, columns of B]. */
  readonly rightSide: Matrix;
}

/**
 * R and QᵀB of A = Q·R: `a` is `[rows, columns]`, `b` is `[rows, right-hand sides]`.
 * @throws NdlError SHAPE_MISMATCH, or OUT_OF_DOMAIN for NaN or infinity.
 */
export function triangularize(a: NdArray, b: NdArray): TriangularProblem {
  refuseSurplus('triangularize', arguments, 2);
  return complete(triangularizeInPieces(a, b));
}

/** `triangularize` in pieces. @throws NdlError SHAPE_MISMATCH, OUT_OF_DOMAIN */
export function* triangularizeInPieces(a: NdArray, b: NdArray): Pieces<TriangularProblem> {
  const [rows, columns] = matrixShape('triangularize: matrix', a);
  const [rowsOfB, sides] = matrixShape('triangularize: right-hand side', b);
  if (rowsOfB !== rows) throw shapeMismatch('triangularize: right-hand side', [rows, sides], b.shape);
  requireFinite('triangularize', a);
  requireFinite('triangularize', b);
  // Columns of both, as rows.
  const vectors = zeros([columns + sides, rows]);
  vectors.data.set((yield* transposeInPieces(a)).data);
  vectors.data.set((yield* transposeInPieces(b)).data, columns * rows);
  const order = Math.min(rows, columns);
  for (let start = 0; start < order; start += BLOCK) {
    const end = Math.min(start + BLOCK, order);
    yield* eliminateColumns(vectors, start, end, vectors.shape[0]! <= BLOCK ? vectors.shape[0]! : end);
  }
  return {
    triangle: yield* firstElements(vectors, { from: 0, to: columns, order }),
    rightSide: yield* firstElements(vectors, { from: columns, to: columns + sides, order }),
  };
}

/** Columns that are eliminated together. */
const BLOCK = 64;

/** Eliminates columns from `start` to `end`; others from `end` up to `near` one by one, those beyond by products. */
function* eliminateColumns(vectors: Matrix, start: number, end: number, near: number): Pieces<void> {
  const [count, length] = vectors.shape as [number, number];
  const width = length - start;
  const directions = new Float64Array((end - start) * width);
  const factors = new Float64Array(end - start);
  const operations = new OperationCount();
  for (let step = start; step < end; step++) {
    const reflection = eliminating(vectors.row(step).data, step);
    directions.set(reflection.direction.subarray(step), (step - start) * width + step - start);
    factors[step - start] = reflection.factor;
    for (let other = step + 1; other < near; other++) {
      reflect(vectors.row(other).data, reflection);
      const done = operations.add(2 * (length - step));
      if (done !== undefined) yield done;
    }
  }
  yield operations.rest();
  if (near === count) return;
  const far = { data: vectors.data, start: near * length + start, stride: length, rows: count - near, columns: width };
  const block = { data: directions, start: 0, stride: width, rows: end - start, columns: width };
  yield* reflectRows(far, block, factors, true);
}

/** The first `order` elements of rows, as columns. */
function* firstElements(
  vectors: Matrix,
  { from, to, order }: { readonly from: number; readonly to: number; readonly order: number },
): Pieces<Matrix> {
  const firsts = zeros([to - from, order]);
  for (let row = from; row < to; row++) firsts.data.set(vectors.row(row).data.subarray(0, order), (row - from) * order);
  yield firsts.size;
  return yield* transposeInPieces(firsts);
}
