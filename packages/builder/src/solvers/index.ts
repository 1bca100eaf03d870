/** @file The solvers that every network can use: LstsqL2, Lstsq and NoSolver. */
import type { SolverDefinition } from '@ndl/core';
import { kept, type Lstsq, type LstsqL2, type NoSolver } from '@ndl/model';
import { complete, leastSquaresInPieces, ndarray, zeros } from '@ndl/numerics';
import { solverValuesShape } from '../errors.ts';
import { allActivities, givenActivities } from './activities.ts';
import { ridgeCost, ridgeRegression } from './ridge-regression.ts';
import { solutionWith } from './solution-errors.ts';

/**
 * Least squares with Tikhonov regularization: (AᵀA + mσ²I)·X = AᵀY for m points, σ = regularization · max(A). So the
 * decoders are the best ones for activities with noise of standard deviation σ.
 */
const LSTSQ_L2: SolverDefinition<LstsqL2> = definedInPieces<LstsqL2>({
  kind: 'lstsqL2',
  needsActivities: true,
  *solveInPieces({ regularization }, activities, targets) {
    return yield* solutionWith(yield* ridgeRegression(activities, targets, regularization), activities, targets);
  },
  cost: (_solver, sizes) => ridgeCost(sizes),
});

/** Plain least squares: the solution of least norm, singular values below the threshold taken for zero. */
const LSTSQ: SolverDefinition<Lstsq> = definedInPieces<Lstsq>({
  kind: 'lstsq',
  needsActivities: true,
  *solveInPieces({ conditionThreshold }, activities, targets) {
    const all = yield* allActivities(activities);
    const { solution } = yield* leastSquaresInPieces(all, targets, conditionThreshold);
    return yield* solutionWith(solution, activities, targets);
  },
  cost(_solver, { points, neurons }) {
    const [most, least] = [Math.max(points, neurons), Math.min(points, neurons)];
    return { operations: USUAL_SWEEPS * least * least * (4 * most + 2 * least), bytes: 8 * 4 * points * neurons };
  },
});

/** Rounds of rotations that activities usually take to become orthogonal. */
const USUAL_SWEEPS = 10;

/** Decoders as given, or zeros. Of `activities` and `targets`, only the numbers of columns count. */
const NO_SOLVER: SolverDefinition<NoSolver> = {
  kind: 'noSolver',
  needsActivities: false,
  solve(solver, activities, targets) {
    const values = kept(solver, 'values');
    const shape = [activities.shape[1]!, targets.shape[1]!];
    if (values !== null && values.shape.join() !== shape.join()) throw solverValuesShape(shape, values.shape);
    return { weights: values === null ? zeros(shape) : ndarray(values), errors: zeros([targets.shape[1]!]) };
  },
};

export const BUILT_IN_SOLVERS: readonly SolverDefinition[] = [LSTSQ_L2, LSTSQ, NO_SOLVER];

/** A definition that solves in pieces, whose plain form does all of them at once. */
function definedInPieces<Type extends LstsqL2 | Lstsq>(
  definition: Omit<SolverDefinition<Type>, 'solve'> & Required<Pick<SolverDefinition<Type>, 'solveInPieces'>>,
): SolverDefinition<Type> {
  return {
    ...definition,
    solve: (solver, activities, targets, random) =>
      complete(definition.solveInPieces(solver, givenActivities(activities), targets, random)),
  };
}
