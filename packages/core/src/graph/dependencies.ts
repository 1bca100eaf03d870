/** @file Which operators of a graph must run before which others, within one step. */
import { complete, OperationCount, type Pieces, refuseSurplus } from '@ndl/numerics';
import { runningOrder } from './running-order.ts';
import { refuseConflicts, refuseSelfCycle } from './dependency-errors.ts';
import { gatedEdges, type GatedEdges } from './gated-edges.ts';
import { graphCycle } from '../errors.ts';
import type { OperatorGraph } from './operator-graph.ts';
import type { Operator } from './operators.ts';
import { signalUsesInPieces, type UsesOf } from './signal-uses.ts';
import { sumOrder } from './sum-order.ts';

/** Operators are named by their position in `graph.operators`; every list ascends and holds no repeats. */
export interface OperatorDependencies {
  /** Who must have run before each operator. */
  readonly predecessors: readonly (readonly number[])[];
  /** Who must wait for each operator. */
  readonly successors: readonly (readonly number[])[];
  /**
   * All operators, each after its predecessors: as they are listed where that is possible, as in graphs that simplifications
   * and planners are given (`inRunningOrder`), else by Kahn's algorithm with a queue that begins in graph order.
   */
  readonly order: readonly number[];
  /**
   * For each operator, those that increment an element just before it does, if sums are to be rounded the same way under
   * every plan: they follow `order`. One group may hold both, as members in that order. Not needed for a plan to be right.
   */
  readonly sumsAfter: readonly (readonly number[])[];
  /**
   * `successors`, told with less: where many operators read what many others write, there would be a pair for each two of them.
   * Made with the others; `predecessors` and `successors` are made when they are asked for.
   */
  readonly gated: GatedEdges;
}

/**
 * The dependencies of a graph. For each element of each signal: whoever sets it comes before whoever increments it, both
 * before readers, all of them before its updater. Views of one signal that share no element are independent. An operator that
 * reads what it sets or increments itself waits for itself, which is a cycle, unless that is among its `states`.
 * @param nameOf what errors call an operator: its label, unless given
 * @throws NdlError GRAPH_TWO_SETTERS, GRAPH_TWO_UPDATERS, GRAPH_CYCLE.
 */
export function operatorDependencies(
  graph: OperatorGraph,
  nameOf?: (operator: Operator) => string,
): OperatorDependencies {
  refuseSurplus('operatorDependencies', arguments, 2);
  return complete(operatorDependenciesInPieces(graph, nameOf));
}

/** `operatorDependencies` in pieces. */
export function* operatorDependenciesInPieces(
  graph: OperatorGraph,
  nameOf: (operator: Operator) => string = ({ label }) => label,
): Pieces<OperatorDependencies> {
  refuseSurplus('operatorDependenciesInPieces', arguments, 2);
  const known = remembered.get(graph) ?? (yield* dependenciesOf(graph, nameOf));
  remembered.set(graph, known);
  return known;
}

/**
 * The same graph with its operators listed in the `order` of its dependencies; the same object where they already are. Done once,
 * before a graph is simplified: what then changes operators in their places changes the order of no sum.
 * @throws NdlError as `operatorDependencies`
 */
export function inRunningOrder(graph: OperatorGraph): OperatorGraph {
  refuseSurplus('inRunningOrder', arguments, 1);
  return complete(inRunningOrderInPieces(graph));
}

/** `inRunningOrder` in pieces. */
export function* inRunningOrderInPieces(graph: OperatorGraph): Pieces<OperatorGraph> {
  refuseSurplus('inRunningOrderInPieces', arguments, 1);
  const { order } = yield* operatorDependenciesInPieces(graph);
  if (order.every((index, place) => index === place)) return graph;
  return { ...graph, operators: order.map((index) => graph.operators[index]!) };
}

/** Graphs are never changed, and several stages ask about the same one. */
const remembered = new WeakMap<OperatorGraph, OperatorDependencies>();

/** What a signal, an operator or an edge is worth, in operations. */
const STEP_COST = 256;

function* dependenciesOf(graph: OperatorGraph, nameOf: (operator: Operator) => string): Pieces<OperatorDependencies> {
  const usesOf = yield* signalUsesInPieces(graph);
  yield* refuseContradictions(graph, usesOf, nameOf);
  const gated = yield* gatedEdges(graph, usesOf);
  const { order, isStuck } = yield* runningOrder(gated);
  if (order.length < graph.operators.length) throw cycleAmong(graph, gated, isStuck, nameOf);
  const sumsAfter = yield* sumOrder(graph, usesOf, order);
  let lists: Pick<OperatorDependencies, 'predecessors' | 'successors'> | undefined;
  const pairs = (): Pick<OperatorDependencies, 'predecessors' | 'successors'> => (lists ??= withoutGates(gated));
  return {
    get predecessors() {
      return pairs().predecessors;
    },
    get successors() {
      return pairs().successors;
    },
    order,
    sumsAfter,
    gated,
  };
}

function* refuseContradictions(
  graph: OperatorGraph,
  usesOf: UsesOf,
  nameOf: (operator: Operator) => string,
): Pieces<void> {
  const operations = new OperationCount();
  for (const signal of graph.signals) {
    const { sets, updates, reads } = usesOf(signal);
    for (const { operator, view } of reads) refuseSelfCycle(operator, view, nameOf);
    if (sets.length > 1) yield* refuseConflicts(sets, 'set');
    if (updates.length > 1) yield* refuseConflicts(updates, 'update');
    const done = operations.add(STEP_COST * (1 + reads.length));
    if (done !== undefined) yield done;
  }
  yield operations.rest();
}

/** The pairs that gates stand for. */
function withoutGates({
  operators,
  successors,
}: GatedEdges): Pick<OperatorDependencies, 'predecessors' | 'successors'> {
  const behind = (node: number): readonly number[] =>
    successors[node]!.flatMap((next) => (next < operators ? [next] : behind(next)));
  const behindGates = new Map<number, readonly number[]>();
  for (let gate = operators; gate < successors.length; gate++) behindGates.set(gate, behind(gate));
  const direct = Array.from({ length: operators }, (_, index) =>
    ascending(successors[index]!.flatMap((next) => behindGates.get(next) ?? next)),
  );
  return { successors: direct, predecessors: reversed(direct) };
}

function reversed(lists: readonly (readonly number[])[]): number[][] {
  const result = lists.map((): number[] => []);
  lists.forEach((list, index) => {
    for (const other of list) result[other]!.push(index);
  });
  return result;
}

function ascending(list: readonly number[]): readonly number[] {
  return list.length < 2 ? list : [...new Set(list)].sort((a, b) => a - b);
}

/** Walks backwards from an operator that never became ready until the walk meets itself. */
function cycleAmong(
  graph: OperatorGraph,
  { successors }: GatedEdges,
  isStuck: (node: number) => boolean,
  nameOf: (operator: Operator) => string,
): Error {
  const predecessors = reversed(successors);
  const path: number[] = [];
  const placeInPath = new Map<number, number>();
  let current = graph.operators.findIndex((_, index) => isStuck(index));
  while (!placeInPath.has(current)) {
    placeInPath.set(current, path.length);
    path.push(current);
    current = predecessors[current]!.find(isStuck)!;
  }
  const labels = path
    .slice(placeInPath.get(current))
    .reverse()
    .filter((node) => node < graph.operators.length)
    .map((index) => nameOf(graph.operators[index]!));
  const distinct = labels.filter((label, position) => label !== labels.at(position - 1));
  return graphCycle(distinct.length === 0 ? labels.slice(0, 1) : distinct);
}
