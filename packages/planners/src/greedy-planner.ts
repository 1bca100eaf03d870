/** @file The greedy planner: whatever merges most operators now. */
import { OperationCount, type Planner, refuseSurplus } from '@ndl/core';
import { Frontier, type Group } from './frontier.ts';
import { planner, planOf } from './in-pieces.ts';
import { LargestClasses } from './largest-classes.ts';
import { inOrder, planningConditions } from './planning-conditions.ts';

/** What scheduling an operator is worth, in operations. */
const TAKE_COST = 512;

/**
 * Again and again schedules the merge class with the most ready operators; of equals, the class that the graph names first.
 * Time: operators · log(operators) + dependencies.
 */
export function greedyPlanner(): Planner {
  refuseSurplus('greedyPlanner', arguments, 0);
  return planner(function* (graph, context) {
    const conditions = yield* planningConditions(graph, context);
    const frontier = new Frontier(conditions);
    const classes = new LargestClasses(frontier);
    const groups: Group[] = [];
    const operations = new OperationCount();
    while (frontier.remaining > 0) {
      const group = classes.take(classes.first);
      groups.push(group);
      const done = operations.add(TAKE_COST * (1 + group.length));
      if (done !== undefined) yield done;
    }
    yield operations.rest();
    return planOf(inOrder(groups, conditions.order), graph);
  });
}
