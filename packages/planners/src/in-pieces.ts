/** @file Planners and sorters in both forms: in pieces, and at once. */
import {
  complete,
  readsOnly,
  type OperatorGraph,
  type Pieces,
  type Plan,
  type PlanContext,
  type Planner,
  type SortedPlan,
  type Sorter,
} from '@ndl/core';

/** A planner that plans in pieces, whose plain form does all of them at once. */
export function planner(inPieces: (graph: OperatorGraph, context: PlanContext) => Pieces<Plan>): Planner {
  const atOnce = (graph: OperatorGraph, context: PlanContext): Plan => complete(inPieces(graph, context));
  return readsOnly(Object.assign(atOnce, { inPieces }));
}

/** A sorter that sorts in pieces, whose plain form does all of them at once. */
export function sorter(inPieces: (plan: Plan, graph: OperatorGraph) => Pieces<SortedPlan>): Sorter {
  const atOnce = (plan: Plan, graph: OperatorGraph): SortedPlan => complete(inPieces(plan, graph));
  return readsOnly(Object.assign(atOnce, { inPieces }));
}

/** The operators of groups that are given by position. */
export function planOf(groups: readonly (readonly number[])[], { operators }: OperatorGraph): Plan {
  return { groups: groups.map((group) => group.map((index) => operators[index]!)) };
}
