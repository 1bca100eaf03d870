/** @file The planner that merges nothing: one group per operator, for debugging and as a yardstick. */
import { operatorDependenciesInPieces, type Planner, refuseSurplus } from '@ndl/core';
import { planner } from './in-pieces.ts';

/** Every operator in a group of its own, in topological order. */
export function noopPlanner(): Planner {
  refuseSurplus('noopPlanner', arguments, 0);
  return planner(function* (graph) {
    const { order } = yield* operatorDependenciesInPieces(graph);
    return { groups: order.map((index) => [graph.operators[index]!]) };
  });
}
