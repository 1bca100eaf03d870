/** @file Who touches each signal of a graph, and how. */
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

const NO_USES: SignalUses = { sets: [], incs: [], reads: [], updates: [], probes: [] };

/** Looks up the uses of a signal; a signal that nobody touches has empty lists. */
export type UsesOf = (signal: Signal) => SignalUses;

/** Indexes the uses of every signal of a graph. */
export function signalUses(graph: OperatorGraph): UsesOf {
  type Growing = { [Key in keyof SignalUses]: SignalUses[Key][number][] };
  const uses = new Map<Signal, Growing>();
  const usesOf = (signal: Signal): Growing => {
    let entry = uses.get(signal);
    if (entry === undefined) uses.set(signal, (entry = { sets: [], incs: [], reads: [], updates: [], probes: [] }));
    return entry;
  };
  graph.operators.forEach((operator, index) => {
    for (const access of ['sets', 'incs', 'reads', 'updates'] as const) {
      for (const view of operator[access]) usesOf(view.signal)[access].push({ operator, index, view });
    }
  });
  for (const probe of graph.probes) usesOf(probe.view.signal).probes.push(probe);
  return (signal) => uses.get(signal) ?? NO_USES;
}
