/** @file Losses and metrics come from anywhere: what one throws while it is built, or leaves undone, is said of it. */
import type { Objective, Totals } from '@ndl/core';
import { isNdlError, unfinishedWork } from '@ndl/numerics';
import { objectiveFailed, objectiveUnfinished } from './training-errors.ts';

const made = new WeakMap<Objective, Objective>();

/** The same objective, named in what it throws. Always the same object for the same one, as programs are compiled once per objective. */
export function namedObjective(objective: Objective): Objective {
  const known = made.get(objective);
  if (known !== undefined) return known;
  const named = Object.freeze<Objective>({
    kind: objective.kind,
    build(context) {
      try {
        const measured = objective.build(context);
        const { sum, count } = (measured ?? {}) as Partial<Totals>;
        const [unfinished] = [measured, sum, count].flatMap((part) => unfinishedWork(part) ?? []);
        if (unfinished !== undefined) throw objectiveUnfinished(objective.kind, unfinished);
        return measured;
      } catch (error) {
        throw isNdlError(error) ? error : objectiveFailed(objective.kind, error);
      }
    },
  });
  made.set(objective, named);
  return named;
}
