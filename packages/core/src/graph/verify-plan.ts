/**
 * @file Checks that a planner's, or a sorter's, answer keeps what it must: nobody's word is taken for it. What is checked is a copy,
 * and the copy is what goes on.
 */
import { complete, OperationCount, type Pieces, refuseSurplus, isRefusedPromise } from '@ndl/numerics';
import { operatorDependenciesInPieces, type OperatorDependencies } from './dependencies.ts';
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
} from '../errors.ts';
import type { OperatorGraph } from './operator-graph.ts';
import type { Operator } from './operators.ts';
import type { Plan, PlanContext, SortedPlan } from '../contracts/planner.ts';

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
  refuseSurplus('verifyPlan', arguments, 4);
  return complete(verifyPlanInPieces(answer, graph, context, plannerName));
}

/** What a look at an operator, or at an edge, is worth, in operations. */
const LOOK_COST = 128;

/** `verifyPlan` in pieces. */
export function* verifyPlanInPieces(
  answer: Plan,
  graph: OperatorGraph,
  context: Pick<PlanContext, 'mergeClassOf'>,
  plannerName: string,
): Pieces<Plan> {
  refuseSurplus('verifyPlanInPieces', arguments, 4);
  const plan = takenPlan(answer, plannerName);
  const groupOf = yield* placeOperators(plan, graph, plannerName);
  const operations = new OperationCount();
  for (const [first, ...rest] of plan.groups) {
    const mergeClass = context.mergeClassOf(first!);
    for (const operator of rest) {
      if (context.mergeClassOf(operator) !== mergeClass) throw planMixesClasses(plannerName, first!, operator);
    }
    const done = operations.add(LOOK_COST * (1 + rest.length));
    if (done !== undefined) yield done;
  }
  yield operations.rest();
  const dependencies = yield* operatorDependenciesInPieces(graph);
  const placeOf = graph.operators.map((operator) => groupOf.get(operator)!);
  if (yield* keepsOrder(dependencies, placeOf)) return frozenPlan(plan);
  dependencies.successors.forEach((successors, index) => {
    const first = graph.operators[index]!;
    for (const successor of successors) {
      const second = graph.operators[successor]!;
      const distance = placeOf[successor]! - placeOf[index]!;
      if (distance === 0) throw planGroupsDependants(plannerName, first, second);
      if (distance < 0) throw planBreaksOrder(plannerName, first, second);
    }
  });
  return frozenPlan(plan);
}

/** Whether every operator stands in a later group than all that it waits for. */
function* keepsOrder({ order, gated }: OperatorDependencies, placeOf: readonly number[]): Pieces<boolean> {
  const { operators, successors } = gated;
  /** The last group of what each gate waits for. */
  const latest = [...placeOf, ...new Array<number>(successors.length - operators).fill(-1)];
  const waitingFor = [...gated.waitingFor];
  const operations = new OperationCount();
  for (const operator of order) {
    const open = [operator];
    while (open.length > 0) {
      const node = open.pop()!;
      for (const next of successors[node]!) {
        if (next < operators) {
          if (placeOf[next]! <= latest[node]!) return false;
          continue;
        }
        latest[next] = Math.max(latest[next]!, latest[node]!);
        if (--waitingFor[next]! === 0) open.push(next);
      }
      const done = operations.add(LOOK_COST * (1 + successors[node]!.length));
      if (done !== undefined) yield done;
    }
  }
  yield operations.rest();
  return true;
}

/**
 * Checks that a sorter kept the groups of `plan`, members aside of their order, and listed every signal once.
 * @returns what it answered, copied and frozen.
 * @throws NdlError SORT_CHANGED_PLAN.
 */
export function verifySortedPlan(answer: SortedPlan, plan: Plan, graph: OperatorGraph, sorterName: string): SortedPlan {
  refuseSurplus('verifySortedPlan', arguments, 4);
  if (isRefusedPromise(answer)) throw sortChangedPlan(sorterName, 'returned a promise');
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
  return Object.freeze({ plan: frozenPlan({ groups: groups as Plan['groups'] }), signals: Object.freeze(signals) });
}

/** The lists of a plan; operators are frozen with their graph. */
function frozenPlan({ groups }: Plan): Plan {
  return Object.freeze({ groups: Object.freeze(groups.map((group) => Object.freeze(group))) });
}

/** A copy of the groups of an answer; what is no list stays what it is, for others to refuse. */
function copyOfGroups(groups: readonly unknown[]): readonly unknown[] {
  return Array.from(groups, (group) => (Array.isArray(group) ? Array.from(group as readonly unknown[]) : group));
}

function takenPlan(plan: Plan, planner: string): Plan {
  if (isRefusedPromise(plan)) throw notAPlan(planner, 'it is a promise');
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
function* placeOperators(plan: Plan, graph: OperatorGraph, planner: string): Pieces<ReadonlyMap<Operator, number>> {
  const known = new Set<Operator>(graph.operators);
  const groupOf = new Map<Operator, number>();
  const operations = new OperationCount();
  for (const [index, group] of plan.groups.entries()) {
    for (const operator of group) {
      if (!known.has(operator)) throw planHasForeignOperator(planner, index, operator);
      if (groupOf.has(operator)) throw planRepeatsOperator(planner, operator);
      groupOf.set(operator, index);
    }
    const done = operations.add(LOOK_COST * (1 + group.length));
    if (done !== undefined) yield done;
  }
  const dropped = graph.operators.filter((operator) => !groupOf.has(operator));
  if (dropped.length > 0) throw planDropsOperator(planner, dropped[0]!, dropped.length);
  yield operations.rest();
  return groupOf;
}

function haveSameMembers(left: readonly unknown[], right: unknown): boolean {
  if (!Array.isArray(right)) return false;
  const members = new Set(right);
  return left.length === right.length && members.size === left.length && left.every((member) => members.has(member));
}
