/** @file A planner: from a graph of operators to groups that run as one. */
import { operatorDependencies, type Planner } from '@ndl/core';

/**
 * Schedules, again and again, the merge class of which most operators are ready, all of these as one group. Only operators of one
 * merge class may share a group. Increments of one element keep their order, so that sums round as under ndl's own planners.
 */
export function widestPlanner(): Planner {
  return (graph, { mergeClassOf }) => {
    const { order, predecessors, sumsAfter } = operatorDependencies(graph);
    const scheduled = new Set<number>();
    const groups: number[][] = [];
    while (scheduled.size < order.length) {
      const ready = new Map<string, number[]>();
      for (const index of order) {
        if (scheduled.has(index) || !predecessors[index]!.every((other) => scheduled.has(other))) continue;
        const mergeClass = mergeClassOf(graph.operators[index]!);
        const group = ready.get(mergeClass) ?? [];
        // Sums that come before this one may also stand in the same group, before it.
        if (!sumsAfter[index]!.every((other) => scheduled.has(other) || group.includes(other))) continue;
        group.push(index);
        ready.set(mergeClass, group);
      }
      const widest = [...ready.values()].reduce((best, group) => (group.length > best.length ? group : best));
      groups.push(widest);
      for (const index of widest) scheduled.add(index);
    }
    return { groups: groups.map((group) => group.map((index) => graph.operators[index]!)) };
  };
}
