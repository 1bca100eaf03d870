/**
 * @file Checks that a planner's, or a sorter's, answer keeps what it must: nobody's word is taken for it. What is checked is a copy,
 * and the copy is what goes on.
 */
import { operatorDependencies } from './dependencies.ts';
import {
  notAPlan,
  planBreaksOrder,
  planDropsOperator,
  planGroupsDependants,
  planHasEmptyGroup,
  planHasForeignOperator,
  planMixesClasses,
  planRepeatsOperator,
  sortChangedPlan,
} from './errors.ts';
import { frozen } from './frozen.ts';
import type { OperatorGraph } from './operator-graph.ts';
import type { Operator } from './operators.ts';
import type { Plan, PlanContext, SortedPlan } from './planner.ts';

/**
 * Checks a plan against its graph; `plannerName` is whom to name.
 * @returns the plan, copied and frozen: what the planner does with its own later changes nothing.
 * @throws NdlError PLAN_INVALID, PLAN_EMPTY_GROUP, PLAN_FOREIGN_OPERATOR, PLAN_REPEATS_OPERATOR, PLAN_DROPS_OPERATOR,
 * PLAN_MIXES_CLASSES, PLAN_GROUPS_DEPENDANTS, PLAN_BREAKS_ORDER; and what `operatorDependencies` throws.
 */
export function verifyPlan(
  answer: Plan,
  graph: OperatorGraph,
  context: Pick<PlanContext, 'mergeClassOf'>,
  plannerName: string,
): Plan {
  const plan = takenPlan(answer, plannerName);
  const groupOf = placeOperators(plan, graph, plannerName);
  for (const [first, ...rest] of plan.groups) {
    const mergeClass = context.mergeClassOf(first!);
    for (const operator of rest) {
      if (context.mergeClassOf(operator) !== mergeClass) throw planMixesClasses(plannerName, first!, operator);
    }
  }
  operatorDependencies(graph).successors.forEach((successors, index) => {
    const first = graph.operators[index]!;
    for (const successor of successors) {
      const second = graph.operators[successor]!;
      const distance = groupOf.get(second)! - groupOf.get(first)!;
      if (distance === 0) throw planGroupsDependants(plannerName, first, second);
      if (distance < 0) throw planBreaksOrder(plannerName, first, second);
    }
  });
  return frozen(plan);
}

/**
 * Checks that a sorter kept the groups of `plan`, members aside of their order, and listed every signal once.
 * @returns what it answered, copied and frozen.
 * @throws NdlError SORT_CHANGED_PLAN.
 */
export function verifySortedPlan(answer: SortedPlan, plan: Plan, graph: OperatorGraph, sorterName: string): SortedPlan {
  if (typeof (answer as { then?: unknown } | null | undefined)?.then === 'function')
    throw sortChangedPlan(sorterName, 'returned a promise');
  if (!Array.isArray(answer?.plan?.groups) || !Array.isArray(answer.signals)) {
    throw sortChangedPlan(sorterName, 'returned no { plan, signals }');
  }
  const groups = copyOfGroups(answer.plan.groups);
  const signals = [...answer.signals];
  if (groups.length !== plan.groups.length) {
    throw sortChangedPlan(sorterName, `made ${groups.length} groups of ${plan.groups.length}`);
  }
  plan.groups.forEach((group, index) => {
    if (!haveSameMembers(group, groups[index]!))
      throw sortChangedPlan(sorterName, `changed the members of group ${index}`);
  });
  if (!haveSameMembers(graph.signals, signals)) {
    throw sortChangedPlan(sorterName, `did not list each of the ${graph.signals.length} signals once`);
  }
  return frozen({ plan: { groups: groups as Plan['groups'] }, signals });
}

/** A copy of the groups of an answer; what is no list stays what it is, for others to refuse. */
function copyOfGroups(groups: readonly unknown[]): readonly unknown[] {
  return Array.from(groups, (group) => (Array.isArray(group) ? Array.from(group as readonly unknown[]) : group));
}

function takenPlan(plan: Plan, planner: string): Plan {
  if (typeof (plan as { then?: unknown } | null | undefined)?.then === 'function')
    throw notAPlan(planner, 'it is a promise');
  if (typeof plan === 'function')
    throw notAPlan(
      planner,
      'it is a function. If that is the planner, call what made it, as in planner: treePlanner()',
    );
  if (!Array.isArray(plan?.groups)) throw notAPlan(planner, 'its `groups` are no array');
  const groups = copyOfGroups(plan.groups);
  groups.forEach((group, index) => {
    if (!Array.isArray(group)) throw notAPlan(planner, `group ${index} is no array`);
    if (group.length === 0) throw planHasEmptyGroup(planner, index);
  });
  return { groups: groups as Plan['groups'] };
}

/** The group of each operator, once it is sure that each stands in exactly one. */
function placeOperators(plan: Plan, graph: OperatorGraph, planner: string): ReadonlyMap<Operator, number> {
  const known = new Set<Operator>(graph.operators);
  const groupOf = new Map<Operator, number>();
  plan.groups.forEach((group, index) => {
    for (const operator of group) {
      if (!known.has(operator)) throw planHasForeignOperator(planner, index, operator);
      if (groupOf.has(operator)) throw planRepeatsOperator(planner, operator);
      groupOf.set(operator, index);
    }
  });
  const dropped = graph.operators.filter((operator) => !groupOf.has(operator));
  if (dropped.length > 0) throw planDropsOperator(planner, dropped[0]!, dropped.length);
  return groupOf;
}

function haveSameMembers(left: readonly unknown[], right: unknown): boolean {
  if (!Array.isArray(right)) return false;
  const members = new Set(right);
  return left.length === right.length && members.size === left.length && left.every((member) => members.has(member));
}
