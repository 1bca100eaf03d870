/** @file A part of an estimate of a build. */
import type { Cost } from '@ndl/core';

/** A part of a build that may take long. */
export interface EstimatedPart {
  /** `Connection 'a' (connections[0]): decoders of 4000 neurons at 8000 evaluation points`. */
  describe(): string;
  readonly cost: Cost;
  /** What makes it shorter. */
  readonly advice: string;
  /** What makes it smaller, where that is not fewer neurons, dimensions or evaluation points. */
  readonly remedy?: string;
  /** Numbers of its longest array, where that may be longer than arrays can be. */
  readonly longestArray?: number;
  /** Of what it consists of, what takes most memory, where that is not what `describe` tells of. */
  readonly largest?: EstimatedPart;
}

/** Parts as one, which is described by the part that takes longest. */
export function wholeOf(given: readonly (EstimatedPart | undefined)[]): EstimatedPart {
  const parts = given.filter((part) => part !== undefined);
  const most = (of: (part: EstimatedPart) => number): EstimatedPart =>
    parts.reduce((one, part) => (of(part) > of(one) ? part : one));
  const largest = most(({ cost }) => cost.bytes);
  return {
    ...most(({ cost }) => cost.operations),
    cost: { operations: parts.reduce((sum, { cost }) => sum + cost.operations, 0), bytes: largest.cost.bytes },
    largest,
  };
}
