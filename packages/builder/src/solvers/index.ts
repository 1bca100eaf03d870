/** @file The solvers that every network can use. */
import type { SolverDefinition } from '@ndl/core';
import { kept, type NoSolver } from '@ndl/model';
import { ndarray, zeros } from '@ndl/numerics';
import { solverValuesShape } from './solver-errors.ts';
import { kindTable } from '../kind-table.ts';
import { LEAST_SQUARES_SOLVERS } from './least-squares-solvers.ts';
import { NONNEGATIVE_SOLVERS } from './nonnegative-solvers.ts';
import { LSTSQ_L1, lstsqDropBy } from './sparse-solvers.ts';

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

const SINGLE: readonly SolverDefinition[] = [
  ...LEAST_SQUARES_SOLVERS,
  ...NONNEGATIVE_SOLVERS,
  LSTSQ_L1 as SolverDefinition,
];

/** All of them; LstsqDrop makes use of any two of those before it. */
export const BUILT_IN_SOLVERS: readonly SolverDefinition[] = [
  ...SINGLE,
  lstsqDropBy(kindTable('solver within lstsqDrop', SINGLE)) as SolverDefinition,
  NO_SOLVER as SolverDefinition,
];
