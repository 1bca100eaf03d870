/** @file Regularized least squares by singular values of the activities: all, or the largest. */
import type { Activities, Cost, SolverSizes } from '@ndl/core';
import {
  matmulInPieces,
  NdArray,
  singularValueDecompositionInPieces,
  transposedMatmulInPieces,
  transposeInPieces,
  type Matrix,
  type Pieces,
  type RandomState,
  type SingularValueDecomposition,
} from '@ndl/numerics';
import { allActivities } from './activities.ts';
import { timesActivities, timesTransposedActivities } from './activity-products.ts';
import type { Damping } from './activity-statistics.ts';

/** Rounds of rotations that activities usually take to become orthogonal. */
const USUAL_SWEEPS = 10;

/** What all singular values take. */
export function singularValuesCost({ points, neurons }: SolverSizes): Cost {
  const [most, least] = [Math.max(points, neurons), Math.min(points, neurons)];
  return { operations: USUAL_SWEEPS * least * least * (4 * most + 2 * least), bytes: 8 * 4 * points * neurons };
}

/** X, [neurons, targets], with (AᵀA + mσ²I)·X = AᵀY. */
export function* bySingularValues(activities: Activities, targets: NdArray, sigmas: Damping): Pieces<Matrix> {
  const scaled = yield* scaledColumns(yield* allActivities(activities), sigmas);
  const decomposed = yield* singularValueDecompositionInPieces(scaled);
  return yield* solved(decomposed, targets, sigmas);
}

/** How many singular values, and how they are found. */
export interface RandomizedOptions {
  readonly components: number;
  readonly oversamples: number;
  readonly iterations: number;
  readonly random: RandomState;
}

/** As `bySingularValues`, with the largest singular values. Draws one normal per neuron and combination, if there are more neurons. */
export function* byRandomizedSingularValues(
  activities: Activities,
  targets: NdArray,
  sigmas: Damping,
  { components, oversamples, iterations, random }: RandomizedOptions,
): Pieces<Matrix> {
  const { points, neurons } = activities;
  const combinations = components + oversamples;
  if (combinations >= Math.min(points, neurons)) return yield* bySingularValues(activities, targets, sigmas);
  const draws = new NdArray(random.normal(0, 1, neurons * combinations), [neurons, combinations]);
  let sketch = yield* transposeInPieces(draws);
  const forward = function* (rows: Matrix): Pieces<Matrix> {
    return yield* orthonormalRows(yield* timesActivities(activities, yield* scaledColumns(rows, sigmas)));
  };
  const backward = function* (rows: Matrix): Pieces<Matrix> {
    return yield* scaledColumns(yield* timesTransposedActivities(activities, rows), sigmas);
  };
  let basis = yield* forward(sketch);
  for (let iteration = 0; iteration < iterations; iteration++) {
    sketch = yield* orthonormalRows(yield* backward(basis));
    basis = yield* forward(sketch);
  }
  // Within the span of the basis, activities are a small matrix.
  const { left, values, right } = yield* singularValueDecompositionInPieces(yield* backward(basis));
  const firstColumns = (matrix: Matrix): Pieces<Matrix> => firstColumnsOf(matrix, components);
  const decomposed = {
    left: yield* transposedMatmulInPieces(basis, yield* firstColumns(left)),
    values: values.slice(0, components),
    right: yield* firstColumns(right),
  };
  return yield* solved(decomposed, targets, sigmas);
}

/** V·diag(s / (s² + mσ²))·Uᵀ·Y, where columns that were scaled by 1 / σ have a σ of 1. */
function* solved(
  { left, values, right }: SingularValueDecomposition,
  targets: NdArray,
  sigmas: Damping,
): Pieces<Matrix> {
  const sigma = typeof sigmas === 'number' ? sigmas : 1;
  const penalty = targets.shape[0]! * sigma * sigma;
  const coordinates = yield* transposedMatmulInPieces(left, targets);
  values.forEach((value, index) => {
    const factor = value === 0 ? 0 : value / (value * value + penalty);
    const row = coordinates.row(index).data;
    row.forEach((coordinate, at) => (row[at] = coordinate * factor));
  });
  const weights = yield* matmulInPieces(right, coordinates);
  if (typeof sigmas === 'number') return weights;
  const columns = weights.shape[1]!;
  weights.data.forEach((weight, at) => (weights.data[at] = weight / sigmas[Math.floor(at / columns)]!));
  return weights;
}

/** A matrix whose columns are divided by a σ of their own, where they have one; the same matrix where not. */
function* scaledColumns(matrix: Matrix, sigmas: Damping): Pieces<Matrix> {
  if (typeof sigmas === 'number') return matrix;
  const columns = sigmas.length;
  yield matrix.size;
  return new NdArray(
    matrix.data.map((value, index) => value / sigmas[index % columns]!),
    matrix.shape,
  );
}

/** Rows that are orthonormal and span the same space. */
function* orthonormalRows(rows: Matrix): Pieces<Matrix> {
  const { right } = yield* singularValueDecompositionInPieces(rows);
  return yield* transposeInPieces(right);
}

function* firstColumnsOf(matrix: Matrix, count: number): Pieces<Matrix> {
  const transposed = yield* transposeInPieces(matrix);
  const columns = transposed.shape[1]!;
  return yield* transposeInPieces(new NdArray(transposed.data.slice(0, count * columns), [count, columns]));
}
