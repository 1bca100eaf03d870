/** @file Activities for solvers that are not ours: each block is a copy, so that what is done to it stays there. */
import type { Activities } from '@ndl/core';
import { NdArray } from '@ndl/numerics';

/** By the activities that are kept: solvers remember things of activities, by the object. */
const known = new WeakMap<Activities, Activities>();

/** The same activities, every block a copy of the caller's own. */
export function copiedBlocks(activities: Activities): Activities {
  const { points, neurons } = activities;
  const copied: Activities = known.get(activities) ?? {
    points,
    neurons,
    *block(range) {
      const { data, shape } = yield* activities.block(range);
      return new NdArray(data.slice(), shape);
    },
    *transposedBlock(range) {
      const { data, shape } = yield* activities.transposedBlock(range);
      return new NdArray(data.slice(), shape);
    },
  };
  known.set(activities, copied);
  return copied;
}
