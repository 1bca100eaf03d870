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

const ROLES = ['sets', 'incs', 'reads', 'updates'] as const;

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
  const { operators, signals } = graph;
  // By place in the graph's list, which is the signal's id: a Map of all signals takes several times as long.
  const uses = signals.map((): Growing | undefined => undefined);
  const of = ({ id }: Signal): Growing =>
    (uses[id] ??= { sets: NONE, incs: NONE, reads: NONE, updates: NONE, probes: NONE });
  // Most signals have few uses of few kinds: lists are made when they are needed.
  const longer = <Use>(list: readonly Use[], use: Use): readonly Use[] => {
    if (list.length === 0) return [use];
    (list as Use[]).push(use);
    return list;
  };
  const operations = new OperationCount();
  for (let index = 0; index < operators.length; index++) {
    const operator = operators[index]!;
    for (const role of ROLES) {
      for (const view of operator[role]) {
        const known = of(view.signal);
        known[role] = longer(known[role], { operator, index, view });
      }
    }
    const done = operations.add(3 * USE_COST);
    if (done !== undefined) yield done;
  }
  for (const probe of graph.probes) of(probe.view.signal).probes = longer(of(probe.view.signal).probes, probe);
  yield operations.rest();
  return (signal) => (signals[signal.id] === signal ? uses[signal.id] : undefined) ?? NO_USES;
}
