/** @file Who touches each signal of a graph, and how. */
import { complete, OperationCount, type Pieces, refuseSurplus } from '@ndl/numerics';
import type { GraphProbe, OperatorGraph } from './operator-graph.ts';
import type { Signal, SignalView } from './signals.ts';
import type { Operator } from './operators.ts';

/** One operator's hold on a part of a signal. */
export interface SignalUse {
  readonly operator: Operator;
  /** Position of the operator in `graph.operators`. */
  readonly index: number;
  readonly view: SignalView;
}

/** Every use of one signal, in the order of the graph's operators. */
export interface SignalUses {
  readonly sets: readonly SignalUse[];
  readonly incs: readonly SignalUse[];
  readonly reads: readonly SignalUse[];
  readonly updates: readonly SignalUse[];
  readonly probes: readonly GraphProbe[];
}

const NONE: readonly never[] = [];
const NO_USES: SignalUses = { sets: NONE, incs: NONE, reads: NONE, updates: NONE, probes: NONE };

/** Looks up the uses of a signal; a signal that nobody touches has empty lists. */
export type UsesOf = (signal: Signal) => SignalUses;

/** The uses of every signal of a graph. */
export function signalUses(graph: OperatorGraph): UsesOf {
  refuseSurplus('signalUses', arguments, 1);
  return complete(signalUsesInPieces(graph));
}

/** `signalUses` in pieces. */
export function* signalUsesInPieces(graph: OperatorGraph): Pieces<UsesOf> {
  refuseSurplus('signalUsesInPieces', arguments, 1);
  const known = remembered.get(graph) ?? (yield* indexedUses(graph));
  remembered.set(graph, known);
  return known;
}

/** Graphs are never changed, and several stages ask about the same one. */
const remembered = new WeakMap<OperatorGraph, UsesOf>();

/** What a use is worth, in operations. */
const USE_COST = 512;

function* indexedUses(graph: OperatorGraph): Pieces<UsesOf> {
  type Growing = { -readonly [Key in keyof SignalUses]: SignalUses[Key] };
  const uses = new Map<Signal, Growing>();
  const add = <Key extends keyof SignalUses>(signal: Signal, access: Key, use: SignalUses[Key][number]): void => {
    let entry = uses.get(signal);
    if (entry === undefined) uses.set(signal, (entry = { ...NO_USES }));
    // Most signals have few uses of few kinds: lists are made when they are needed.
    if (entry[access].length === 0) entry[access] = [use] as unknown as Growing[Key];
    else (entry[access] as SignalUses[Key][number][]).push(use);
  };
  const operations = new OperationCount();
  for (const [index, operator] of graph.operators.entries()) {
    for (const access of ACCESSES) {
      for (const view of operator[access]) add(view.signal, access, { operator, index, view });
    }
    const done = operations.add(3 * USE_COST);
    if (done !== undefined) yield done;
  }
  for (const probe of graph.probes) add(probe.view.signal, 'probes', probe);
  yield operations.rest();
  return (signal) => uses.get(signal) ?? NO_USES;
}

const ACCESSES = ['sets', 'incs', 'reads', 'updates'] as const;
