/** @file The greedy planner: whatever merges most operators now. */
import type { Planner } from '@ndl/core';
import { Frontier, type Group } from './frontier.ts';

/**
 * Again and again schedules the merge class with the most ready operators; of equals, the class that the graph names first.
 * Time: classes · groups + dependencies.
 */
export function greedyPlanner(): Planner {
  return (graph, context) => {
    const frontier = new Frontier(graph, context);
    const groups: Group[] = [];
    while (frontier.remaining > 0) groups.push(frontier.take(largestClass(frontier)));
    return { groups: frontier.inOrder(groups).map((group) => group.map((index) => graph.operators[index]!)) };
  };
}

function largestClass(frontier: Frontier): number {
  let best = -1;
  let most = 0;
  for (const candidate of frontier.readyClasses) {
    const count = frontier.readyCount(candidate);
    if (count > most || (count === most && candidate < best)) [best, most] = [candidate, count];
  }
  return best;
}
