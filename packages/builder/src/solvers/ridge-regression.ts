/** @file Regularized least squares by normal equations, summed up block by block of activities. */
import type { Activities, Cost, SolverSizes } from '@ndl/core';
import {
  addLowerGram,
  addProduct,
  NdArray,
  OperationCount,
  solvePositiveDefiniteInPieces,
  transposeInPieces,
  zeros,
  type Matrix,
  type Pieces,
} from '@ndl/numerics';
import { BLOCK_ELEMENTS, blocksOf, sumBlocksOf } from './activities.ts';

/** What depends on activities alone: a probe and the connections of one ensemble solve for the same ones. */
interface Normal {
  /** Lower triangle of AᵀA, [neurons, neurons], or of A·Aᵀ, [points, points], where there are fewer points. */
  readonly gram: Matrix;
  readonly largest: number;
}

const known = new WeakMap<Activities, Normal>();

/**
 * The X, [neurons, targets], with (AᵀA + mσ²I)·X = AᵀY for m points and σ = regularization · max(A); in the dual form X
 * = Aᵀ(A·Aᵀ + mσ²I)⁻¹Y where there are fewer points than neurons.
 * @throws NdlError NOT_POSITIVE_DEFINITE
 */
export function* ridgeRegression(activities: Activities, targets: NdArray, regularization: number): Pieces<Matrix> {
  return activities.points < activities.neurons
    ? yield* solveDual(activities, targets, regularization)
    : yield* solvePrimal(activities, targets, regularization);
}

/** What `ridgeRegression` takes beside the activities. */
export function ridgeCost({ points, neurons, targets }: SolverSizes): Cost {
  const [most, least] = [Math.max(points, neurons), Math.min(points, neurons)];
  return {
    operations: (most * least * least) / 2 + (least * least * least) / 6 + 2 * targets * least * (most + least),
    bytes: 8 * (2 * least * least + Math.min(2 * BLOCK_ELEMENTS, 2 * points * neurons) + points * targets),
  };
}

function* solvePrimal(activities: Activities, targets: NdArray, regularization: number): Pieces<Matrix> {
  const { points, neurons } = activities;
  const projected = zeros([neurons, targets.shape[1]!]);
  const gram = known.has(activities) ? undefined : zeros([neurons, neurons]);
  let largest = -Infinity;
  for (const range of sumBlocksOf(points, neurons)) {
    const block = yield* activities.transposedBlock({ points: range });
    if (gram !== undefined) {
      yield* addLowerGram(gram, block);
      largest = Math.max(largest, largestOf(block));
    }
    yield* addProduct(projected, block, yield* transposeInPieces(rowsOf(targets, range)));
  }
  const normal = remember(activities, gram, largest);
  return yield* solvePositiveDefiniteInPieces(yield* regularized(normal, points, regularization), projected);
}

function* solveDual(activities: Activities, targets: NdArray, regularization: number): Pieces<Matrix> {
  const { points, neurons } = activities;
  const gram = known.has(activities) ? undefined : zeros([points, points]);
  let largest = -Infinity;
  if (gram !== undefined) {
    for (const range of sumBlocksOf(neurons, points)) {
      const block = yield* activities.block({ neurons: range });
      yield* addLowerGram(gram, block);
      largest = Math.max(largest, largestOf(block));
    }
  }
  const normal = remember(activities, gram, largest);
  const dual = yield* solvePositiveDefiniteInPieces(yield* regularized(normal, points, regularization), targets);
  const dualRows = yield* transposeInPieces(dual);
  const columns = targets.shape[1]!;
  const weights = zeros([neurons, columns]);
  for (const [from, to] of blocksOf(neurons, points)) {
    const part = new NdArray(weights.data.subarray(from * columns, to * columns), [to - from, columns]);
    yield* addProduct(part, yield* activities.transposedBlock({ neurons: [from, to] }), dualRows);
  }
  return weights;
}

function remember(activities: Activities, gram: Matrix | undefined, largest: number): Normal {
  if (gram === undefined) return known.get(activities)!;
  const normal = { gram, largest };
  known.set(activities, normal);
  return normal;
}

/** A copy of the Gram matrix with mσ² added to its diagonal. */
function* regularized({ gram, largest }: Normal, points: number, regularization: number): Pieces<Matrix> {
  const sigma = regularization * largest;
  const penalty = points * sigma * sigma;
  const order = gram.shape[0]!;
  const copy = zeros(gram.shape);
  const operations = new OperationCount();
  for (let row = 0; row < order; row++) {
    copy.data.set(gram.data.subarray(row * order, (row + 1) * order), row * order);
    copy.data[row * (order + 1)]! += penalty;
    const done = operations.add(order);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
  return copy;
}

function largestOf({ data }: Matrix): number {
  let largest = -Infinity;
  for (let index = 0; index < data.length; index++) largest = Math.max(largest, data[index]!);
  return largest;
}

function rowsOf(matrix: NdArray, [from, to]: readonly [number, number]): NdArray {
  const columns = matrix.shape[1]!;
  return new NdArray(matrix.data.subarray(from * columns, to * columns), [to - from, columns]);
}
