/** @file The numerical methods behind regularized least squares: each solves (AᵀA + mσ²I)·X = AᵀY in its own way. */
import type { Activities, Cost, SolverInfo, SolverSizes } from '@ndl/core';
import {
  kept,
  type BlockConjugateGradient,
  type Cholesky,
  type ConjugateGradient,
  type LeastSquaresMethod,
  type Lsmr,
  type RandomizedSvd,
  type RelativeConjugateGradient,
} from '@ndl/model';
import {
  blockConjugateGradientInPieces,
  conjugateGradientInPieces,
  euclideanNorm,
  lsmrInPieces,
  NdArray,
  transposeInPieces,
  zeros,
  type ConjugateGradientLimits,
  type Matrix,
  type Pieces,
  type RandomState,
  type SymmetricOperator,
} from '@ndl/numerics';
import { solverValuesShape } from './solver-errors.ts';
import { kindTable } from '../kind-table.ts';
import { timesActivities, timesTransposedActivities } from './activity-products.ts';
import { activityStatistics, type Damping, type DampingRule } from './activity-statistics.ts';
import { ridgeCost, ridgeRegression } from './ridge-regression.ts';
import { bySingularValues, byRandomizedSingularValues, singularValuesCost } from './singular-value-methods.ts';

/** A system to solve. */
export interface RegularizedProblem {
  readonly activities: Activities;
  /** [points, targets]. */
  readonly targets: NdArray;
  readonly damping: DampingRule;
  readonly random: RandomState;
}

/** What a method found. */
export interface MethodSolution {
  /** [neurons, targets]. */
  readonly weights: Matrix;
  readonly info: SolverInfo;
}

interface MethodDefinition<Type extends LeastSquaresMethod = LeastSquaresMethod> {
  readonly kind: Type['kind'];
  solve(method: Type, problem: RegularizedProblem): Pieces<MethodSolution>;
  cost(sizes: SolverSizes): Cost;
}

const CHOLESKY: MethodDefinition<Cholesky> = {
  kind: 'cholesky',
  *solve({ transpose }, { activities, targets, damping }) {
    const isDual = transpose ?? undefined;
    // A σ per neuron has no dual form; only a forced one is refused, where the solver is made.
    const statistics = activities.points < activities.neurons ? yield* activityStatistics(activities) : undefined;
    const isShared = statistics === undefined || typeof damping(statistics) === 'number';
    return { weights: yield* ridgeRegression(activities, targets, damping, isShared ? isDual : false), info: {} };
  },
  cost: ridgeCost,
};

const SVD: MethodDefinition = {
  kind: 'svd',
  *solve(_method, { activities, targets, damping }) {
    const sigmas = damping(yield* activityStatistics(activities));
    return { weights: yield* bySingularValues(activities, targets, sigmas), info: {} };
  },
  cost: singularValuesCost,
};

const RANDOMIZED_SVD: MethodDefinition<RandomizedSvd> = {
  kind: 'randomizedSvd',
  *solve(method, { activities, targets, damping, random }) {
    const sigmas = damping(yield* activityStatistics(activities));
    return { weights: yield* byRandomizedSingularValues(activities, targets, sigmas, { ...method, random }), info: {} };
  },
  cost: singularValuesCost,
};

const CONJUGATE_GRADIENT: MethodDefinition<ConjugateGradient> = {
  kind: 'conjugateGradient',
  *solve(method, problem) {
    return yield* byGradients(conjugateGradientInPieces, problem, {
      tolerance: pointwise(method.tolerance, problem),
      mostIterations: method.mostIterations ?? problem.activities.neurons,
      start: yield* startOf(kept(method, 'start'), problem),
    });
  },
  cost: iterativeCost,
};

const BLOCK_CONJUGATE_GRADIENT: MethodDefinition<BlockConjugateGradient> = {
  kind: 'blockConjugateGradient',
  *solve(method, problem) {
    return yield* byGradients(blockConjugateGradientInPieces, problem, {
      tolerance: pointwise(method.tolerance, problem),
      mostIterations: problem.activities.neurons,
      start: yield* startOf(kept(method, 'start'), problem),
    });
  },
  cost: iterativeCost,
};

/** SciPy's limit on iterations, per neuron. */
const RELATIVE_ITERATIONS = 10;

const RELATIVE_CONJUGATE_GRADIENT: MethodDefinition<RelativeConjugateGradient> = {
  kind: 'relativeConjugateGradient',
  *solve({ tolerance, absoluteTolerance }, problem) {
    return yield* byGradients(conjugateGradientInPieces, problem, {
      tolerance: (rightSide) => Math.max(tolerance * euclideanNorm(rightSide), absoluteTolerance),
      mostIterations: RELATIVE_ITERATIONS * problem.activities.neurons,
    });
  },
  cost: iterativeCost,
};

