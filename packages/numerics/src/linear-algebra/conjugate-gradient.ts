/**
 * @file Symmetric positive definite systems by conjugate gradients, one right-hand side at a time or all together.
 * Sources: Hestenes & Stiefel (1952); D. P. O'Leary, The block conjugate gradient algorithm (1980).
 */
import { matmulInPieces, transposedMatmulInPieces } from '../products/matrix-products.ts';
import { transposeInPieces, type Matrix } from './matrix.ts';
import { NdArray, zeros } from '../arrays/nd-array.ts';
import type { Pieces } from '../basics/pieces.ts';
import { leastSquaresInPieces } from './singular-values.ts';

/** A symmetric matrix by what it does to vectors: rows in, rows out, [count, order]. The rows out are the caller's. */
export type SymmetricOperator = (vectors: Matrix) => Pieces<Matrix>;

/** When to stop. */
export interface ConjugateGradientLimits {
  /** The residual that is small enough, per right-hand side. */
  readonly tolerance: (rightSide: Float64Array) => number;
  readonly mostIterations: number;
  /** [count, order], where to start; zeros unless told. */
  readonly start?: Matrix | undefined;
}

/** What conjugate gradients found. */
export interface ConjugateGradientSolution {
  /** [count, order]. */
  readonly solutions: Matrix;
  /** Per right-hand side. */
  readonly iterations: readonly number[];
}

/** The solutions x of A·x = b for rows b, [count, order]; the best so far where the iterations end. */
export function* conjugateGradientInPieces(
  operator: SymmetricOperator,
  rightSides: Matrix,
  limits: ConjugateGradientLimits,
): Pieces<ConjugateGradientSolution> {
  const [count, order] = rightSides.shape as [number, number];
  const solutions = zeros([count, order]);
  const iterations: number[] = [];
  for (let row = 0; row < count; row++) {
    const solution = solutions.row(row).data;
    if (limits.start !== undefined) solution.set(limits.start.row(row).data);
    iterations.push(yield* iterate(operator, rightSides.row(row).data, solution, limits));
  }
  return { solutions, iterations };
}

/** Solves for one right-hand side, in place; the number of iterations. */
function* iterate(
  operator: SymmetricOperator,
  rightSide: Float64Array,
  solution: Float64Array,
  { tolerance, mostIterations, start }: ConjugateGradientLimits,
): Pieces<number> {
  const order = rightSide.length;
  const one = (vector: Float64Array): Matrix => new NdArray(vector, [1, order]);
  const residual = rightSide.slice();
  if (start !== undefined) addMultiple(residual, -1, (yield* operator(one(solution))).data);
  const direction = residual.slice();
  const enough = tolerance(rightSide);
  let squares = scalarProduct(residual, residual);
  for (let iteration = 0; ; iteration++) {
    if (Math.sqrt(squares) <= enough || iteration === mostIterations) return iteration;
    const { data: image } = yield* operator(one(direction));
    const curvature = scalarProduct(direction, image);
    // Rounding is all that is left.
    if (!(curvature > 0)) return iteration;
    const step = squares / curvature;
    addMultiple(solution, step, direction);
    addMultiple(residual, -step, image);
    const before = squares;
    squares = scalarProduct(residual, residual);
    const share = squares / before;
    for (let index = 0; index < order; index++) direction[index] = residual[index]! + share * direction[index]!;
    yield 6 * order;
  }
}

/** Singular values of the small systems that count as zero: right-hand sides that depend on each other. */
const DEPENDENT = 1e-14;

/** As `conjugateGradientInPieces`, all right-hand sides together: it stops where the residuals of all are small enough. */
export function* blockConjugateGradientInPieces(
  operator: SymmetricOperator,
  rightSides: Matrix,
  { tolerance, mostIterations, start }: ConjugateGradientLimits,
): Pieces<ConjugateGradientSolution> {
  const [count, order] = rightSides.shape as [number, number];
  const enough = Array.from({ length: count }, (_, row) => tolerance(rightSides.row(row).data));
  const solutions = start === undefined ? zeros([count, order]) : new NdArray(start.data.slice(), start.shape);
  const residuals = new NdArray(rightSides.data.slice(), rightSides.shape);
  if (start !== undefined) addMultiple(residuals.data, -1, (yield* operator(solutions)).data);
  let directions: Matrix = new NdArray(residuals.data.slice(), residuals.shape);
  let gram = yield* productOfRows(residuals, residuals);
  for (let iteration = 0; ; iteration++) {
    const isEnough = enough.every((bound, row) => Math.sqrt(gram.get(row, row)) <= bound);
    if (isEnough || iteration === mostIterations) {
      return { solutions, iterations: new Array<number>(count).fill(iteration) };
    }
    const images = yield* operator(directions);
    const curvature = yield* productOfRows(directions, images);
    const { solution: steps } = yield* leastSquaresInPieces(curvature, gram, DEPENDENT);
    addMultiple(solutions.data, 1, (yield* transposedMatmulInPieces(steps, directions)).data);
    addMultiple(residuals.data, -1, (yield* transposedMatmulInPieces(steps, images)).data);
    const next = yield* productOfRows(residuals, residuals);
    const { solution: shares } = yield* leastSquaresInPieces(gram, next, DEPENDENT);
    directions = yield* transposedMatmulInPieces(shares, directions);
    addMultiple(directions.data, 1, residuals.data);
    gram = next;
    yield 6 * order * count;
  }
}

/** left · rightᵀ */
function* productOfRows(left: Matrix, right: Matrix): Pieces<Matrix> {
  return yield* matmulInPieces(left, yield* transposeInPieces(right));
}

function scalarProduct(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!;
  return sum;
}

/** target += factor · vector */
function addMultiple(target: Float64Array, factor: number, vector: Float64Array): void {
  for (let index = 0; index < target.length; index++) target[index]! += factor * vector[index]!;
}
