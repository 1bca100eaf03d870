/** @file The sorter that sorts nothing. */
import { readsOnly, refuseSurplus, type Sorter } from '@ndl/core';

/** Leaves members in the planner's order and signals in the graph's. */
export function keepOrder(): Sorter {
  refuseSurplus('keepOrder', arguments, 0);
  return readsOnly<Sorter>((plan, graph) => ({ plan, signals: graph.signals }));
}
