/** @file Solvers, taken at nobody's word: what they say of themselves, what they find, and what they say it will take. */
import type { Cost, Solution, SolverDefinition, SolverInfo } from '@ndl/core';
import { immutableData, isPlainObject } from '@ndl/model';
import { isRefusedPromise, ndarray, type NdArray, type Pieces } from '@ndl/numerics';
import { definitionIncomplete, resultInvalid } from './definition-errors.ts';
import { BUILT_IN_SOLVERS } from '../solvers/index.ts';
import { kindOf, requireArray } from './arrays.ts';
import { copiedBlocks } from './copied-blocks.ts';
import { blamed, calling, callingInPieces } from './definition-name.ts';

/**
 * Weights are [neurons, targets] and errors [targets], finite; costs are finite and no less than zero. A promise of a solution
 * may be of any make.
 * @throws NdlError DEFINITION_INVALID for a definition that does not say whether it needs activities, or that cannot solve
 */
export function checkedSolver(definition: SolverDefinition, name: string): SolverDefinition {
  requireParts(definition, name);
  const { kind, needsActivities, solveInPieces, cost } = definition;
  const isOwn = BUILT_IN_SOLVERS.includes(definition);
  const apart = (array: NdArray): NdArray => (isOwn ? array : ndarray(array));
  const checked = (solution: Solution, neurons: number, targets: NdArray): Solution => {
    const columns = targets.shape[1]!;
    if (typeof solution !== 'object' || solution === null || isRefusedPromise(solution))
      throw resultInvalid(
        name,
        `a solution given as ${kindOf(solution)}`,
        'an object with weights and errors is wanted',
      );
    requireArray(name, 'weights', solution.weights, [neurons, columns]);
    requireArray(name, 'errors', solution.errors, [columns]);
    return {
      weights: apart(solution.weights),
      errors: apart(solution.errors),
      ...(solution.info !== undefined && { info: checkedInfo(solution.info, name) }),
    };
  };
  return {
    kind,
    needsActivities,
    solve(solver, activities, targets, random) {
      const neurons = activities.shape[1]!;
      const solution = calling(name, () => definition.solve(solver, apart(activities), apart(targets), random));
      if (!isThenable(solution)) return checked(solution, neurons, targets);
      return Promise.resolve(solution).then(
        (settled) => checked(settled, neurons, targets),
        (error: unknown) => {
          throw blamed(name, error);
        },
      );
    },
    ...(solveInPieces !== undefined && {
      *solveInPieces(solver, activities, targets, random): Pieces<Solution> {
        const given = isOwn ? activities : copiedBlocks(activities);
        const pieces = (): Pieces<Solution> => solveInPieces.call(definition, solver, given, apart(targets), random);
        return checked(yield* callingInPieces(name, 'solveInPieces', pieces), activities.neurons, targets);
      },
    }),
    ...(cost !== undefined && {
      cost: (solver, sizes) =>
        checkedCost(
          calling(name, () => cost.call(definition, solver, sizes)),
          name,
        ),
    }),
  };
}

function requireParts(definition: SolverDefinition, name: string): void {
  const { needsActivities, solve, solveInPieces, cost } = definition as Readonly<
    Record<keyof SolverDefinition, unknown>
  >;
  if (typeof needsActivities !== 'boolean') {
    const wanted =
      'true or false is wanted: whether it solves for the activities of neurons, or gives weights without them';
    throw definitionIncomplete(name, 'needsActivities', kindOf(needsActivities), wanted);
  }
  const isAbsent = solve === undefined && solveInPieces !== undefined;
  if (typeof solve !== 'function' && !isAbsent)
    throw definitionIncomplete(name, 'solve', kindOf(solve), 'a function is wanted');
  for (const [part, given] of [
    ['solveInPieces', solveInPieces],
    ['cost', cost],
  ] as const) {
    if (given !== undefined && typeof given !== 'function')
      throw definitionIncomplete(name, part, kindOf(given), 'a function is wanted, or nothing');
  }
}

/** @throws NdlError DEFINITION_RESULT for what is no information */
function checkedInfo(info: unknown, name: string): SolverInfo {
  const wanted = 'an object of finite numbers and lists of such is wanted, or nothing';
  if (!isPlainObject(info)) throw resultInvalid(name, `info given as ${kindOf(info)}`, wanted);
  for (const [key, value] of Object.entries(info)) {
    const numbers: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (!numbers.every(Number.isFinite))
      throw resultInvalid(name, `info with ${key} given as ${kindOf(value)}`, wanted);
  }
  return immutableData(info) as SolverInfo;
}

/** @throws NdlError DEFINITION_RESULT for what is no cost */
/** A cost that a definition gave. @throws NdlError DEFINITION_RESULT */
export function checkedCost(cost: unknown, name: string): Cost {
  const wanted = 'an object with operations and bytes is wanted, both finite numbers of at least 0';
  if (typeof cost !== 'object' || cost === null || isRefusedPromise(cost))
    throw resultInvalid(name, `a cost given as ${kindOf(cost)}`, wanted);
  const { operations, bytes } = cost as Readonly<Record<keyof Cost, unknown>>;
  const requireCount = (part: keyof Cost, value: unknown): number => {
    if (typeof value === 'number' && value >= 0 && value < Infinity) return value;
    const given = typeof value === 'number' ? `${value} ${part}` : `${part} given as ${kindOf(value)}`;
    throw resultInvalid(name, `a cost with ${given}`, wanted);
  };
  return { operations: requireCount('operations', operations), bytes: requireCount('bytes', bytes) };
}

/** Solvers may be asynchronous. */
function isThenable(value: unknown): value is PromiseLike<Solution> {
  return typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function';
}
