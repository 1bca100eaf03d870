/** @file Equal problems are solved once, and only equal ones. */
import type { Activities, SolverDefinition } from '@ndl/core';
import { lstsqL2, type Solver } from '@ndl/model';
import { complete, ndarray, type NdArray, RandomState, zeros, type Matrix } from '@ndl/numerics';
import { expect, it } from 'vitest';
import { givenActivities } from './activities.ts';
import { sharing } from './shared-solutions.ts';

/** A solver whose solutions are numbered, and may draw. */
function numbering(draws: boolean): SolverDefinition & { solved: number } {
  return {
    kind: 'lstsqL2',
    needsActivities: true,
    solved: 0,
    solve: () => {
      throw new Error('is not asked');
    },
    *solveInPieces(_solver, { neurons }, targets, random) {
      yield 1;
      if (draws) random.random();
      const weights = zeros([neurons, targets.shape[1]!]);
      weights.data.fill(++this.solved);
      return { weights, errors: zeros([targets.shape[1]!]) };
    },
  };
}

/** Which solution each problem of a list is given. */
function solutions(
  problems: readonly { solver?: Solver; activities: Activities; targets: NdArray }[],
  draws = false,
): number[] {
  const definition = numbering(draws);
  const shared = sharing({ ...definition, solveInPieces: definition.solveInPieces!.bind(definition) });
  return problems.map(({ solver = lstsqL2(), activities, targets }, place) => {
    const pieces = shared.solveInPieces!(solver, activities, targets, new RandomState(place));
    const { weights } = complete(pieces);
    const found = weights.data[0]!;
    // Whoever has a solution may change it.
    weights.data.fill(-1);
    return found;
  });
}

const activities = givenActivities(ndarray([[1, 2, 3]]));
const others = givenActivities(ndarray([[1, 2, 3]]));
const targets = (value: number): Matrix => ndarray([[value, 0]]);

it('by the same solver, for the same activities and equal targets', () => {
  const problem = { activities, targets: targets(1) };
  const equal = { activities, targets: targets(1), solver: lstsqL2() };
  expect(solutions([problem, problem, equal])).toEqual([1, 1, 1]);
});

it('but not by others, nor for others', () => {
  const problem = { activities, targets: targets(1) };
  expect(
    solutions([
      problem,
      { ...problem, targets: targets(2) },
      { ...problem, targets: ndarray([[1, -0]]) },
      { ...problem, targets: ndarray([[1]]) },
      { ...problem, solver: lstsqL2({ regularization: 0.2 }) },
      { ...problem, activities: others },
    ]),
  ).toEqual([1, 2, 3, 4, 5, 6]);
});

it('and not where solutions are drawn, as each has a seed of its own', () => {
  const problem = { activities, targets: targets(1) };
  expect(solutions([problem, problem], true)).toEqual([1, 2]);
});

it('as far back as a few solutions', () => {
  const problems = [1, 2, 3, 4, 5, 5, 2, 1].map((value) => ({ activities, targets: targets(value) }));
  expect(solutions(problems)).toEqual([1, 2, 3, 4, 5, 5, 2, 6]);
});
