/** @file What the built-in solvers share: both forms of a definition. */
import type { SolverDefinition } from '@ndl/core';
import type { Solver } from '@ndl/model';
import { complete } from '@ndl/numerics';
import { givenActivities } from './activities.ts';

/** A definition that solves in pieces. */
export type PiecewiseSolver<Type extends Solver = Solver> = SolverDefinition<Type> &
  Required<Pick<SolverDefinition<Type>, 'solveInPieces' | 'cost'>>;

/** A definition that needs activities and solves in pieces; its plain form does all of them at once. */
export function definedInPieces<Type extends Solver>(
  definition: Omit<PiecewiseSolver<Type>, 'solve' | 'needsActivities'>,
): PiecewiseSolver<Type> {
  return {
    ...definition,
    needsActivities: true,
    solve: (solver, activities, targets, random) =>
      complete(definition.solveInPieces(solver, givenActivities(activities), targets, random)),
  };
}
