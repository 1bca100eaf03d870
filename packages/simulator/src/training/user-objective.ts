/** @file Losses and metrics come from anywhere: what one throws while it is built is said of it. */
import type { Objective } from '@ndl/core';
import { isNdlError } from '@ndl/numerics';
import { objectiveFailed } from '../errors.ts';

const made = new WeakMap<Objective, Objective>();

/** The same objective, named in what it throws. Always the same object for the same one, as programs are compiled once per objective. */
export function namedObjective(objective: Objective): Objective {
  const known = made.get(objective);
  if (known !== undefined) return known;
  const named = Object.freeze<Objective>({
    kind: objective.kind,
    build(context) {
      try {
        return objective.build(context);
      } catch (error) {
        throw isNdlError(error) ? error : objectiveFailed(objective.kind, error);
      }
    },
  });
  made.set(objective, named);
  return named;
}
