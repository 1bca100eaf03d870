/** @file Solvers that minimize squared errors: Lstsq, LstsqL2, LstsqL2nz, and with noise LstsqNoise, LstsqMultNoise. */
import type { Activities, Cost, Solution, SolverSizes } from '@ndl/core';
import type { Lstsq, LstsqL2, LstsqL2nz, LstsqMultNoise, LstsqNoise } from '@ndl/model';
import { copyInPieces, leastSquaresInPieces, OperationCount, type Pieces, type RandomState } from '@ndl/numerics';
import { allActivities, givenActivities } from './activities.ts';
import { activityStatistics, dampingPerNeuron, sharedDamping } from './activity-statistics.ts';
import { definedInPieces, type PiecewiseSolver } from './defined-in-pieces.ts';
import { methodCost, regularizedLeastSquares, type RegularizedProblem } from './least-squares-methods.ts';
import { singularValuesCost } from './singular-value-methods.ts';
import { solutionWith } from './solution-with.ts';

/**
 * Least squares with Tikhonov regularization: (AᵀA + mσ²I)·X = AᵀY for m points, σ = regularization · max(A). So the
 * decoders are the best ones for activities with noise of standard deviation σ.
 */
const LSTSQ_L2: PiecewiseSolver<LstsqL2> = definedInPieces<LstsqL2>({
  kind: 'lstsqL2',
  *solveInPieces({ regularization, method }, activities, targets, random) {
    return yield* solvedBy(method, { activities, targets, damping: sharedDamping(regularization), random });
  },
  cost: ({ method }, sizes) => methodCost(method, sizes),
});

/** The same with σ = regularization · max(A) · √(share of points at which the neuron is active), the largest σ where it never is. */
const LSTSQ_L2_NZ: PiecewiseSolver<LstsqL2nz> = definedInPieces<LstsqL2nz>({
  kind: 'lstsqL2nz',
  *solveInPieces({ regularization, method }, activities, targets, random) {
    const perNeuron = dampingPerNeuron(regularization, (sigmas) =>
      sigmas.reduce((most, sigma) => Math.max(most, sigma), 0),
    );
    const damping = regularization === 0 ? sharedDamping(0) : perNeuron;
    return yield* solvedBy(method, { activities, targets, damping, random });
  },
  cost: ({ method }, sizes) => methodCost(method, sizes),
});

/** Plain least squares: the solution of least norm, singular values below the threshold taken for zero. */
const LSTSQ: PiecewiseSolver<Lstsq> = definedInPieces<Lstsq>({
  kind: 'lstsq',
  *solveInPieces({ conditionThreshold }, activities, targets) {
    const all = yield* allActivities(activities);
    const { solution, rank } = yield* leastSquaresInPieces(all, targets, conditionThreshold);
    return { ...(yield* solutionWith(solution, activities, targets)), info: { rank } };
  },
  cost: (_solver, sizes) => singularValuesCost(sizes),
});

/** Draws: one normal per activity, point by point. The errors are those at the activities with noise. */
const LSTSQ_NOISE: PiecewiseSolver<LstsqNoise> = definedInPieces<LstsqNoise>({
  kind: 'lstsqNoise',
  *solveInPieces({ noise, method }, activities, targets, random) {
    const { largest } = yield* activityStatistics(activities);
    const noisy = yield* withNoise(activities, random, (activity, normal) => activity + noise * largest * normal);
    return yield* solvedBy(method, { activities: noisy, targets, damping: sharedDamping(0), random });
  },
  cost: ({ method }, sizes) => noisyCost(methodCost(method, sizes), sizes),
});

/** Draws as LstsqNoise. */
const LSTSQ_MULT_NOISE: PiecewiseSolver<LstsqMultNoise> = definedInPieces<LstsqMultNoise>({
  kind: 'lstsqMultNoise',
  *solveInPieces({ noise, method }, activities, targets, random) {
    const noisy = yield* withNoise(activities, random, (activity, normal) => activity + noise * normal * activity);
    return yield* solvedBy(method, { activities: noisy, targets, damping: sharedDamping(0), random });
  },
  cost: ({ method }, sizes) => noisyCost(methodCost(method, sizes), sizes),
});

/** All of them. */
export const LEAST_SQUARES_SOLVERS: readonly PiecewiseSolver[] = [
  LSTSQ_L2,
  LSTSQ_L2_NZ,
  LSTSQ,
  LSTSQ_NOISE,
  LSTSQ_MULT_NOISE,
] as readonly PiecewiseSolver[];

function* solvedBy(method: LstsqL2['method'], problem: RegularizedProblem): Pieces<Solution> {
  const { weights, info } = yield* regularizedLeastSquares(method, problem);
  return { ...(yield* solutionWith(weights, problem.activities, problem.targets)), info };
}

/** What a normal variate is worth, in operations. */
const NORMAL_COST = 64;

/** Activities that `add` changes by a normal variate each. */
function* withNoise(
  activities: Activities,
  random: RandomState,
  add: (activity: number, normal: number) => number,
): Pieces<Activities> {
  const noisy = yield* copyInPieces(yield* allActivities(activities));
  const operations = new OperationCount();
  for (let index = 0; index < noisy.size; index++) {
    noisy.data[index] = add(noisy.data[index]!, random.standardNormal());
    const done = operations.add(NORMAL_COST);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
  return givenActivities(noisy);
}

function noisyCost({ operations, bytes }: Cost, { points, neurons }: SolverSizes): Cost {
  return { operations: operations + NORMAL_COST * points * neurons, bytes: bytes + 8 * 2 * points * neurons };
}
