/**
 * @file Singular values by Jacobi's one-sided rotations, and what rests on them: least squares with a cut-off.
 * Source: Golub & Van Loan, "Matrix Computations", 4th ed., §8.6.3 and §5.5. Accurate, small values included.
 */
import { euclideanNorm } from './euclidean-norm.ts';
import { noConvergence, outOfDomain, shapeMismatch } from '../basics/errors.ts';
import { matrixShape, requireFinite, transposeInPieces, type Matrix } from './matrix.ts';
import { matmulInPieces, transposedMatmulInPieces } from '../products/matrix-products.ts';
import { identity, zeros, type NdArray } from '../arrays/nd-array.ts';
import { orthogonalImages, type OrthogonalImages } from './orthogonal-images.ts';
import { complete, OperationCount, type Pieces } from '../basics/pieces.ts';
import { refuseSurplus } from '../basics/refuse-surplus.ts';

const MOST_SWEEPS = 60;

/** A = left · diag(values) · rightᵀ, with r = min(rows, columns) singular values. */
export interface SingularValueDecomposition {
  /** `[rows, r]`; orthonormal columns, but zero columns where the singular value is zero. */
  readonly left: Matrix;
  /** `r` values, in descending order. */
  readonly values: Float64Array;
  /** `[columns, r]`; orthonormal columns, but zero columns where a wide matrix has a zero singular value. */
  readonly right: Matrix;
}

/** What `leastSquares` found. */
export interface LeastSquaresSolution {
  /** `[columns of A, columns of B]`. */
  readonly solution: Matrix;
  /** How many singular values were above the cut-off. */
  readonly rank: number;
  /** All singular values of A, in descending order. */
  readonly singularValues: Float64Array;
}

/**
 * The X of least norm among those that minimize ‖A·X - B‖, where singular values of at most `relativeCutoff` times the
 * largest count as zero: NumPy's `lstsq` with its `rcond`.
 * @throws NdlError SHAPE_MISMATCH, or OUT_OF_DOMAIN for a negative cut-off and for NaN or infinity in A.
 */
export function leastSquares(a: NdArray, b: NdArray, relativeCutoff: number): LeastSquaresSolution {
  refuseSurplus('leastSquares', arguments, 3);
  return complete(leastSquaresInPieces(a, b, relativeCutoff));
}

/** `leastSquares` in pieces. @throws NdlError SHAPE_MISMATCH, OUT_OF_DOMAIN */
export function* leastSquaresInPieces(a: NdArray, b: NdArray, relativeCutoff: number): Pieces<LeastSquaresSolution> {
  const [rows] = matrixShape('leastSquares: matrix', a);
  const [rowsOfB, columns] = matrixShape('leastSquares: right-hand side', b);
  if (rows !== rowsOfB) {
    throw shapeMismatch('leastSquares: right-hand side', [rows, columns], b.shape);
  }
  if (!(relativeCutoff >= 0)) {
    throw outOfDomain('leastSquares', 'relativeCutoff', 'at least 0', relativeCutoff);
  }
  const { left, values, right } = yield* singularValueDecompositionInPieces(a);
  const cutoff = relativeCutoff * (values[0] ?? 0);
  const coordinates = yield* transposedMatmulInPieces(left, b);
  let rank = 0;
  values.forEach((value, index) => {
    const isKept = value > cutoff;
    const row = coordinates.row(index).data;
    row.forEach((coordinate, at) => (row[at] = isKept ? coordinate / value : 0));
    if (isKept) rank++;
  });
  return { solution: yield* matmulInPieces(right, coordinates), rank, singularValues: values };
}

/**
 * The thin singular value decomposition.
 * @throws NdlError SHAPE_MISMATCH when `matrix` has not two axes, OUT_OF_DOMAIN when it holds NaN or infinity.
 */
export function singularValueDecomposition(matrix: NdArray): SingularValueDecomposition {
  refuseSurplus('singularValueDecomposition', arguments, 1);
  return complete(singularValueDecompositionInPieces(matrix));
}

