/** @file The order in which terms are added to sums. */
import { OperationCount, type Pieces } from '@ndl/numerics';
import type { OperatorGraph } from './operator-graph.ts';
import type { Signal } from './signals.ts';
import type { SignalUse, UsesOf } from './signal-uses.ts';
import { firstAxisOf, forEachPosition, positionCount } from './signal-view.ts';

/** What an increment of a signal, or of a position, is worth, in operations. */
const STEP_COST = 128;

/** For each operator, those that increment an element just before it does in `order`; ascending, without repeats. */
export function* sumOrder(
  graph: OperatorGraph,
  usesOf: UsesOf,
  order: readonly number[],
): Pieces<readonly (readonly number[])[]> {
  const rank = new Int32Array(order.length);
  order.forEach((index, place) => (rank[index] = place));
  const after = graph.operators.map((): readonly number[] => NONE);
  const operations = new OperationCount();
  for (const signal of graph.signals) {
    const { incs } = usesOf(signal);
    if (incs.length > 1) {
      const inOrder = [...incs].sort((a, b) => rank[a.index]! - rank[b.index]!);
      const areWhole = inOrder.every(({ view }) => view.selection === undefined);
      yield* areWhole ? linkWholes(inOrder, after) : linkParts(signal, inOrder, after);
    }
    const done = operations.add(STEP_COST);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
  return after.map((list) => (list.length < 2 ? list : [...new Set(list)].sort((a, b) => a - b)));
}

const NONE: readonly number[] = [];

function link(after: (readonly number[])[], previous: number, index: number): void {
  if (previous < 0 || previous === index) return;
  if (after[index]!.length === 0) after[index] = [previous];
  else if (after[index]!.at(-1) !== previous) (after[index] as number[]).push(previous);
}

function* linkWholes(incs: readonly SignalUse[], after: (readonly number[])[]): Pieces<void> {
  const operations = new OperationCount();
  for (let place = 1; place < incs.length; place++) {
    link(after, incs[place - 1]!.index, incs[place]!.index);
    const done = operations.add(STEP_COST);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
}

function* linkParts(signal: Signal, incs: readonly SignalUse[], after: (readonly number[])[]): Pieces<void> {
  const latest = new Int32Array(firstAxisOf(signal)).fill(-1);
  const operations = new OperationCount();
  for (const { index, view } of incs) {
    forEachPosition(view, (position) => {
      link(after, latest[position]!, index);
      latest[position] = index;
    });
    const done = operations.add(STEP_COST * (1 + positionCount(view)));
    if (done !== undefined) yield done;
  }
  yield operations.rest();
}
