/** @file What no order of operators can make right: two that set the same element, or one that waits for itself. */
import type { Pieces } from '@ndl/numerics';
import { graphConflict, graphCycle } from '../errors.ts';
import type { SignalView } from './signals.ts';
import type { Operator } from './operators.ts';
import type { SignalUse } from './signal-uses.ts';
import { viewsOverlap } from './signal-view.ts';
import { byView, eachOverlap } from './view-users.ts';

const NONE: readonly SignalView[] = [];

/** @throws NdlError GRAPH_CYCLE for an operator whose own result is one of its operands. */
export function refuseSelfCycle(operator: Operator, read: SignalView, nameOf: (operator: Operator) => string): void {
  const { sets, incs, states = NONE } = operator;
  const waits = (written: SignalView): boolean =>
    written.signal === read.signal && viewsOverlap(written, read) && !states.includes(written);
  if (sets.some(waits) || incs.some(waits)) throw graphCycle([nameOf(operator)]);
}

/** @throws NdlError GRAPH_TWO_SETTERS, GRAPH_TWO_UPDATERS for the first two uses that have an element in common. */
export function* refuseConflicts(uses: readonly SignalUse[], verb: 'set' | 'update'): Pieces<void> {
  if (uses.length < 2) return;
  const users = byView(uses, new Set());
  let meet = users.some(({ view, operators }) => operators.length > 1 && viewsOverlap(view, view));
  yield* eachOverlap(users, users, (one, other) => (meet ||= one !== other));
  if (!meet) return;
  uses.forEach((first, position) => {
    for (let other = position + 1; other < uses.length; other++) {
      const second = uses[other]!;
      if (first.index !== second.index && viewsOverlap(first.view, second.view)) {
        throw graphConflict(verb, first.view.signal.name, first.operator, second.operator);
      }
    }
  });
}