/** `singularValueDecomposition` in pieces. @throws NdlError SHAPE_MISMATCH, OUT_OF_DOMAIN */
export function* singularValueDecompositionInPieces(matrix: NdArray): Pieces<SingularValueDecomposition> {
  const [rows, columns] = matrixShape('singularValueDecomposition', matrix);
  requireFinite('singularValueDecomposition', matrix);
  if (rows < columns) {
    const { left, values, right } = yield* singularValueDecompositionInPieces(yield* transposeInPieces(matrix));
    return { left: right, values, right: left };
  }
  // Row i of `images` is column i of A·V, row i of `directions` is column i of V.
  const { images, directions, scale } = yield* columns > FEW
    ? orthogonalImages(matrix)
    : orthogonalizedOneByOne(matrix);
  const norms = Array.from({ length: columns }, (_, index) => norm(images.row(index).data));
  const order = norms.map((_, index) => index).sort((i, j) => norms[j]! - norms[i]!);
  return {
    left: yield* columnsFromRows(images, order, norms),
    values: Float64Array.from(order, (index) => norms[index]! / scale),
    right: yield* columnsFromRows(directions, order),
  };
}

/** More columns are begun with the eigenvectors of their Gram matrix. */
const FEW = 64;

function* orthogonalizedOneByOne(matrix: NdArray): Pieces<OrthogonalImages> {
  const images = yield* transposeInPieces(matrix);
  const directions = identity(images.shape[0]!);
  yield* orthogonalizeRows(images, directions);
  return { images, directions, scale: 1 };
}

/** Rotates pairs of rows of `images`, and those of `directions` alike, until all rows of `images` are orthogonal. */
function* orthogonalizeRows(images: Matrix, directions: Matrix): Pieces<void> {
  const image = rowsOf(images);
  const direction = rowsOf(directions);
  const operations = new OperationCount();
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let rotations = 0;
    for (let i = 0; i < image.length; i++) {
      for (let j = i + 1; j < image.length; j++) {
        const tangent = rotationTangent(image[i]!, image[j]!);
        const done = operations.add(7 * image[i]!.length + 4 * direction[i]!.length);
        if (done !== undefined) yield done;
        if (tangent === 0) continue;
        rotate(image[i]!, image[j]!, tangent);
        rotate(direction[i]!, direction[j]!, tangent);
        rotations++;
      }
    }
    if (rotations === 0) return;
  }
  throw noConvergence('singularValueDecomposition', MOST_SWEEPS);
}

/** The rows as views of the matrix. */
function rowsOf(matrix: Matrix): readonly Float64Array[] {
  return Array.from({ length: matrix.shape[0]! }, (_, index) => matrix.row(index).data);
}

/** The tangent of the angle that makes both vectors orthogonal; 0 where they are so already, within rounding. */
function rotationTangent(a: Float64Array, b: Float64Array): number {
  let aa = 0;
  let bb = 0;
  let ab = 0;
  for (let index = 0; index < a.length; index++) {
    aa += a[index]! * a[index]!;
    bb += b[index]! * b[index]!;
    ab += a[index]! * b[index]!;
  }
  if (Math.abs(ab) <= Number.EPSILON * a.length * Math.sqrt(aa) * Math.sqrt(bb)) return 0;
  const cotangent = (bb - aa) / (2 * ab);
  return Math.sign(cotangent || 1) / (Math.abs(cotangent) + euclideanNorm([1, cotangent]));
}

function rotate(a: Float64Array, b: Float64Array, tangent: number): void {
  const cosine = 1 / euclideanNorm([1, tangent]);
  const sine = cosine * tangent;
  for (let index = 0; index < a.length; index++) {
    const x = a[index]!;
    const y = b[index]!;
    a[index] = cosine * x - sine * y;
    b[index] = sine * x + cosine * y;
  }
}

/** The rows in another order, each divided by its norm if norms are given, as columns. */
function* columnsFromRows(rows: Matrix, order: readonly number[], norms?: readonly number[]): Pieces<Matrix> {
  const ordered = zeros(rows.shape);
  order.forEach((from, to) => {
    const scale = norms === undefined ? 1 : norms[from]!;
    if (scale !== 0) ordered.row(to).data.set(rows.row(from).data.map((value) => value / scale));
  });
  return yield* transposeInPieces(ordered);
}

function norm(vector: Float64Array): number {
  return Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
}
