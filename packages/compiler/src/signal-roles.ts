/** @file What becomes of each signal: a constant, a parameter, a state, an input, or a value of one step. */
import type { OperatorGraph, SignalView } from '@ndl/core';
import type { BufferRole } from '@ndl/ir';

/** A role of buffers, or `learnt`: a parameter that operators change while they run, each item its own. */
export type SignalRole = Extract<BufferRole, 'parameter' | 'state' | 'constant' | 'input' | 'temp'> | 'learnt';

/**
 * The role of every signal of the graph, by `Signal.id`. An array is a state where it is updated, where an operator calls
 * it a state, or where it is incremented without ever being set, and learnt where such an array is a parameter; a constant where
 * nothing writes it; else a temp.
 */
export function signalRoles(graph: OperatorGraph): readonly SignalRole[] {
  const count = graph.signals.length;
  const [set, kept, incremented] = [new Uint8Array(count), new Uint8Array(count), new Uint8Array(count)];
  const note = (into: Uint8Array, views: readonly SignalView[]): void => {
    for (const { signal } of views) into[signal.id] = 1;
  };
  for (const operator of graph.operators) {
    note(set, operator.sets);
    note(incremented, operator.incs);
    note(kept, operator.updates);
    note(kept, operator.states ?? []);
  }
  return graph.signals.map((signal) => {
    if (signal.role === 'input') return 'input';
    const { id } = signal;
    const isState = kept[id] === 1 || (incremented[id] === 1 && set[id] === 0);
    if (isState) return signal.role === 'parameter' ? 'learnt' : 'state';
    if (signal.role === 'parameter') return 'parameter';
    return set[id] === 1 ? 'temp' : 'constant';
  });
}

/** Whether each item has its own copy of what operators see of a signal of this role. */
export function hasItems(role: SignalRole): boolean {
  return role !== 'parameter' && role !== 'constant';
}
