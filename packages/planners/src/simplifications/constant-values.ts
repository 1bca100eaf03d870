/** @file Which parts of a graph hold numbers that are known before the first step. */
import {
  positionsOf,
  viewCovers,
  viewsOverlap,
  type OperatorGraph,
  type ResetOperator,
  type Signal,
  type SignalUses,
  type SignalView,
  signalUses,
} from '@ndl/core';

/**
 * What a view always holds when it is read: its elements in row-major order, or `undefined` where that is not certain.
 *
 * Certain is a view of which no element is ever incremented or updated, and which either nobody sets, or one reset sets as a
 * whole. Inputs are fed from outside, and parameters are learnt or loaded from files: they are never certain.
 */
export type ConstantOf = (view: SignalView) => Float64Array | undefined;

/** Answers for one graph. */
export function constantValues(graph: OperatorGraph): ConstantOf {
  const usesOf = signalUses(graph);
  return (view) => {
    const { signal } = view;
    if (signal.role !== 'array') return undefined;
    const source = certainSource(view, usesOf(signal));
    if (source === undefined) return undefined;
    return source === 'initial' ? gather(signal, view, signal.initial.data) : valuesAfterReset(source, view);
  };
}

/** Every element of a view is this number. */
export function isConstantly(values: Float64Array | undefined, number: number): boolean {
  return values !== undefined && values.every((value) => value === number);
}

/** The values that a reset gives its target, in the order of the target's elements. */
export function resetValues(reset: ResetOperator): Float64Array {
  const size = sizeOfShape(reset.target.shape);
  if (typeof reset.value === 'number') return new Float64Array(size).fill(reset.value);
  return Float64Array.from(reset.value.data);
}

/** Writes values at the places of a view's elements into a copy of a whole signal's contents. */
export function scattered(view: SignalView, values: Float64Array, contents: ArrayLike<number>): Float64Array {
  const result = Float64Array.from(contents);
  const rowLength = rowLengthOf(view.signal);
  positionsOf(view).forEach((position, index) => {
    result.set(values.subarray(index * rowLength, (index + 1) * rowLength), position * rowLength);
  });
  return result;
}

/** The elements of a view out of a whole signal's contents. */
function gather(signal: Signal, view: SignalView, contents: ArrayLike<number>): Float64Array {
  const rowLength = rowLengthOf(signal);
  const positions = positionsOf(view);
  const result = new Float64Array(positions.length * rowLength);
  positions.forEach((position, index) => {
    for (let column = 0; column < rowLength; column++) {
      result[index * rowLength + column] = contents[position * rowLength + column]!;
    }
  });
  return result;
}

/** Elements of one position of the first axis. */
export function rowLengthOf(signal: Signal): number {
  return sizeOfShape(signal.shape.slice(1));
}

function sizeOfShape(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function certainSource(view: SignalView, uses: SignalUses): ResetOperator | 'initial' | undefined {
  if ([...uses.incs, ...uses.updates].some((use) => viewsOverlap(use.view, view))) return undefined;
  const setters = uses.sets.filter((use) => viewsOverlap(use.view, view));
  if (setters.length === 0) return 'initial';
  const [first] = setters;
  if (setters.length > 1 || first!.operator.kind !== 'reset') return undefined;
  return viewCovers(first!.view, view) ? first!.operator : undefined;
}

function valuesAfterReset(reset: ResetOperator, view: SignalView): Float64Array {
  const { signal } = view;
  const contents = scattered(reset.target, resetValues(reset), signal.initial.data);
  return gather(signal, view, contents);
}
