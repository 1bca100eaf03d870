/** @file The sorter that sorts nothing. */
import { refuseSurplus } from '@ndl/core';
import type { Sorter } from '@ndl/core';

/** Leaves members in the planner's order and signals in the graph's. */
export function keepOrder(): Sorter {
  refuseSurplus('keepOrder', arguments, 0);
  return (plan, graph) => ({ plan, signals: graph.signals });
}
