/** @file The sorter that sorts nothing. */
import type { Sorter } from '@ndl/core';

/** Leaves members in the planner's order and signals in the graph's. */
export function keepOrder(): Sorter {
  return (plan, graph) => ({ plan, signals: graph.signals });
}
