/** @file Simplification: what is only ever reset to one value begins with that value instead. */
import {
  hasRepeats,
  NdArray,
  rewriteGraph,
  signalUses,
  viewsOverlap,
  type Operator,
  type ResetOperator,
  type Signal,
  type SignalUses,
  type Simplification,
} from '@ndl/core';
import { resetValues, scattered } from './constant-values.ts';

/**
 * Drops a reset and writes its value into the signal's initial contents.
 *
 * Exact if nobody else sets, increments or updates any element of the reset's target: then these elements hold the reset's
 * value whenever they are read or probed. (Before the first step they held something else, which no step sees.)
 */
export const removeUnmodifiedResets: Simplification = {
  name: 'removeUnmodifiedResets',
  apply(graph) {
    const usesOf = signalUses(graph);
    const dropped = new Map<Operator, readonly Operator[]>();
    const contents = new Map<Signal, Float64Array>();
    for (const operator of graph.operators) {
      if (operator.kind !== 'reset' || !isOnlyWriter(operator, usesOf(operator.target.signal))) continue;
      const { signal } = operator.target;
      const before = contents.get(signal) ?? signal.initial.data;
      contents.set(signal, scattered(operator.target, resetValues(operator), before));
      dropped.set(operator, []);
    }
    const signals = new Map(
      [...contents].map(([signal, data]) => [signal, { ...signal, initial: new NdArray(data, signal.shape) }]),
    );
    return rewriteGraph(graph, { operators: dropped, signals });
  },
};

function isOnlyWriter(reset: ResetOperator, uses: SignalUses): boolean {
  if (reset.target.signal.role !== 'array' || hasRepeats(reset.target)) return false;
  const writers = [...uses.sets, ...uses.incs, ...uses.updates];
  return writers.every(({ operator, view }) => operator === reset || !viewsOverlap(view, reset.target));
}
