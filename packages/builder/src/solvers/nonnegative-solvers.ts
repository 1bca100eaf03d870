/** @file Solvers for weights that are not negative: Nnls, NnlsL2, NnlsL2nz. */
import type { Activities, Cost, Solution, SolverSizes } from '@ndl/core';
import type { Nnls, NnlsL2, NnlsL2nz } from '@ndl/model';
import { mirrorLower, NdArray, nonnegativeLeastSquaresInPieces, type Pieces } from '@ndl/numerics';
import { allActivities } from './activities.ts';
import { dampingPerNeuron, sharedDamping, type DampingRule } from './activity-statistics.ts';
import { definedInPieces, type PiecewiseSolver } from './defined-in-pieces.ts';
import { normalEquations, ridgeCost } from './ridge-regression.ts';
import { solutionWith } from './solution-with.ts';

/** Minimizes ‖A·x - y‖ over x ≥ 0. */
const NNLS: PiecewiseSolver<Nnls> = definedInPieces<Nnls>({
  kind: 'nnls',
  *solveInPieces(_solver, activities, targets) {
    const all = yield* allActivities(activities);
    const { solution, iterations } = yield* nonnegativeLeastSquaresInPieces(all, targets);
    return { ...(yield* solutionWith(solution, activities, targets)), info: { iterations } };
  },
  cost(_solver, sizes) {
    const { points, neurons } = sizes;
    const { operations } = activeSetCost(sizes);
    return { operations: operations + 2 * points * neurons * neurons, bytes: 8 * 3 * points * neurons };
  },
});

/** Minimizes ‖(AᵀA + mσ²I)·x - Aᵀmax(y, 0)‖ over x ≥ 0, where σ = regularization · max(A). */
const NNLS_L2: PiecewiseSolver<NnlsL2> = definedInPieces<NnlsL2>({
  kind: 'nnlsL2',
  *solveInPieces({ regularization }, activities, targets) {
    return yield* ofNormalEquations(activities, targets, sharedDamping(regularization));
  },
  cost: (_solver, sizes) => normalCost(sizes),
});

/** The same with σ = regularization · max(A) · √(share of points at which the neuron is active), and 1 where it never is. */
const NNLS_L2_NZ: PiecewiseSolver<NnlsL2nz> = definedInPieces<NnlsL2nz>({
  kind: 'nnlsL2nz',
  *solveInPieces({ regularization }, activities, targets) {
    return yield* ofNormalEquations(
      activities,
      targets,
      dampingPerNeuron(regularization, () => 1),
    );
  },
  cost: (_solver, sizes) => normalCost(sizes),
});

/** All of them. */
export const NONNEGATIVE_SOLVERS: readonly PiecewiseSolver[] = [
  NNLS,
  NNLS_L2,
  NNLS_L2_NZ,
] as readonly PiecewiseSolver[];

function* ofNormalEquations(activities: Activities, targets: NdArray, damping: DampingRule): Pieces<Solution> {
  const clipped = new Float64Array(targets.data).map((target) => Math.max(target, 0));
  yield targets.size;
  const equations = yield* normalEquations(activities, new NdArray(clipped, targets.shape), damping);
  yield* mirrorLower(equations.matrix);
  const { solution, iterations } = yield* nonnegativeLeastSquaresInPieces(equations.matrix, equations.rightSide, true);
  return { ...(yield* solutionWith(solution, activities, targets)), info: { iterations } };
}

/** Columns that are usually taken in, of all. */
const USUAL_SHARE = 0.7;

function activeSetCost({ neurons, targets }: SolverSizes): Cost {
  return { operations: USUAL_SHARE * 4 * targets * neurons * neurons * neurons, bytes: 8 * 3 * neurons * neurons };
}

function normalCost(sizes: SolverSizes): Cost {
  const [ridge, search] = [ridgeCost(sizes), activeSetCost(sizes)];
  return { operations: ridge.operations + search.operations, bytes: ridge.bytes + search.bytes };
}
