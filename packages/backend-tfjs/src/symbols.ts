/** @file Reads and writes what a symbol of a program stands for. */
import { executableErrors } from '@ndl/core';
import { offsetsOf, type Buffer, type View } from '@ndl/ir';
import { NdArray, sizeOf } from '@ndl/numerics';
import type { Engine } from './engine.ts';
import { initialValue, type Frame } from './frame.ts';
import type { LoweredProgram } from './lowered-program.ts';
import { wholeOf } from './block.ts';
import type { RunState, TensorStore } from './stored-tensors.ts';
import type { Tensor } from './tensors.ts';

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
export async function readSymbol(symbol: string, place: SymbolPlace): Promise<NdArray> {
  const { engine } = place;
  const { view, buffer } = find(symbol, place.lowered);
  const { tensor, isTemporary, leading } = engine.within(() => valueOf(buffer, place));
  try {
    const [whole] = await engine.fetch([tensor]);
    const offsets = offsetsOf(view);
    const size = sizeOf(buffer.shape);
    const rows = size === 0 ? 0 : whole!.length / size;
    const data = new Float32Array(rows * offsets.length);
    for (let row = 0; row < rows; row++) {
      offsets.forEach((offset, element) => (data[row * offsets.length + element] = whole![row * size + offset]!));
    }
    return new NdArray(data, [...leading, ...view.shape]);
  } finally {
    if (isTemporary) tensor.dispose();
  }
}

/**
 * Replaces the contents of a parameter or of a state.
 * @param stateFor the carried state of a number of items
 * @throws NdlError SYMBOL_UNKNOWN, SYMBOL_NOT_WRITABLE, SHAPE_MISMATCH, STATE_ITEMS_MISMATCH
 */
export async function writeSymbol(
  symbol: string,
  data: NdArray,
  place: SymbolPlace,
  stateFor: (items: number) => RunState,
): Promise<void> {
  const { view, buffer } = find(symbol, place.lowered);
  if (buffer.role === 'parameter') {
    checkShape(symbol, view.shape, data.shape);
    await overwrite(place.engine, place.parameters, buffer, view, data);
  } else if (buffer.role === 'state') {
    const items = data.shape[0] ?? 1;
    checkShape(symbol, [items, ...view.shape], data.shape);
    const state = place.engine.within(() => stateFor(items));
    await overwrite(place.engine, state.tensors, buffer, view, data);
    state.isInitial = false;
  } else {
    throw executableErrors.symbolNotWritable(symbol, buffer.role);
  }
}

/** The whole value of a buffer; a temporary one belongs to the caller. */
interface WholeValue {
  readonly tensor: Tensor;
  readonly isTemporary: boolean;
  /** Axes before those of the buffer. */
  readonly leading: readonly number[];
}

function valueOf(buffer: Buffer, { engine, lowered, frame, state, parameters }: SymbolPlace): WholeValue {
  const { arithmetic, tf } = engine;
  const items = buffer.batched ? [state?.items ?? 1] : [];
  if (buffer.role === 'parameter') return { tensor: parameters.get(buffer), isTemporary: false, leading: [] };
  if (buffer.role === 'state' && state !== undefined)
    return { tensor: state.tensors.get(buffer), isTemporary: false, leading: items };
  if (frame !== undefined && lowered.segments.of(buffer.id).some((segment) => frame.has(segment))) {
    const leading = [...(buffer.history ? [frame.context.steps] : []), ...items];
    return { tensor: tf.tidy(() => tf.keep(wholeOf(frame, buffer))), isTemporary: true, leading };
  }
  const whole = { index: 0, buffer, start: 0, length: sizeOf(buffer.shape) };
  const tensor = tf.tidy(() => tf.keep(initialValue({ arithmetic }, whole, [1, items[0] ?? 1, whole.length])));
  return { tensor, isTemporary: true, leading: [...(buffer.history ? [1] : []), ...items] };
}

async function overwrite(
  engine: Engine,
  store: TensorStore,
  buffer: Buffer,
  view: View,
  { data }: NdArray,
): Promise<void> {
  const offsets = offsetsOf(view);
  const size = sizeOf(buffer.shape);
  const rows = buffer.batched ? store.items : 1;
  const isWhole = offsets.length === size && offsets.every((offset, element) => offset === element);
  const contents = new Float32Array(rows * size);
  if (!isWhole) contents.set((await engine.fetch([engine.within(() => store.get(buffer))]))[0]!);
  for (let row = 0; row < rows; row++) {
    offsets.forEach((offset, element) => (contents[row * size + offset] = data[row * offsets.length + element]!));
  }
  engine.within(() => store.setContents(buffer, contents));
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
