/** @file Reads and writes what a symbol of the programs stands for. */
import { executableErrors } from '@ndl/core';
import { offsetsOf, type Buffer, type View } from '@ndl/ir';
import { NdArray, sizeOf } from '@ndl/numerics';
import type { Engine } from './engine.ts';
import type { Frame } from './frame.ts';
import type { LoweredProgram } from './lowered-program.ts';
import type { SymbolPlace } from './programs.ts';
import type { RunState } from './run-state.ts';
import { isCarried, storedValue, wholeOf, type Storage } from './stored-values.ts';
import type { TensorStore } from './tensor-store.ts';
import type { Tensor } from './tensors.ts';

/** What symbols are looked up in. */
export interface SymbolContents {
  readonly engine: Engine;
  readonly parameters: TensorStore;
  /** Carried by runs. */
  readonly state: RunState;
  /** Values of the last carried run of the symbol's program, if any. */
  readonly frame: Frame | undefined;
}

/**
 * A copy of a symbol's contents: [...shape] when shared, [items, ...shape] otherwise; what has a value for each step shows the
 * last one. What no run has touched yet is initial.
 */
export async function readSymbol({ view, buffer, lowered }: SymbolPlace, contents: SymbolContents): Promise<NdArray> {
  const { engine, state } = contents;
  const { tensor, isTemporary } = engine.within(() => valueOf(buffer, lowered, contents));
  try {
    const [whole] = await engine.fetch([tensor]);
    const leading = buffer.items ? [state.items] : [];
    const data = elementsOf(view, buffer, whole!);
    return new NdArray(data.slice(data.length - sizeOf([...leading, ...view.shape])), [...leading, ...view.shape]);
  } finally {
    if (isTemporary) tensor.dispose();
  }
}

/** The elements that a view shows of each row of a buffer's contents, [rows, size]. */
export function elementsOf(view: View, buffer: Buffer, whole: Float32Array): Float32Array {
  const offsets = offsetsOf(view);
  const size = sizeOf(buffer.shape);
  const rows = size === 0 ? 0 : whole.length / size;
  const data = new Float32Array(rows * offsets.length);
  for (let row = 0; row < rows; row++)
    offsets.forEach((offset, element) => (data[row * offsets.length + element] = whole[row * size + offset]!));
  return data;
}

/** The other way: `data` are [rows, ...shape of the view], for the last rows of a buffer's contents. */
export function putElements(view: View, buffer: Buffer, whole: Float32Array, data: ArrayLike<number>): void {
  const offsets = offsetsOf(view);
  const size = sizeOf(buffer.shape);
  if (offsets.length === 0) return;
  const rows = data.length / offsets.length;
  const first = whole.length / size - rows;
  for (let row = 0; row < rows; row++)
    offsets.forEach(
      (offset, element) => (whole[(first + row) * size + offset] = data[row * offsets.length + element]!),
    );
}

/**
 * Replaces the contents of a parameter or of a state; of a state that keeps several steps, those of the last.
 * @throws NdlError SHAPE_MISMATCH
 */
export async function writeSymbol(
  { name, view, buffer, lowered }: SymbolPlace,
  data: NdArray,
  { engine, state, parameters }: Storage & SymbolContents,
): Promise<void> {
  checkShape(name, [...(buffer.items ? [state.items] : []), ...view.shape], data.shape);
  const stored = engine.within(() => storedValue(buffer, { engine, lowered, state, parameters })!);
  const [present] = await engine.fetch([stored]);
  const contents = present!.slice();
  putElements(view, buffer, contents, data.data);
  const store = buffer.role === 'parameter' ? parameters : state.tensors;
  engine.within(() => store.setContents(buffer, contents));
}

/** Whether a symbol's contents are taken from outside. */
export function isWritable({ buffer }: SymbolPlace): boolean {
  return buffer.role === 'parameter' || (buffer.role === 'state' && isCarried(buffer));
}

/** The whole value of a buffer; a temporary one belongs to the caller. */
interface WholeValue {
  readonly tensor: Tensor;
  readonly isTemporary: boolean;
}

function valueOf(buffer: Buffer, lowered: LoweredProgram, contents: SymbolContents): WholeValue {
  const { engine, frame, state } = contents;
  const { arithmetic, tf } = engine;
  const stored = storedValue(buffer, { ...contents, lowered });
  if (stored !== undefined) return { tensor: stored, isTemporary: false };
  if (frame !== undefined && lowered.segments.of(buffer.id).some((segment) => frame.has(segment))) {
    frame.stand('steps', state.step - frame.context.stepsBefore - 1, 1);
    return { tensor: tf.tidy(() => tf.keep(wholeOf(frame, buffer))), isTemporary: true };
  }
  const whole = { buffer, start: 0, length: sizeOf(buffer.shape) };
  const dims = [1, buffer.items ? state.items : 1, whole.length] as const;
  return { tensor: tf.tidy(() => tf.keep(lowered.initial(arithmetic, whole, dims))), isTemporary: true };
}

function checkShape(symbol: string, expected: readonly number[], actual: readonly number[]): void {
  const same = expected.length === actual.length && expected.every((length, axis) => length === actual[axis]);
  if (!same) throw executableErrors.symbolShape(symbol, expected, actual);
}
