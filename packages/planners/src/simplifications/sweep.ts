/** @file Looks at every operator of a graph, and again at those that read what has become constant meanwhile. */
import {
  OperationCount,
  type Operator,
  type OperatorGraph,
  type Pieces,
  type SignalView,
  type UsesOf,
} from '@ndl/core';
import { LOOK_COST } from './in-pieces.ts';

/**
 * So chains of constants are folded in one go, whatever their length.
 * @param look returns what may be constant from now on, if that has become of anything.
 */
export function* sweep(
  graph: OperatorGraph,
  usesOf: UsesOf,
  look: (operator: Operator) => SignalView | undefined,
): Pieces<void> {
  const operations = new OperationCount();
  const again: Operator[] = [];
  const lookAt = (operator: Operator): void => {
    const changed = look(operator)?.signal;
    if (changed === undefined) return;
    const { sets, reads } = usesOf(changed);
    // What several operators set part by part is left to another round: looking at all of its readers each time would take long.
    if (sets.length < 2) for (const read of reads) again.push(read.operator);
  };
  for (const first of graph.operators) {
    lookAt(first);
    while (again.length > 0) lookAt(again.pop()!);
    const done = operations.add(LOOK_COST);
    if (done !== undefined) yield done;
  }
  yield operations.rest();
}
