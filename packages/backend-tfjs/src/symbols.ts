/** @file Reads and writes what a symbol of a program stands for. */
import { executableErrors } from '@ndl/core';
import { offsetsOf, type Buffer, type View } from '@ndl/ir';
import { NdArray, sizeOf } from '@ndl/numerics';
import type { Engine } from './engine.ts';
import { initialValue, type Frame } from './frame.ts';
import type { LoweredProgram } from './lowered-program.ts';
import { wholeOf } from './block.ts';
import type { RunState, TensorStore } from './stored-tensors.ts';

/** Where symbols are looked up. */
export interface SymbolPlace {
  readonly engine: Engine;
  readonly lowered: LoweredProgram;
  /** Values of the last carried run of this program, if any. */
  readonly frame: Frame | undefined;
  readonly state: RunState | undefined;
  readonly parameters: TensorStore;
}

/**
 * A copy of a symbol's contents: [...shape] when shared, [items, ...shape] when batched, with the steps of the last run in
 * front for histories. What no run has touched yet is initial, of one item.
 * @throws NdlError SYMBOL_UNKNOWN
 */
export function readSymbol(symbol: string, place: SymbolPlace): NdArray {
  const { view, buffer } = find(symbol, place.lowered);
  const whole = contentsOf(buffer, place);
  const offsets = offsetsOf(view);
  const size = sizeOf(buffer.shape);
  const rows = size === 0 ? 0 : whole.data.length / size;
  const data = new Float32Array(rows * offsets.length);
  for (let row = 0; row < rows; row++) {
    offsets.forEach((offset, element) => (data[row * offsets.length + element] = whole.data[row * size + offset]!));
  }
  return new NdArray(data, [...whole.leading, ...view.shape]);
}

/**
 * Replaces the contents of a parameter or of a state.
 * @param stateFor the carried state of a number of items
 * @throws NdlError SYMBOL_UNKNOWN, SYMBOL_NOT_WRITABLE, SHAPE_MISMATCH, STATE_ITEMS_MISMATCH
 */
export function writeSymbol(
  symbol: string,
  data: NdArray,
  place: SymbolPlace,
  stateFor: (items: number) => RunState,
): void {
  const { view, buffer } = find(symbol, place.lowered);
  if (buffer.role === 'parameter') {
    checkShape(symbol, view.shape, data.shape);
    overwrite(place.parameters, buffer, view, data);
  } else if (buffer.role === 'state') {
    const items = data.shape[0] ?? 1;
    checkShape(symbol, [items, ...view.shape], data.shape);
    const state = stateFor(items);
    overwrite(state.tensors, buffer, view, data);
    state.isInitial = false;
  } else {
    throw executableErrors.symbolNotWritable(symbol, buffer.role);
  }
}

function contentsOf(
  buffer: Buffer,
  { engine, lowered, frame, state, parameters }: SymbolPlace,
): { readonly data: Float32Array; readonly leading: readonly number[] } {
  const { arithmetic, tf } = engine;
  const items = buffer.batched ? [state?.items ?? 1] : [];
  if (buffer.role === 'parameter') return { data: arithmetic.toArray(parameters.get(buffer)), leading: [] };
  if (buffer.role === 'state' && state !== undefined)
    return { data: arithmetic.toArray(state.tensors.get(buffer)), leading: items };
  const own = lowered.segments.of(buffer.id);
  return tf.tidy(() => {
    if (frame === undefined || !own.some((segment) => frame.has(segment))) {
      const whole = { index: 0, buffer, start: 0, length: sizeOf(buffer.shape) };
      const leading = [...(buffer.history ? [1] : []), ...items];
      return {
        data: arithmetic.toArray(initialValue({ arithmetic }, whole, [1, items[0] ?? 1, whole.length])).slice(),
        leading,
      };
    }
    const data = arithmetic.toArray(wholeOf(frame, buffer)).slice();
    return { data, leading: [...(buffer.history ? [frame.context.steps] : []), ...items] };
  });
}

function overwrite(store: TensorStore, buffer: Buffer, view: View, { data }: NdArray): void {
  const contents = Float32Array.from(store.contents(buffer).data);
  const offsets = offsetsOf(view);
  const size = sizeOf(buffer.shape);
  for (let item = 0; item < (buffer.batched ? store.items : 1); item++) {
    offsets.forEach((offset, element) => (contents[item * size + offset] = data[item * offsets.length + element]!));
  }
  store.setContents(buffer, contents);
}

function find(symbol: string, { program, segments }: LoweredProgram): { readonly view: View; readonly buffer: Buffer } {
  const { symbols } = program;
  if (!Object.hasOwn(symbols, symbol)) throw executableErrors.symbolUnknown(symbol, Object.keys(symbols));
  const view = symbols[symbol]!;
  return { view, buffer: segments.buffer(view.buffer) };
}

function checkShape(symbol: string, expected: readonly number[], actual: readonly number[]): void {
  const same = expected.length === actual.length && expected.every((length, axis) => length === actual[axis]);
  if (!same) throw executableErrors.symbolShape(symbol, expected, actual);
}
