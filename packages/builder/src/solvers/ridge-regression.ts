/** @file Regularized least squares by normal equations, summed up block by block of activities. */
import type { Activities, Cost, SolverSizes } from '@ndl/core';
import {
  addLowerGram,
  addProduct,
  addTransposedProduct,
  factorizePositiveDefiniteInPieces,
  GramSum,
  NdArray,
  OperationCount,
  solveFactorizedInPieces,
  transposeInPieces,
  zeros,
  type Matrix,
  type Pieces,
} from '@ndl/numerics';
import { BLOCK_ELEMENTS, blocksOf, sumBlocksOf } from './activities.ts';
import { CountedActivities, type ActivityStatistics, type Damping, type DampingRule } from './activity-statistics.ts';

/** What depends on activities alone: a probe and the connections of one ensemble solve for the same ones. */
interface Normal {
  /** A copy of the lower triangle of AᵀA, [neurons, neurons], or in the dual form of A·Aᵀ, [points, points]. */
  lowerTriangle(): Pieces<Matrix>;
  readonly statistics: ActivityStatistics;
  /** The latest Cholesky factor of it, with what was added to its diagonal: a probe and the connections of one ensemble share it. */
  factorized?: { readonly damping: Damping; readonly factor: Matrix };
}

const known = { primal: new WeakMap<Activities, Normal>(), dual: new WeakMap<Activities, Normal>() };

/**
 * The X, [neurons, targets], with (AᵀA + mσ²I)·X = AᵀY for m points; in the dual form X = Aᵀ(A·Aᵀ + mσ²I)⁻¹Y where there are fewer
 * points than neurons, unless told which. Where each neuron has a σ of its own, there is no dual form.
 * @throws NdlError NOT_POSITIVE_DEFINITE
 */
export function* ridgeRegression(
  activities: Activities,
  targets: NdArray,
  damping: DampingRule,
  isDual: boolean = activities.points < activities.neurons,
): Pieces<Matrix> {
  if (isDual) return yield* solveDual(activities, targets, damping);
  const { normal, rightSide } = yield* normalSums(activities, targets);
  return yield* solveFactorizedInPieces(yield* factorOf(normal, activities.points, damping), rightSide);
}

/** Multiply-adds of long products that are done in the time of one operation. */
const PRODUCTS_PER_OPERATION = 4;

/** What `ridgeRegression` takes beside the activities. */
export function ridgeCost({ points, neurons, targets }: SolverSizes): Cost {
  const [most, least] = [Math.max(points, neurons), Math.min(points, neurons)];
  return {
    operations:
      ((most * least * least) / 2 + (least * least * least) / 6) / PRODUCTS_PER_OPERATION +
      2 * targets * least * (most + least),
    bytes: 8 * (2 * least * least + Math.min(2 * BLOCK_ELEMENTS, 2 * points * neurons) + points * targets),
  };
}

/** AᵀA + mσ²I, [neurons, neurons], of which only the lower triangle means anything, and AᵀY, [neurons, targets]. */
export interface NormalEquations {
  readonly matrix: Matrix;
  readonly rightSide: Matrix;
}

/** The normal equations, the caller's to change. */
export function* normalEquations(
  activities: Activities,
  targets: NdArray,
  damping: DampingRule,
): Pieces<NormalEquations> {
  const { normal, rightSide } = yield* normalSums(activities, targets);
  return { matrix: yield* regularized(normal, activities.points, damping(normal.statistics)), rightSide };
}

/** What the equations are made of. */
function* normalSums(
  activities: Activities,
  targets: NdArray,
): Pieces<{ readonly normal: Normal; readonly rightSide: Matrix }> {
  const { points, neurons } = activities;
  const rightSide = zeros([neurons, targets.shape[1]!]);
  const gram = known.primal.has(activities) ? undefined : new GramSum(neurons);
  const counted = new CountedActivities(neurons);
  for (const range of sumBlocksOf(points, neurons)) {
    const block = yield* activities.block({ points: range });
    if (gram !== undefined) {
      yield* gram.add(block);
      counted.addColumns(block);
    }
    yield* addTransposedProduct(rightSide, block, rowsOf(targets, range));
  }
  if (gram !== undefined) {
    known.primal.set(activities, {
      lowerTriangle: () => gram.lowerTriangle(),
      statistics: counted.statistics(points),
    });
  }
  return { normal: known.primal.get(activities)!, rightSide };
}

function* solveDual(activities: Activities, targets: NdArray, damping: DampingRule): Pieces<Matrix> {
  const { points, neurons } = activities;
  if (!known.dual.has(activities)) {
    const gram = zeros([points, points]);
    const counted = new CountedActivities(neurons);
    for (const range of sumBlocksOf(neurons, points)) {
      const block = yield* activities.block({ neurons: range });
      yield* addLowerGram(gram, block);
      counted.addColumns(block, range[0]);
    }
    known.dual.set(activities, {
      lowerTriangle: () => lowerTriangleOf(gram),
      statistics: counted.statistics(points),
    });
  }
  const factor = yield* factorOf(known.dual.get(activities)!, points, damping);
  const dual = yield* solveFactorizedInPieces(factor, targets);
  const dualRows = yield* transposeInPieces(dual);
  const columns = targets.shape[1]!;
  const weights = zeros([neurons, columns]);
  for (const [from, to] of blocksOf(neurons, points)) {
    const part = new NdArray(weights.data.subarray(from * columns, to * columns), [to - from, columns]);
    yield* addProduct(part, yield* activities.transposedBlock({ neurons: [from, to] }), dualRows);
  }
  return weights;
}

/** The Cholesky factor of the Gram matrix with mσ² added to its diagonal. */
function* factorOf(normal: Normal, points: number, rule: DampingRule): Pieces<Matrix> {
  const damping = rule(normal.statistics);
  if (normal.factorized !== undefined && isSame(normal.factorized.damping, damping)) return normal.factorized.factor;
  // Never two of them at a time.
  delete normal.factorized;
  const factor = yield* regularized(normal, points, damping);
  yield* factorizePositiveDefiniteInPieces(factor);
  normal.factorized = { damping, factor };
  return factor;
}

function isSame(a: Damping, b: Damping): boolean {
  if (typeof a === 'number' || typeof b === 'number') return a === b;
  return a.every((sigma, neuron) => sigma === b[neuron]);
}

/** A copy of the Gram matrix's lower triangle with mσ² added to its diagonal. */
function* regularized(normal: Normal, points: number, sigmas: Damping): Pieces<Matrix> {
  const matrix = yield* normal.lowerTriangle();
  const order = matrix.shape[0]!;
  for (let row = 0; row < order; row++) {
    const sigma = typeof sigmas === 'number' ? sigmas : sigmas[row]!;
    matrix.data[row * (order + 1)]! += points * sigma * sigma;
  }
  yield order;
  return matrix;
}

function* lowerTriangleOf({ data, shape }: Matrix): Pieces<Matrix> {
  const order = shape[0]!;
  const copy = zeros([order, order]);
  const operations = new OperationCount();
  for (let row = 0; row < order; row++) {
    copy.data.set(data.subarray(row * order, row * (order + 1) + 1), row * order);
    const done = operations.add(row);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
  return copy;
}

function rowsOf(matrix: NdArray, [from, to]: readonly [number, number]): NdArray {
  const columns = matrix.shape[1]!;
  return new NdArray(matrix.data.subarray(from * columns, to * columns), [to - from, columns]);
}
