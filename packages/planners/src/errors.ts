/** @file Every diagnostic of `@ndl/planners`. */
import { NdlError, showValue } from '@ndl/core';

/** A depth that no tree can have. */
export function invalidTreeDepth(depth: unknown): NdlError {
  return new NdlError(
    'INVALID_TREE_DEPTH',
    `treePlanner: depth must be a whole number of at least 1, got ${showValue(depth)}. It is how many groups ahead the ` +
      'planner looks; 3 is usual.',
  );
}
