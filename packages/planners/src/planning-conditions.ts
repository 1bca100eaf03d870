/** @file What planners plan by: merge classes as small whole numbers, and who must wait for whom. */
import {
  OperationCount,
  operatorDependenciesInPieces,
  type OperatorGraph,
  type Pieces,
  type PlanContext,
} from '@ndl/core';

/**
 * The conditions on a plan. Nodes are the operators, named by their position in the graph, and then gates, which stand for all
 * that they wait for (`GatedEdges`). Increments of one element keep the order of `sumsAfter`, which a plan need not do to be
 * right: so every planner here makes sums round alike.
 */
export interface PlanningConditions {
  /** Number of operators, which is the number of the first gate. */
  readonly operators: number;
  /** Class of each operator, numbered in order of first appearance. */
  readonly classOf: readonly number[];
  readonly classes: number;
  /** A topological order of the operators; members of groups keep it. */
  readonly order: readonly number[];
  /** For each node, those that belong into later groups, and gates that wait for it. */
  readonly before: readonly (readonly number[])[];
  /** For each operator, those of its class that belong into its group or into later ones. */
  readonly notAfter: readonly (readonly number[])[];
  /** For each node, how many of `before` and `notAfter` it is in. */
  readonly waitingFor: readonly number[];
}

/** What a look at an operator is worth, in operations. */
const LOOK_COST = 512;

/** Asks the context for the class of every operator, once, and the graph for its dependencies. */
export function* planningConditions(
  graph: OperatorGraph,
  context: Pick<PlanContext, 'mergeClassOf'>,
): Pieces<PlanningConditions> {
  const numbers = new Map<string, number>();
  const classOf: number[] = [];
  const operations = new OperationCount();
  for (const operator of graph.operators) {
    const name = context.mergeClassOf(operator);
    let number = numbers.get(name);
    if (number === undefined) numbers.set(name, (number = numbers.size));
    classOf.push(number);
    const done = operations.add(LOOK_COST);
    if (done !== undefined) yield done;
  }
  const { order, gated, sumsAfter } = yield* operatorDependenciesInPieces(graph);
  const before = new Lists(gated.successors);
  const notAfter = new Lists(classOf.map(() => NONE));
  const waitingFor = [...gated.waitingFor];
  for (const [index, forerunners] of sumsAfter.entries()) {
    for (const forerunner of forerunners) {
      const isOfClass = classOf[forerunner] === classOf[index];
      (isOfClass ? notAfter : before).add(forerunner, index);
      waitingFor[index]!++;
    }
    const done = operations.add(LOOK_COST * (1 + forerunners.length));
    if (done !== undefined) yield done;
  }
  yield operations.rest();
  return {
    operators: classOf.length,
    classOf,
    classes: numbers.size,
    order,
    before: before.lists,
    notAfter: notAfter.lists,
    waitingFor,
  };
}

/** The groups with their members in topological order, which is also the order in which sums are to be made. */
export function inOrder(
  groups: readonly (readonly number[])[],
  order: readonly number[],
): readonly (readonly number[])[] {
  const groupOf = new Int32Array(order.length);
  groups.forEach((group, place) => group.forEach((index) => (groupOf[index] = place)));
  const sorted = groups.map((): number[] => []);
  for (const index of order) sorted[groupOf[index]!]!.push(index);
  return sorted;
}

const NONE: readonly number[] = [];

/** Lists that are copied when something is added to them. */
class Lists {
  readonly lists: (readonly number[])[];
  readonly #own = new Set<number>();

  constructor(lists: readonly (readonly number[])[]) {
    this.lists = [...lists];
  }

  add(list: number, entry: number): void {
    if (!this.#own.has(list)) this.lists[list] = [...this.lists[list]!];
    this.#own.add(list);
    (this.lists[list] as number[]).push(entry);
  }
}
