/** @file For tests: graphs of operators of which only the accesses matter. */
import { zeros } from '@ndl/numerics';
import type { OperatorGraph } from './operator-graph.ts';
import type { Selection, Signal, SignalView } from './signals.ts';
import type { Operator } from './operators.ts';

/** Accesses by name of a signal, or `name[start:end]`, or `name[i,j,…]`. */
export interface SketchedOperator {
  readonly label: string;
  readonly kind?: string;
  readonly sets?: readonly string[];
  readonly incs?: readonly string[];
  readonly reads?: readonly string[];
  readonly updates?: readonly string[];
}

/** A graph with these operators; every signal has four elements. */
export function sketchGraph(operators: readonly SketchedOperator[]): OperatorGraph {
  const signals = new Map<string, Signal>();
  const view = (text: string): SignalView => {
    const [, name = '', part] = /^(\w+)(?:\[(.*)\])?$/.exec(text)!;
    let signal = signals.get(name);
    if (signal === undefined) {
      signal = { id: signals.size, name, shape: [4], initial: zeros([4]), role: 'array', trainable: false };
      signals.set(name, signal);
    }
    const selection = part === undefined ? undefined : selectionOf(part);
    return selection === undefined ? { signal, shape: [4] } : { signal, selection, shape: [lengthOf(selection)] };
  };
  const sketched = operators.map(({ kind = 'sketch', label, sets = [], incs = [], reads = [], updates = [] }) => {
    const accesses = { sets: sets.map(view), incs: incs.map(view), reads: reads.map(view), updates: updates.map(view) };
    return { kind, label, ...accesses } as unknown as Operator;
  });
  return {
    dt: 0.001,
    signals: [...signals.values()],
    operators: sketched,
    inputs: [],
    probes: [],
    ensembles: new Map(),
    connections: new Map(),
    seeds: new Map(),
    objects: new Map(),
  };
}

function selectionOf(text: string): Selection {
  const [start, end] = text.split(':').map(Number);
  if (end !== undefined) return { kind: 'slice', start: start!, step: 1, length: end - start! };
  return { kind: 'indices', indices: text.split(',').map(Number) };
}

function lengthOf(selection: Selection): number {
  return selection.kind === 'slice' ? selection.length : selection.indices.length;
}