const LSMR: MethodDefinition<Lsmr> = {
  kind: 'lsmr',
  *solve({ tolerance }, { activities, targets, damping }) {
    const { points, neurons } = activities;
    const sigmas = damping(yield* activityStatistics(activities));
    // A σ per neuron: activities and weights are scaled by it, so that the scaled system has a σ of 1.
    const scale = (vector: Float64Array): Float64Array =>
      typeof sigmas === 'number' ? vector : vector.map((value, neuron) => value / sigmas[neuron]!);
    const one = (vector: Float64Array): Matrix => new NdArray(vector, [1, vector.length]);
    const map = {
      columns: neurons,
      *forward(vector: Float64Array) {
        return (yield* timesActivities(activities, one(scale(vector)))).data;
      },
      *backward(vector: Float64Array) {
        return scale((yield* timesTransposedActivities(activities, one(vector))).data);
      },
    };
    const damped = Math.sqrt(points) * (typeof sigmas === 'number' ? sigmas : 1);
    const rightSides = yield* transposeInPieces(targets);
    const solutions = zeros([rightSides.shape[0]!, neurons]);
    const iterations: number[] = [];
    for (let row = 0; row < rightSides.shape[0]!; row++) {
      const limits = { damping: damped, tolerance, mostIterations: Math.min(points, neurons) };
      const found = yield* lsmrInPieces(map, rightSides.row(row).data, limits);
      solutions.row(row).data.set(scale(found.solution));
      iterations.push(found.iterations);
    }
    return { weights: yield* transposeInPieces(solutions), info: { iterations } };
  },
  cost: iterativeCost,
};

const methodOf = kindTable<MethodDefinition>('method of least squares', [
  CHOLESKY as MethodDefinition,
  SVD,
  RANDOMIZED_SVD as MethodDefinition,
  CONJUGATE_GRADIENT as MethodDefinition,
  BLOCK_CONJUGATE_GRADIENT as MethodDefinition,
  RELATIVE_CONJUGATE_GRADIENT as MethodDefinition,
  LSMR as MethodDefinition,
]);

/** Solves by a method. @throws NdlError UNKNOWN_KIND, NOT_POSITIVE_DEFINITE, SHAPE_MISMATCH for a start that does not fit */
export function regularizedLeastSquares(
  method: LeastSquaresMethod,
  problem: RegularizedProblem,
): Pieces<MethodSolution> {
  return methodOf(method.kind).solve(method, problem);
}

/** What a method takes beside the activities. @throws NdlError UNKNOWN_KIND */
export function methodCost(method: LeastSquaresMethod, sizes: SolverSizes): Cost {
  return methodOf(method.kind).cost(sizes);
}

/** Iterations that are usual, for estimates. */
const USUAL_ITERATIONS = 50;

function iterativeCost({ points, neurons, targets }: SolverSizes): Cost {
  return {
    operations: 2 * USUAL_ITERATIONS * targets * points * neurons,
    bytes: 8 * (2 * points * neurons + 4 * targets * (points + neurons)),
  };
}

/** A tolerance per point: the residual of all of them grows with the root of their number. */
function pointwise(tolerance: number, { activities }: RegularizedProblem): () => number {
  const enough = tolerance * Math.sqrt(activities.points);
  return () => enough;
}

function* startOf(start: NdArray | null, { activities, targets }: RegularizedProblem): Pieces<Matrix | undefined> {
  if (start === null) return undefined;
  const shape = [activities.neurons, targets.shape[1]!];
  if (start.shape.join() !== shape.join()) throw solverValuesShape(shape, start.shape);
  return yield* transposeInPieces(start);
}

type GradientMethod = typeof conjugateGradientInPieces;

function* byGradients(
  iterate: GradientMethod,
  { activities, targets, damping }: RegularizedProblem,
  limits: ConjugateGradientLimits,
): Pieces<MethodSolution> {
  const sigmas = damping(yield* activityStatistics(activities));
  const rightSides = yield* timesTransposedActivities(activities, yield* transposeInPieces(targets));
  const { solutions, iterations } = yield* iterate(normalOperator(activities, sigmas), rightSides, limits);
  return { weights: yield* transposeInPieces(solutions), info: { iterations } };
}

/** x ↦ (AᵀA + mσ²I)·x, without the matrix. */
function normalOperator(activities: Activities, sigmas: Damping): SymmetricOperator {
  const { points, neurons } = activities;
  return function* (vectors) {
    const products = yield* timesTransposedActivities(activities, yield* timesActivities(activities, vectors));
    products.data.forEach((product, index) => {
      const sigma = typeof sigmas === 'number' ? sigmas : sigmas[index % neurons]!;
      products.data[index] = product + points * sigma * sigma * vectors.data[index]!;
    });
    return products;
  };
}
