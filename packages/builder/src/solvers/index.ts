/** @file The solvers that every network can use: LstsqL2, Lstsq and NoSolver. */
import type { Solution, SolverDefinition } from '@ndl/core';
import type { Lstsq, LstsqL2, NoSolver } from '@ndl/model';
import {
  gramMatrix,
  leastSquares,
  matmul,
  solvePositiveDefinite,
  transpose,
  transposedMatmul,
  zeros,
  NdArray,
  type Matrix,
} from '@ndl/numerics';
import { solverValuesShape } from '../errors.ts';

/**
 * Least squares with Tikhonov regularization: (AᵀA + mσ²I)·X = AᵀY for m points, σ = regularization · max(A). So the
 * decoders are the best ones for activities with noise of standard deviation σ.
 */
const LSTSQ_L2: SolverDefinition<LstsqL2> = {
  kind: 'lstsqL2',
  needsActivities: true,
  solve({ regularization }, activities, targets) {
    const sigma = regularization * largestOf(activities);
    return solution(activities, targets, ridgeRegression(activities, targets, sigma));
  },
};

/** Plain least squares: the solution of least norm, singular values below the threshold taken for zero. */
const LSTSQ: SolverDefinition<Lstsq> = {
  kind: 'lstsq',
  needsActivities: true,
  solve: ({ conditionThreshold }, activities, targets) =>
    solution(activities, targets, leastSquares(activities, targets, conditionThreshold).solution),
};

/** Decoders as given, or zeros. Of `activities` and `targets`, only the numbers of columns count. */
const NO_SOLVER: SolverDefinition<NoSolver> = {
  kind: 'noSolver',
  needsActivities: false,
  solve({ values }, activities, targets) {
    const shape = [activities.shape[1]!, targets.shape[1]!];
    if (values !== null && values.shape.join() !== shape.join()) throw solverValuesShape(shape, values.shape);
    return { weights: values ?? zeros(shape), errors: zeros([targets.shape[1]!]) };
  },
};

export const BUILT_IN_SOLVERS: readonly SolverDefinition[] = [LSTSQ_L2, LSTSQ, NO_SOLVER];

/** AᵀA by activities: a probe and the connections of one ensemble solve for the same activities. */
const gramMatrices = new WeakMap<NdArray, Matrix>();

/** In the dual form X = Aᵀ(AAᵀ + mσ²I)⁻¹Y where there are fewer points than neurons. */
function ridgeRegression(activities: NdArray, targets: NdArray, sigma: number): Matrix {
  const [points, neurons] = activities.shape as [number, number];
  const penalty = points * sigma * sigma;
  if (points < neurons) {
    const system = plusDiagonal(gramMatrix(transpose(activities)), penalty);
    return transposedMatmul(activities, solvePositiveDefinite(system, targets));
  }
  let gram = gramMatrices.get(activities);
  if (gram === undefined) gramMatrices.set(activities, (gram = gramMatrix(activities)));
  return solvePositiveDefinite(plusDiagonal(gram, penalty), transposedMatmul(activities, targets));
}

function largestOf({ data }: NdArray): number {
  let largest = -Infinity;
  for (let index = 0; index < data.length; index++) largest = Math.max(largest, data[index]!);
  return largest;
}

function plusDiagonal(matrix: Matrix, value: number): Matrix {
  const order = matrix.shape[0]!;
  const data = Float64Array.from(matrix.data);
  for (let index = 0; index < order; index++) data[index * (order + 1)]! += value;
  return new NdArray(data, matrix.shape);
}

function solution(activities: NdArray, targets: NdArray, weights: Matrix): Solution {
  const approximation = matmul(activities, weights);
  const [points, columns] = targets.shape as [number, number];
  const errors = zeros([columns]);
  targets.data.forEach((value, index) => (errors.data[index % columns]! += (approximation.data[index]! - value) ** 2));
  return {
    weights,
    errors: new NdArray(
      errors.data.map((sum) => Math.sqrt(sum / points)),
      [columns],
    ),
  };
}
