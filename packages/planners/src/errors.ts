/** @file Every diagnostic of `@ndl/planners`. */
import { NdlError, showValue, suggest } from '@ndl/core';

/** A depth that no tree can have. */
export function invalidTreeDepth(depth: unknown): NdlError {
  return new NdlError(
    'INVALID_OPTION',
    `treePlanner: depth must be a whole number of at least 1, got ${showValue(depth)}. It is how many groups ahead the ` +
      'planner looks; 3 is usual.',
  );
}

/** Options that are no object. */
export function invalidTreeOptions(options: unknown): NdlError {
  const got = showValue(options);
  const hint = typeof options === 'number' ? ` For a depth, write { depth: ${got} }.` : '';
  return new NdlError('INVALID_OPTION', `treePlanner: the options must be an object; got ${got}.${hint}`);
}

/** An option that the tree planner does not have. */
export function unknownTreeOption(option: string): NdlError {
  const known = ['depth'];
  return new NdlError('UNKNOWN_OPTION', `treePlanner: unknown option '${option}'. ${suggest(option, known)}`, {
    known,
  });
}

/** The factory itself where its planner is wanted: it is then called with a graph. */
export function treePlannerNotCalled(): NdlError {
  return new NdlError(
    'INVALID_OPTION',
    'treePlanner was given a graph for its options: it makes a planner and is none. Call it: treePlanner().',
  );
}
