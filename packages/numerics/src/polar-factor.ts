/** @file The orthogonal matrix nearest to a given one: u·vᵀ of its singular value decomposition, without computing it. */
import { copyInPieces } from './array-copy.ts';
import { noConvergence, singularMatrix } from './errors.ts';
import { inverseInPieces } from './linear-systems.ts';
import { squareOrder, transposeInPieces, type Matrix } from './matrix.ts';
import { NdArray } from './nd-array.ts';
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
  let factor = yield* copyInPieces(matrix);
  let change = Infinity;
  for (let step = 0; step < MOST_STEPS; step++) {
    const opposite = yield* transposeInPieces(yield* inverseInPieces(factor));
    const [old, size] = [factor.data, factor.size];
    const scale =
      change > 0.01
        ? Math.sqrt((yield* norm(size, (at) => opposite.data[at]!)) / (yield* norm(size, (at) => old[at]!)))
        : 1;
    if (!(scale > 0 && scale < Infinity)) throw singularMatrix('orthogonalPolarFactor');
    const next = new Float64Array(size);
    yield* eachInPieces(size, (at) => {
      next[at] = (scale * old[at]! + opposite.data[at]! / scale) / 2;
    });
    change = (yield* norm(size, (at) => next[at]! - old[at]!)) / (yield* norm(size, (at) => next[at]!));
    factor = new NdArray(next, factor.shape);
    if (change <= TOLERANCE) return factor;
  }
  throw noConvergence('orthogonalPolarFactor', MOST_STEPS);
}

/** The Euclidean norm of `size` numbers. */
function* norm(size: number, valueAt: (at: number) => number): Pieces<number> {
  let sum = 0;
  yield* eachInPieces(size, (at) => {
    const value = valueAt(at);
    sum += value * value;
  });
  return Math.sqrt(sum);
}

/** Elements that are visited at a time. */
const PART = 2 ** 15;

function* eachInPieces(size: number, visit: (at: number) => void): Pieces<void> {
  for (let from = 0; from < size; from += PART) {
    const end = Math.min(from + PART, size);
    for (let at = from; at < end; at++) visit(at);
    yield 4 * (end - from);
  }
}
