/**
 * @file Who waits for whom, told with gates: a thousand operators that wait for a thousand others wait for one gate, which waits
 * for these. So the edges of a graph stay about as few as the uses of its signals.
 */
import { OperationCount, type Pieces } from '@ndl/numerics';
import type { OperatorGraph } from './operator-graph.ts';
import type { SignalUse, SignalUses, UsesOf } from './signal-uses.ts';
import { viewsOverlap } from './signal-view.ts';
import { byView, eachOverlap, type ViewUsers } from './view-users.ts';

/**
 * Nodes are the operators, by their position, and from `operators` on gates. A gate opens when everything that it waits for has
 * run, or is open.
 */
export interface GatedEdges {
  /** Number of operators, which is the number of the first gate. */
  readonly operators: number;
  /** For each node, those that wait for it, ascending, without repeats. */
  readonly successors: readonly (readonly number[])[];
  /** For each node, how many nodes it waits for. */
  readonly waitingFor: readonly number[];
}

/** In the order in which they happen to an element. */
const ORDERED = [
  ['sets', 'incs'],
  ['sets', 'reads'],
  ['incs', 'reads'],
  ['sets', 'updates'],
  ['incs', 'updates'],
  ['reads', 'updates'],
] as const;

const ROLES = ['sets', 'incs', 'reads', 'updates'] as const;

/** What an edge is worth, in operations. */
const EDGE_COST = 256;

/** The order that the uses of signals give, see `operatorDependencies`. */
export function* gatedEdges(graph: OperatorGraph, usesOf: UsesOf): Pieces<GatedEdges> {
  const edges = new Edges(graph.operators.length);
  const operations = new OperationCount();
  for (const signal of graph.signals) {
    const uses = usesOf(signal);
    if (ROLES.every((role) => uses[role].length < MANY)) {
      const found = joinFew(uses, edges);
      const done = operations.add(EDGE_COST * (1 + found));
      if (done !== undefined) yield done;
      continue;
    }
    const pairs = ORDERED.filter(([first, second]) => uses[first].length > 0 && uses[second].length > 0);
    const before = edges.count;
    if (pairs.length > 0) {
      const users = usersOf(uses);
      for (const [first, second] of pairs) {
        yield* eachOverlap(users[first], users[second], (these, those) => edges.connect(these, those));
      }
    }
    const done = operations.add(EDGE_COST * (1 + edges.count - before));
    if (done !== undefined) yield done;
  }
  yield operations.rest();
  return yield* edges.finished();
}

/** Uses so few that no gate is needed. @returns how many edges there are */
function joinFew(uses: SignalUses, edges: Edges): number {
  const before = edges.count;
  for (const [first, second] of ORDERED) {
    for (const one of uses[first]) {
      for (const other of uses[second])
        if (one.index !== other.index && viewsOverlap(one.view, other.view)) edges.add(one.index, other.index);
    }
  }
  return edges.count - before;
}

type Users = Record<(typeof ROLES)[number], readonly ViewUsers[]>;

/** Operators that touch a signal in several ways stand alone: a gate before and behind one would never open. */
function usersOf(uses: SignalUses): Users {
  const roleOf = new Map<number, string>();
  const apart = new Set<number>();
  for (const role of ROLES) {
    for (const { index } of uses[role]) {
      const other = roleOf.get(index) ?? role;
      if (other === role) roleOf.set(index, role);
      else apart.add(index);
    }
  }
  const users = (list: readonly SignalUse[]): readonly ViewUsers[] => byView(list, apart);
  return { sets: users(uses.sets), incs: users(uses.incs), reads: users(uses.reads), updates: users(uses.updates) };
}

/** So many users of one view get a gate. */
const MANY = 8;

/** Edges while they are found. */
class Edges {
  readonly #operators: number;
  readonly #successors: number[][];
  readonly #gatesBefore = new Map<ViewUsers, number>();
  readonly #gatesBehind = new Map<ViewUsers, number>();
  #count = 0;

  constructor(operators: number) {
    this.#operators = operators;
    this.#successors = Array.from({ length: operators }, () => []);
  }

  /** Edges found so far, repeats included. */
  get count(): number {
    return this.#count;
  }

  /** Lets `those` wait for `these`. */
  connect(these: ViewUsers, those: ViewUsers): void {
    const from = this.#gate(these, this.#gatesBehind, (gate, user) => this.add(user, gate));
    const to = this.#gate(those, this.#gatesBefore, (gate, user) => this.add(gate, user));
    for (const first of from) for (const second of to) if (first !== second) this.add(first, second);
  }

  *finished(): Pieces<GatedEdges> {
    const successors = this.#successors;
    const waitingFor = new Array<number>(successors.length).fill(0);
    const operations = new OperationCount();
    for (const list of successors) {
      if (list.length > 1) sortWithoutRepeats(list);
      for (const next of list) waitingFor[next]!++;
      const done = operations.add(EDGE_COST * (1 + list.length));
      if (done !== undefined) yield done;
    }
    yield operations.rest();
    return { operators: this.#operators, successors, waitingFor };
  }

  /** Lets operator or gate `second` wait for `first`. */
  add(first: number, second: number): void {
    this.#successors[first]!.push(second);
    this.#count++;
  }

  /** The users themselves where they are few, else their gate. */
  #gate(
    users: ViewUsers,
    gates: Map<ViewUsers, number>,
    join: (gate: number, user: number) => void,
  ): readonly number[] {
    if (users.operators.length < MANY) return users.operators;
    let gate = gates.get(users);
    if (gate === undefined) {
      gate = this.#successors.push([]) - 1;
      gates.set(users, gate);
      for (const user of users.operators) join(gate, user);
    }
    return [gate];
  }
}

/** Sorts numbers, and keeps each once, in place. */
function sortWithoutRepeats(list: number[]): void {
  list.sort((a, b) => a - b);
  let kept = 1;
  for (let at = 1; at < list.length; at++) if (list[at] !== list[kept - 1]) list[kept++] = list[at]!;
  list.length = kept;
}
