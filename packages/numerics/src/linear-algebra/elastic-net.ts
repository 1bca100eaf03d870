/**
 * @file Sparse least squares by coordinate descent.
 * Source: Friedman, Hastie & Tibshirani, Regularization paths for generalized linear models (2010), with covariance updates.
 */
import type { Matrix } from './matrix.ts';
import { OperationCount, type Pieces } from '../basics/pieces.ts';

/** What is minimized, and for how long. */
export interface ElasticNetOptions {
  /** Factor of Σ|x|, at least 0. */
  readonly absolute: number;
  /** Factor of Σx² / 2, at least 0. */
  readonly squared: number;
  /** Rounds over all elements. */
  readonly mostIterations: number;
}

/** Stops where no element changes by more than this part of the largest one. */
const TOLERANCE = 1e-10;

/**
 * The x that minimizes xᵀGx / 2 - bᵀx + absolute · Σ|x| + squared · Σx² / 2, for a symmetric positive semidefinite G, [n, n], and
 * b, [n]; the best so far where the iterations end.
 */
export function* elasticNetInPieces(
  gram: Matrix,
  rightSide: Float64Array,
  { absolute, squared, mostIterations }: ElasticNetOptions,
): Pieces<{ readonly solution: Float64Array; readonly iterations: number }> {
  const order = rightSide.length;
  const solution = new Float64Array(order);
  /** G·x */
  const product = new Float64Array(order);
  const operations = new OperationCount();
  for (let iteration = 1; ; iteration++) {
    let [change, largest] = [0, 0];
    for (let index = 0; index < order; index++) {
      const row = gram.data.subarray(index * order, (index + 1) * order);
      const before = solution[index]!;
      const curvature = row[index]!;
      const pull = rightSide[index]! - product[index]! + curvature * before;
      const shrunk = Math.sign(pull) * Math.max(Math.abs(pull) - absolute, 0);
      const value = shrunk === 0 ? 0 : shrunk / (curvature + squared);
      const step = value - before;
      if (step !== 0) {
        solution[index] = value;
        for (let at = 0; at < order; at++) product[at]! += step * row[at]!;
        const done = operations.add(order);
        if (done !== undefined) yield done;
      }
      change = Math.max(change, Math.abs(step));
      largest = Math.max(largest, Math.abs(value));
    }
    yield operations.rest() + order;
    if (change <= TOLERANCE * largest || iteration >= mostIterations) return { solution, iterations: iteration };
  }
}
