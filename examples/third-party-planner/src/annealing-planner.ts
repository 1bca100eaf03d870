/** @file A planner that looks for few groups by simulated annealing. */
import { operatorDependencies, type OperatorGraph, type PlanContext, type Planner } from '@ndl/core';

/** Steps where nobody says otherwise, or where the plugin with the setting is not loaded. */
export const DEFAULT_ANNEALING_STEPS = 200;

/** Positions of operators in `graph.operators`. */
type Group = readonly number[];

/**
 * Anneals a ranking of the merge classes (Kirkpatrick, Gelatt & Vecchi, Science 220, 1983). A ranking makes a plan: the
 * first class of which anything is ready is scheduled, all that is ready of it as one group, again and again. A step swaps
 * two classes of the ranking; what costs more groups is accepted with probability exp(-groups / temperature), and the
 * temperature falls from one group to zero. The best plan seen is returned, so none is worse than that of the first
 * ranking, the order in which classes first become ready.
 *
 * Draws from `context.random` alone: the same seed gives the same plan. Increments of one element keep their order, so sums
 * round as under ndl's own planners.
 */
export function annealingPlanner(): Planner {
  return (graph, context) => {
    const problem = schedulingProblem(graph, context);
    const { annealingSteps: steps = DEFAULT_ANNEALING_STEPS } = context.settings;
    let ranking: readonly string[] = [...problem.members.keys()];
    let groups = groupsUnder(ranking, problem);
    let best = groups;
    for (let step = 0; step < steps; step++) {
      const temperature = 1 - step / steps;
      const candidate = withTwoSwapped(ranking, context.random);
      const candidateGroups = groupsUnder(candidate, problem);
      const increase = candidateGroups.length - groups.length;
      if (increase > 0 && context.random() >= Math.exp(-increase / temperature)) continue;
      [ranking, groups] = [candidate, candidateGroups];
      if (groups.length < best.length) best = groups;
    }
    return { groups: best.map((group) => group.map((index) => graph.operators[index]!)) };
  };
}

/** What stays the same from ranking to ranking. */
interface SchedulingProblem {
  readonly size: number;
  /** The operators of each merge class, in topological order. */
  readonly members: ReadonlyMap<string, Group>;
  /** For each operator, those that belong into earlier groups. */
  readonly predecessors: readonly Group[];
  /** For each operator, those that belong into earlier groups, or before it in its own. */
  readonly sumsAfter: readonly Group[];
}

function schedulingProblem(graph: OperatorGraph, context: PlanContext): SchedulingProblem {
  const { order, predecessors, sumsAfter } = operatorDependencies(graph);
  const members = new Map<string, number[]>();
  for (const index of order) {
    const mergeClass = context.mergeClassOf(graph.operators[index]!);
    const known = members.get(mergeClass);
    if (known === undefined) members.set(mergeClass, [index]);
    else known.push(index);
  }
  return { size: order.length, members, predecessors, sumsAfter };
}

function groupsUnder(
  ranking: readonly string[],
  { size, members, predecessors, sumsAfter }: SchedulingProblem,
): Group[] {
  const waiting = new Map(members);
  const scheduled = new Set<number>();
  const readyOf = (mergeClass: string): Group => {
    const group = new Set<number>();
    for (const index of waiting.get(mergeClass)!) {
      const isReady =
        predecessors[index]!.every((other) => scheduled.has(other)) &&
        sumsAfter[index]!.every((other) => scheduled.has(other) || group.has(other));
      if (isReady) group.add(index);
    }
    return [...group];
  };
  const groups: Group[] = [];
  while (scheduled.size < size) {
    for (const mergeClass of ranking) {
      const group = readyOf(mergeClass);
      if (group.length === 0) continue;
      groups.push(group);
      for (const index of group) scheduled.add(index);
      waiting.set(
        mergeClass,
        waiting.get(mergeClass)!.filter((index) => !scheduled.has(index)),
      );
      break;
    }
  }
  return groups;
}

function withTwoSwapped(ranking: readonly string[], random: () => number): readonly string[] {
  const swapped = [...ranking];
  const first = Math.floor(random() * ranking.length);
  const second = Math.floor(random() * ranking.length);
  [swapped[first], swapped[second]] = [swapped[second]!, swapped[first]!];
  return swapped;
}
