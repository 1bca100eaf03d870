/** @file The planner that merges nothing: one group per operator, for debugging and as a yardstick. */
import { operatorDependencies, type Planner } from '@ndl/core';

/** Every operator in a group of its own, in topological order. */
export function noopPlanner(): Planner {
  return (graph) => ({ groups: operatorDependencies(graph).order.map((index) => [graph.operators[index]!]) });
}
