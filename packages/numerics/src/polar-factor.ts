/** @file The orthogonal matrix nearest to a given one: u·vᵀ of its singular value decomposition, without computing it. */
import { noConvergence, singularMatrix } from './errors.ts';
import { inverseInPieces } from './linear-systems.ts';
import { squareOrder, transposeInPieces, type Matrix } from './matrix.ts';
import { NdArray, ndarray } from './nd-array.ts';
import { complete, type Pieces } from './pieces.ts';

const MOST_STEPS = 100;

/** Convergence is quadratic: after a relative change this small, what is left is rounding. */
const TOLERANCE = 1e-9;

/**
 * The orthogonal polar factor Q of a nonsingular square matrix A = Q·H, H symmetric positive definite; unique.
 * By Newton's iteration with norm scaling: Higham, "Functions of Matrices", §8.6.
 * @throws NdlError SHAPE_MISMATCH when `matrix` is not square, SINGULAR_MATRIX when it has no inverse.
 */
export function orthogonalPolarFactor(matrix: NdArray): Matrix {
  return complete(orthogonalPolarFactorInPieces(matrix));
}

/** `orthogonalPolarFactor` in pieces. @throws NdlError SHAPE_MISMATCH, SINGULAR_MATRIX */
export function* orthogonalPolarFactorInPieces(matrix: NdArray): Pieces<Matrix> {
  squareOrder('orthogonalPolarFactor', matrix);
  let factor = ndarray(matrix);
  let change = Infinity;
  for (let step = 0; step < MOST_STEPS; step++) {
    const opposite = yield* transposeInPieces(yield* inverseInPieces(factor));
    const scale = change > 0.01 ? Math.sqrt(norm(opposite.data) / norm(factor.data)) : 1;
    if (!(scale > 0 && scale < Infinity)) throw singularMatrix('orthogonalPolarFactor');
    const next = factor.data.map((x, index) => (scale * x + opposite.data[index]! / scale) / 2);
    change = norm(next.map((x, index) => x - factor.data[index]!)) / norm(next);
    factor = new NdArray(next, factor.shape);
    if (change <= TOLERANCE) return factor;
  }
  throw noConvergence('orthogonalPolarFactor', MOST_STEPS);
}

function norm(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}
