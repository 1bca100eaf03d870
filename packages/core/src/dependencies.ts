/** @file Which operators of a graph must run before which others, within one step. */
import { graphConflict, graphCycle } from './errors.ts';
import type { OperatorGraph } from './operator-graph.ts';
import type { SignalView } from './signals.ts';
import type { Operator } from './operators.ts';
import { signalUses, type SignalUse } from './signal-uses.ts';
import { firstAxisOf, positionsOf, viewsOverlap } from './signal-view.ts';

/** Operators are named by their position in `graph.operators`; every list ascends and holds no repeats. */
export interface OperatorDependencies {
  /** Who must have run before each operator. */
  readonly predecessors: readonly (readonly number[])[];
  /** Who must wait for each operator. */
  readonly successors: readonly (readonly number[])[];
  /** All operators, each after its predecessors: Kahn's algorithm with a queue that begins in graph order. */
  readonly order: readonly number[];
  /**
   * For each operator, those that increment an element just before it does, if sums are to be rounded the same way under
   * every plan: they follow `order`. One group may hold both, as members in that order. Not needed for a plan to be right.
   */
  readonly sumsAfter: readonly (readonly number[])[];
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
  nameOf: (operator: Operator) => string = ({ label }) => label,
): OperatorDependencies {
  const known = remembered.get(graph) ?? dependenciesOf(graph, nameOf);
  remembered.set(graph, known);
  return known;
}

/** Graphs are never changed, and several stages ask about the same one. */
const remembered = new WeakMap<OperatorGraph, OperatorDependencies>();

function dependenciesOf(graph: OperatorGraph, nameOf: (operator: Operator) => string): OperatorDependencies {
  const usesOf = signalUses(graph);
  const edges = graph.operators.map((): number[] => []);
  const connect = (before: readonly SignalUse[], after: readonly SignalUse[]): void => {
    for (const first of before) {
      for (const second of after) {
        if (first.index !== second.index && viewsOverlap(first.view, second.view)) {
          edges[first.index]!.push(second.index);
        }
      }
    }
  };
  for (const signal of graph.signals) {
    const { sets, incs, reads, updates } = usesOf(signal);
    for (const { operator, view } of reads) refuseSelfCycle(operator, view, nameOf);
    refuseConflicts(sets, 'set');
    refuseConflicts(updates, 'update');
    connect(sets, incs);
    connect(sets, reads);
    connect(incs, reads);
    connect(sets, updates);
    connect(incs, updates);
    connect(reads, updates);
  }
  const successors = edges.map(ascending);
  const predecessors = reversed(successors);
  const order = topologicalOrder(graph, predecessors, successors, nameOf);
  return { predecessors, successors, order, sumsAfter: sumOrder(graph, order) };
}

/** @throws NdlError GRAPH_CYCLE for an operator whose own result is one of its operands. */
function refuseSelfCycle(operator: Operator, read: SignalView, nameOf: (operator: Operator) => string): void {
  const { sets, incs, states = [] } = operator;
  const waits = [...sets, ...incs].some((written) => viewsOverlap(written, read) && !states.includes(written));
  if (waits) throw graphCycle([nameOf(operator)]);
}

function refuseConflicts(uses: readonly SignalUse[], verb: 'set' | 'update'): void {
  uses.forEach((first, position) => {
    for (let other = position + 1; other < uses.length; other++) {
      const second = uses[other]!;
      if (first.index !== second.index && viewsOverlap(first.view, second.view)) {
        throw graphConflict(verb, first.view.signal.name, first.operator, second.operator);
      }
    }
  });
}

function ascending(list: readonly number[]): readonly number[] {
  return list.length < 2 ? list : [...new Set(list)].sort((a, b) => a - b);
}

function reversed(lists: readonly (readonly number[])[]): number[][] {
  const result = lists.map((): number[] => []);
  lists.forEach((list, index) => list.forEach((other) => result[other]!.push(index)));
  return result;
}

function topologicalOrder(
  graph: OperatorGraph,
  predecessors: readonly (readonly number[])[],
  successors: readonly (readonly number[])[],
  nameOf: (operator: Operator) => string,
): readonly number[] {
  const waitingFor = predecessors.map((list) => list.length);
  const order = [...waitingFor.keys()].filter((index) => waitingFor[index] === 0);
  // The list grows while it is walked: it is the queue as well.
  for (const index of order) {
    for (const next of successors[index]!) if (--waitingFor[next]! === 0) order.push(next);
  }
  if (order.length < graph.operators.length) throw cycleAmong(graph, predecessors, waitingFor, nameOf);
  return order;
}

/** Walks backwards from an operator that never became ready until the walk meets itself. */
function cycleAmong(
  graph: OperatorGraph,
  predecessors: readonly (readonly number[])[],
  waitingFor: readonly number[],
  nameOf: (operator: Operator) => string,
): Error {
  const path: number[] = [];
  const placeInPath = new Map<number, number>();
  let current = waitingFor.findIndex((count) => count > 0);
  while (!placeInPath.has(current)) {
    placeInPath.set(current, path.length);
    path.push(current);
    current = predecessors[current]!.find((index) => waitingFor[index]! > 0)!;
  }
  const labels = path
    .slice(placeInPath.get(current))
    .reverse()
    .map((index) => nameOf(graph.operators[index]!));
  const distinct = labels.filter((label, position) => label !== labels.at(position - 1));
  return graphCycle(distinct.length === 0 ? labels.slice(0, 1) : distinct);
}

/** Links each increment of an element to the next one in `order`. */
function sumOrder(graph: OperatorGraph, order: readonly number[]): readonly (readonly number[])[] {
  const after = graph.operators.map((): number[] => []);
  const latest = new Map<object, Int32Array>();
  for (const index of order) {
    for (const view of graph.operators[index]!.incs) {
      let latestOf = latest.get(view.signal);
      if (latestOf === undefined) {
        latest.set(view.signal, (latestOf = new Int32Array(firstAxisOf(view.signal)).fill(-1)));
      }
      for (const position of positionsOf(view)) {
        const previous = latestOf[position]!;
        if (previous >= 0 && previous !== index) after[index]!.push(previous);
        latestOf[position] = index;
      }
    }
  }
  return after.map(ascending);
}
