/** @file Simplification: what is only ever reset to one value begins with that value instead. */
import {
  forEachPosition,
  hasRepeats,
  NdArray,
  OperationCount,
  rewriteGraphInPieces,
  signalUsesInPieces,
  type Operator,
  type ResetOperator,
  type Signal,
  type Simplification,
} from '@ndl/core';
import { elementsOf, isConstantly, rowLengthOf, valuesOf } from './constant.ts';
import { LOOK_COST, simplification } from './in-pieces.ts';
import { KnownConstants } from './known-constants.ts';

/**
 * Drops a reset and writes its value into the signal's initial contents.
 *
 * Exact if nobody else sets, increments or updates any element of the reset's target: then these elements hold the reset's
 * value whenever they are read or probed. (Before the first step they held something else, which no step sees.)
 */
export const removeUnmodifiedResets: Simplification = simplification('removeUnmodifiedResets', function* (graph) {
  const known = new KnownConstants(yield* signalUsesInPieces(graph));
  const dropped = new Map<Operator, readonly Operator[]>();
  const contents = new Map<Signal, Float64Array>();
  const operations = new OperationCount();
  for (const operator of graph.operators) {
    const done = operations.add(LOOK_COST);
    if (done !== undefined) yield done;
    if (operator.kind !== 'reset' || !isOnlyWriter(operator, known)) continue;
    dropped.set(operator, []);
    write(operator, contents);
  }
  yield operations.rest();
  const signals = new Map(
    [...contents].map(([signal, data]) => [signal, { ...signal, initial: new NdArray(data, signal.shape) }]),
  );
  return yield* rewriteGraphInPieces(graph, { operators: dropped, signals });
});

function isOnlyWriter(reset: ResetOperator, known: KnownConstants): boolean {
  if (reset.target.signal.role !== 'array' || hasRepeats(reset.target)) return false;
  return !known.isWrittenByOthers(reset.target, reset);
}

/** Writes what a reset sets into the contents of its signal, unless they hold it anyway. */
function write(reset: ResetOperator, contents: Map<Signal, Float64Array>): void {
  const { signal, selection } = reset.target;
  const values = valuesOf(reset);
  if (selection === undefined) {
    if (typeof values === 'number' && isConstantly(signal.initial.data, values)) return;
    contents.set(signal, elementsOf(values, signal.initial.size));
    return;
  }
  const data = contents.get(signal) ?? new Float64Array(signal.initial.data);
  contents.set(signal, data);
  const rowLength = rowLengthOf(signal);
  forEachPosition(reset.target, (position, index) => {
    for (let column = 0; column < rowLength; column++) {
      data[position * rowLength + column] = typeof values === 'number' ? values : values[index * rowLength + column]!;
    }
  });
}
