/** @file What planners plan by: merge classes as small whole numbers, and who must wait for whom. */
import { operatorDependencies, type OperatorGraph, type PlanContext } from '@ndl/core';

/**
 * The conditions on a plan. Operators are named by their position in the graph. Increments of one element keep the order of
 * `sumsAfter`, which a plan need not do to be right: so every planner here makes sums round alike.
 */
export interface PlanningConditions {
  /** Class of each operator, numbered in order of first appearance. */
  readonly classOf: readonly number[];
  readonly classes: number;
  /** A topological order; members of groups keep it. */
  readonly order: readonly number[];
  /** Place of each operator in `order`. */
  readonly rank: readonly number[];
  /** For each operator, those that belong into later groups. */
  readonly before: readonly (readonly number[])[];
  /** For each operator, those of its class that belong into its group or into later ones. */
  readonly notAfter: readonly (readonly number[])[];
}

/** Asks the context for the class of every operator, once, and the graph for its dependencies. */
export function planningConditions(
  graph: OperatorGraph,
  context: Pick<PlanContext, 'mergeClassOf'>,
): PlanningConditions {
  const numbers = new Map<string, number>();
  const classOf = graph.operators.map((operator) => {
    const name = context.mergeClassOf(operator);
    let number = numbers.get(name);
    if (number === undefined) numbers.set(name, (number = numbers.size));
    return number;
  });
  const { order, successors, sumsAfter } = operatorDependencies(graph);
  const before = successors.map((list) => [...list]);
  const notAfter = successors.map((): number[] => []);
  sumsAfter.forEach((forerunners, index) => {
    for (const forerunner of forerunners) {
      const isOfClass = classOf[forerunner] === classOf[index];
      (isOfClass ? notAfter : before)[forerunner]!.push(index);
    }
  });
  const rank: number[] = [];
  order.forEach((index, place) => (rank[index] = place));
  return { classOf, classes: numbers.size, order, rank, before, notAfter };
}
