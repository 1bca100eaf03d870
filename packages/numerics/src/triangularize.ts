/**
 * @file Tall least squares problems as small ones, by Householder's reflections.
 * Source: Golub & Van Loan, "Matrix Computations", 4th ed., §5.2.
 */
import { shapeMismatch } from './errors.ts';
import { matrixShape, requireFinite, transposeInPieces, type Matrix } from './matrix.ts';
import { NdArray } from './nd-array.ts';
import { complete, OperationCount, type Pieces } from './pieces.ts';
import { eliminating, reflect } from './reflection.ts';

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
  return complete(triangularizeInPieces(a, b));
}

/** `triangularize` in pieces. @throws NdlError SHAPE_MISMATCH, OUT_OF_DOMAIN */
export function* triangularizeInPieces(a: NdArray, b: NdArray): Pieces<TriangularProblem> {
  const [rows, columns] = matrixShape('triangularize: matrix', a);
  const [rowsOfB, sides] = matrixShape('triangularize: right-hand side', b);
  if (rowsOfB !== rows) throw shapeMismatch('triangularize: right-hand side', [rows, sides], b.shape);
  requireFinite('triangularize', a);
  requireFinite('triangularize', b);
  const [left, right] = [yield* transposeInPieces(a), yield* transposeInPieces(b)];
  const vectors = [left, right].flatMap((matrix) => rowsOf(matrix));
  const order = Math.min(rows, columns);
  const operations = new OperationCount();
  for (let step = 0; step < order; step++) {
    const reflection = eliminating(vectors[step]!, step);
    for (let other = step + 1; other < vectors.length; other++) {
      reflect(vectors[other]!, reflection);
      const done = operations.add(2 * (rows - step));
      if (done !== undefined) yield done;
    }
  }
  yield operations.rest();
  return {
    triangle: yield* firstRowsOf(vectors.slice(0, columns), order),
    rightSide: yield* firstRowsOf(vectors.slice(columns), order),
  };
}

function rowsOf(matrix: Matrix): Float64Array[] {
  return Array.from({ length: matrix.shape[0]! }, (_, index) => matrix.row(index).data);
}

/** The first `count` rows of the matrix of these columns. */
function* firstRowsOf(columns: readonly Float64Array[], count: number): Pieces<Matrix> {
  const transposed = new NdArray(new Float64Array(columns.length * count), [columns.length, count]);
  columns.forEach((column, index) => transposed.data.set(column.subarray(0, count), index * count));
  return yield* transposeInPieces(transposed);
}
