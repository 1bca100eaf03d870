/** @file Solvers most of whose weights may be zero: LstsqL1, LstsqDrop. */
import type { Activities, Solution, SolverDefinition } from '@ndl/core';
import type { LstsqDrop, LstsqL1, Solver } from '@ndl/model';
import {
  elasticNetInPieces,
  mirrorLower,
  transposeInPieces,
  zeros,
  type Matrix,
  type NdArray,
  type Pieces,
  type RandomState,
} from '@ndl/numerics';
import { allActivities, givenActivities } from './activities.ts';
import { activityStatistics, sharedDamping } from './activity-statistics.ts';
import { definedInPieces, type PiecewiseSolver } from './defined-in-pieces.ts';
import { normalEquations, ridgeCost } from './ridge-regression.ts';
import { solutionWith } from './solution-with.ts';

/** Minimizes ‖A·x - y‖² / 2m + a·l1·Σ|x| + a·l2·Σx² / 2 for a = max(A). */
export const LSTSQ_L1: PiecewiseSolver<LstsqL1> = definedInPieces<LstsqL1>({
  kind: 'lstsqL1',
  *solveInPieces({ l1, l2, mostIterations }, activities, targets) {
    const { points, neurons } = activities;
    const { largest } = yield* activityStatistics(activities);
    const { matrix, rightSide } = yield* normalEquations(activities, targets, sharedDamping(0));
    yield* mirrorLower(matrix);
    const sides = yield* transposeInPieces(rightSide);
    const solutions = zeros([sides.shape[0]!, neurons]);
    const iterations: number[] = [];
    // The normal equations are sums over points, the penalties stand beside the mean.
    const penalties = { absolute: l1 * largest * points, squared: l2 * largest * points, mostIterations };
    for (let row = 0; row < sides.shape[0]!; row++) {
      const found = yield* elasticNetInPieces(matrix, sides.row(row).data, penalties);
      solutions.row(row).data.set(found.solution);
      iterations.push(found.iterations);
    }
    const weights = yield* transposeInPieces(solutions);
    return { ...(yield* solutionWith(weights, activities, targets)), info: { iterations } };
  },
  cost({ mostIterations }, sizes) {
    const { operations, bytes } = ridgeCost(sizes);
    const rounds = Math.min(mostIterations, USUAL_ROUNDS);
    return { operations: operations + rounds * sizes.targets * sizes.neurons * sizes.neurons, bytes };
  },
});

/** Rounds over all neurons that are usual, for estimates. */
const USUAL_ROUNDS = 200;

/** Solves by one solver, lets the smallest weights be zero, and solves for the rest of each target by another one. */
export function lstsqDropBy(solverOf: (kind: string) => SolverDefinition): PiecewiseSolver<LstsqDrop> {
  const weightsBy = function* (
    solver: Solver,
    activities: Activities,
    targets: NdArray,
    random: RandomState,
  ): Pieces<NdArray> {
    const definition = solverOf(solver.kind);
    const pieces = definition.solveInPieces?.(solver, activities, targets, random);
    if (pieces !== undefined) return (yield* pieces).weights;
    const all = yield* allActivities(activities);
    return (definition.solve(solver, all, targets, random) as Solution).weights;
  };
  return definedInPieces<LstsqDrop>({
    kind: 'lstsqDrop',
    *solveInPieces({ drop, first, second }, activities, targets, random) {
      const found = yield* weightsBy(first, activities, targets, random);
      const [neurons, columns] = found.shape as [number, number];
      const sizes = Float64Array.from(found.data, Math.abs).sort();
      const smallest = sizes[Math.min(roundedHalfToEven(drop * sizes.length), sizes.length - 1)]!;
      const all = yield* allActivities(activities);
      const weights = zeros([neurons, columns]);
      const dropped: number[] = [];
      for (let column = 0; column < columns; column++) {
        const kept = indicesOf(neurons, (neuron) => {
          const size = Math.abs(found.get(neuron, column));
          return size > 0 && size >= smallest;
        });
        dropped.push(neurons - kept.length);
        if (kept.length === 0) continue;
        const part = givenActivities(yield* columnsOf(all, kept));
        const target = yield* columnsOf(targets, [column]);
        const again = yield* weightsBy(second, part, target, random);
        kept.forEach((neuron, at) => (weights.data[neuron * columns + column] = again.data[at]!));
      }
      return { ...(yield* solutionWith(weights, activities, targets)), info: { dropped } };
    },
    cost({ first, second }, sizes) {
      const one = solverOf(first.kind).cost?.(first, sizes) ?? ridgeCost(sizes);
      const other = solverOf(second.kind).cost?.(second, { ...sizes, targets: 1 }) ?? ridgeCost(sizes);
      const copies = 8 * 2 * sizes.points * sizes.neurons;
      return {
        operations: one.operations + sizes.targets * other.operations,
        bytes: Math.max(one.bytes, other.bytes) + copies,
      };
    },
  });
}

/** Halves go to the even neighbour, as Python rounds. */
function roundedHalfToEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

function indicesOf(count: number, isMeant: (index: number) => boolean): number[] {
  return Array.from({ length: count }, (_, index) => index).filter(isMeant);
}

function* columnsOf(matrix: NdArray, columns: readonly number[]): Pieces<Matrix> {
  const [rows, width] = matrix.shape as [number, number];
  const part = zeros([rows, columns.length]);
  for (let row = 0; row < rows; row++) {
    columns.forEach((column, at) => (part.data[row * columns.length + at] = matrix.data[row * width + column]!));
  }
  yield part.size;
  return part;
}
