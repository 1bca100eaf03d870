/** @file The orthogonal matrix nearest to a given one: u·vᵀ of its singular value decomposition, without computing it. */
import { copyInPieces, fillInPieces } from '../arrays/array-copy.ts';
import { noConvergence, singularMatrix } from '../basics/errors.ts';
import { invert } from './linear-systems.ts';
import { squareOrder, transposeInto, type Matrix } from './matrix.ts';
import { zeros, type NdArray } from '../arrays/nd-array.ts';
import { complete, type Pieces } from '../basics/pieces.ts';
import { refuseSurplus } from '../basics/refuse-surplus.ts';

const MOST_STEPS = 100;

/** Convergence is quadratic: after a relative change this small, what is left is rounding. */
const TOLERANCE = 1e-9;

/**
 * The orthogonal polar factor Q of a nonsingular square matrix A = Q·H, H symmetric positive definite; unique.
 * By Newton's iteration with norm scaling: Higham, "Functions of Matrices", §8.6.
 * @throws NdlError SHAPE_MISMATCH when `matrix` is not square, SINGULAR_MATRIX when it has no inverse.
 */
export function orthogonalPolarFactor(matrix: NdArray): Matrix {
  refuseSurplus('orthogonalPolarFactor', arguments, 1);
  return complete(orthogonalPolarFactorInPieces(matrix));
}

/** `orthogonalPolarFactor` in pieces. @throws NdlError SHAPE_MISMATCH, SINGULAR_MATRIX */
export function* orthogonalPolarFactorInPieces(matrix: NdArray): Pieces<Matrix> {
  const order = squareOrder('orthogonalPolarFactor', matrix);
  let factor = yield* copyInPieces(matrix);
  let opposite = zeros([order, order]);
  const work = zeros([order, order]);
  let change = Infinity;
  for (let step = 0; step < MOST_STEPS; step++) {
    // The same memory at each step: the first touch of fresh memory takes long.
    yield* fillInPieces(opposite.data, factor.data);
    yield* invert(opposite.data, order, work.data);
    yield* transposeInto(work, opposite);
    const scale = change > 0.01 ? Math.sqrt((yield* norm(opposite.data)) / (yield* norm(factor.data))) : 1;
    if (!(scale > 0 && scale < Infinity)) throw singularMatrix('orthogonalPolarFactor');
    change = yield* replaceByMeans(opposite.data, factor.data, scale);
    [factor, opposite] = [opposite, factor];
    if (change <= TOLERANCE) return factor;
  }
  throw noConvergence('orthogonalPolarFactor', MOST_STEPS);
}

/** Elements that are visited at a time. */
const PART = 2 ** 15;

/** The Euclidean norm. */
function* norm(data: Float64Array): Pieces<number> {
  let sum = 0;
  for (let from = 0; from < data.length; from += PART) {
    const end = Math.min(from + PART, data.length);
    for (let at = from; at < end; at++) sum += data[at]! * data[at]!;
    yield end - from;
  }
  return Math.sqrt(sum);
}

/** Puts the means of the scaled factor and its scaled opposite in the place of the latter; how far from the factor they are, relative to them. */
function* replaceByMeans(opposite: Float64Array, factor: Float64Array, scale: number): Pieces<number> {
  let squaresOfChange = 0;
  let squares = 0;
  for (let from = 0; from < factor.length; from += PART) {
    const end = Math.min(from + PART, factor.length);
    for (let at = from; at < end; at++) {
      const mean = (scale * factor[at]! + opposite[at]! / scale) / 2;
      const difference = mean - factor[at]!;
      squaresOfChange += difference * difference;
      squares += mean * mean;
      opposite[at] = mean;
    }
    yield 4 * (end - from);
  }
  return Math.sqrt(squaresOfChange) / Math.sqrt(squares);
}
