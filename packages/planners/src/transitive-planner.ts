/** @file The transitive planner: merges one class after the other over the whole graph. */
import { OperationCount, type Planner, refuseSurplus } from '@ndl/core';
import { planner, planOf } from './in-pieces.ts';
import { planningConditions, type PlanningConditions } from './planning-conditions.ts';

/**
 * Kinds whose classes are merged first, since merging them saves most. Any other kind comes after these and before
 * `LAST_KINDS`, in order of appearance: a plugin's operators are planned like the rest.
 */
const FIRST_KINDS = ['dotInc', 'elementwiseInc', 'simNeurons', 'simSynapse', 'hostFunction'];
const LAST_KINDS = ['copy', 'reset', 'timeUpdate'];

/**
 * For each merge class, the most important kinds first: peels off layers of operators on which no other operator of the
 * class depends, makes each layer one group, and goes on with the graph in which that group is one operator. Merging is
 * never undone, so early classes merge perfectly and late ones as far as that leaves them.
 * Time: classes · (operators + dependencies).
 */
export function transitivePlanner(): Planner {
  refuseSurplus('transitivePlanner', arguments, 0);
  return planner(function* (graph, context) {
    const conditions = yield* planningConditions(graph, context);
    const contraction = new Contraction(conditions);
    const members = Array.from({ length: conditions.classes }, (): number[] => []);
    for (const index of conditions.order) members[conditions.classOf[index]!]!.push(index);
    const importance = (group: readonly number[]): number => kindRank(graph.operators[group[0]!]!.kind);
    const inTurn = members.filter((group) => group.length > 1).sort((a, b) => importance(a) - importance(b));
    const operations = new OperationCount();
    for (const operators of inTurn) {
      contraction.mergeLayers(operators);
      const done = operations.add(LAYER_COST * conditions.operators);
      if (done !== undefined) yield done;
    }
    yield operations.rest();
    return planOf(contraction.groups(), graph);
  });
}

/** What a class costs for each operator of the graph, in operations. */
const LAYER_COST = 256;

function kindRank(kind: string): number {
  const first = FIRST_KINDS.indexOf(kind);
  if (first >= 0) return first;
  const last = LAST_KINDS.indexOf(kind);
  return FIRST_KINDS.length + (last < 0 ? 0 : 1 + last);
}

/** A graph of operators in which groups have been made single nodes. It never has cycles. */
class Contraction {
  readonly #conditions: PlanningConditions;
  /** The node of each operator, and of each gate; a node goes by the number of one of its members. */
  readonly #nodeOf: number[];
  /** The members of each node, in topological order; none where the number names no node. */
  readonly #membersOf: (readonly number[])[];

  constructor(conditions: PlanningConditions) {
    this.#conditions = conditions;
    this.#nodeOf = conditions.before.map((_, index) => index);
    this.#membersOf = conditions.before.map((_, index) => [index]);
  }

  /** The groups of all operators in topological order. */
  groups(): readonly (readonly number[])[] {
    const { operators } = this.#conditions;
    return this.#nodesInOrder()
      .filter((node) => node < operators)
      .map((node) => this.#membersOf[node]!);
  }

  /**
   * Makes one node of those operators of a class that lie at the same depth, counted in operators of the class from the end
   * of the graph. No path leads from one to another of them, so the graph stays without cycles.
   */
  mergeLayers(operators: readonly number[]): void {
    const layers = new Map<number, number[]>();
    const depthOf = this.#depthsWithin(this.#conditions.classOf[operators[0]!]!);
    for (const index of operators) {
      const layer = layers.get(depthOf[index]!);
      if (layer === undefined) layers.set(depthOf[index]!, [index]);
      else layer.push(index);
    }
    for (const layer of layers.values()) {
      const node = layer[0]!;
      for (const index of layer) {
        this.#nodeOf[index] = node;
        this.#membersOf[index] = [];
      }
      this.#membersOf[node] = layer;
    }
  }

  /** For each node, the most operators of the class that any path from it meets after it. */
  #depthsWithin(mergeClass: number): readonly number[] {
    const { classOf } = this.#conditions;
    const depthOf = this.#nodeOf.map(() => 0);
    for (const node of this.#nodesInOrder().reverse()) {
      let depth = 0;
      for (const member of this.#membersOf[node]!) {
        for (const next of this.#before(member)) {
          depth = Math.max(depth, depthOf[this.#nodeOf[next]!]! + (classOf[next] === mergeClass ? 1 : 0));
        }
        for (const next of this.#notAfter(member)) {
          if (this.#nodeOf[next] !== node) depth = Math.max(depth, depthOf[this.#nodeOf[next]!]!);
        }
      }
      depthOf[node] = depth;
    }
    return depthOf;
  }

  /** Kahn's algorithm over nodes, beginning in the order of the operators. */
  #nodesInOrder(): number[] {
    const waitingFor = this.#nodeOf.map(() => 0);
    for (const node of this.#nodeOf.keys()) this.#eachEdgeFrom(node, (next) => waitingFor[next]!++);
    const nodes = this.#conditions.order.filter((index) => this.#nodeOf[index] === index && waitingFor[index] === 0);
    for (const node of nodes) {
      this.#eachEdgeFrom(node, (next) => {
        if (--waitingFor[next]! === 0) nodes.push(next);
      });
    }
    return nodes;
  }

  #eachEdgeFrom(node: number, visit: (next: number) => void): void {
    for (const member of this.#membersOf[node]!) {
      for (const list of [this.#before(member), this.#notAfter(member)]) {
        for (const next of list) if (this.#nodeOf[next] !== node) visit(this.#nodeOf[next]!);
      }
    }
  }

  #before(member: number): readonly number[] {
    return this.#conditions.before[member]!;
  }

  /** Gates have none. */
  #notAfter(member: number): readonly number[] {
    return this.#conditions.notAfter[member] ?? [];
  }
}
