/** @file Reads and writes what symbols stand for: parameters, and the state that runs carry on. */
import { isCarried, type NamedView, type StateOwner } from '@ndl/backend-kit';
import { executableErrors } from '@ndl/core';
import { offsetsOf, type Buffer, type View } from '@ndl/ir';
import { NdArray, sizeOf } from '@ndl/numerics';
import { initialContents, initialValue } from './initial-value.ts';
import type { RunState } from './run-state.ts';
import { storedParameter, storedState, type Storage } from './stored-values.ts';
import { extentsOf, type Tensor } from '../engines/tensors.ts';

/**
 * A copy of a symbol's contents: [...shape] where it is shared, [items, ...shape], those of the last step, where it is state.
 * @throws NdlError SYMBOL_NOT_READABLE
 */
export async function readSymbol({ name, view, buffer, owner }: NamedView, storage: Storage): Promise<NdArray> {
  const isKept = isCarried(buffer) || buffer.role === 'parameter' || buffer.role === 'optimizer';
  if (!isKept && buffer.role !== 'constant') throw executableErrors.symbolNotReadable(name, buffer.role);
  const whole = await contentsOf(buffer, 1, owner, storage);
  return new NdArray(
    elementsOf(view, buffer, whole),
    isCarried(buffer) ? [storage.state.items, ...view.shape] : view.shape,
  );
}

/**
 * Replaces the contents of a parameter, or of state, those of the last step.
 * @param keep steps of the state that are carried on
 * @param stateFor the carried state of a number of items
 * @throws NdlError SYMBOL_NOT_WRITABLE, SHAPE_MISMATCH, STATE_ITEMS_MISMATCH
 */
export async function writeSymbol(
  { name, view, buffer, owner }: NamedView,
  data: NdArray,
  keep: number,
  stateFor: (items: number) => RunState,
  present: Storage,
): Promise<void> {
  const isState = isCarried(buffer);
  if (buffer.role !== 'parameter' && !isState) throw executableErrors.symbolNotWritable(name, buffer.role);
  const items = Math.max(1, data.shape[0] ?? 1);
  checkShape(name, [...(isState ? [items] : []), ...view.shape], data.shape);
  const state = isState ? stateFor(items) : present.state;
  if (isState) present.engine.within(() => state.leaveInitial());
  const storage = { ...present, state };
  const kept = isState ? state.tensors.find(buffer) : undefined;
  const steps = Math.max(1, keep, kept === undefined ? 0 : extentsOf(kept)[0]);
  const whole = await contentsOf(buffer, steps, owner, storage);
  putElements(view, buffer, whole, data.data);
  replaceContents(buffer, whole, storage);
  if (!isState) present.engine.within(() => state.followParameters());
}

/** What is kept of a buffer, of its last steps: [steps, items, size]. It is the caller's. */
export async function contentsOf(
  buffer: Buffer,
  steps: number,
  owner: StateOwner,
  storage: Storage,
): Promise<Float32Array> {
  const { engine } = storage;
  const { tf, arithmetic } = engine;
  const stored = (): Tensor => {
    if (isCarried(buffer)) return storedState(buffer, steps, owner, storage);
    if (buffer.role !== 'constant') return storedParameter(buffer, owner, storage);
    return initialValue(arithmetic, initialContents(buffer, owner.tables), 0, [1, 1, sizeOf(buffer.shape)]);
  };
  let isTemporary = false;
  const tensor = engine.within(() =>
    tf.tidy(() => {
      const value = stored();
      isTemporary = !value.kept;
      return tf.keep(value);
    }),
  );
  try {
    return (await engine.fetch([tensor]))[0]!.slice();
  } finally {
    if (isTemporary) tensor.dispose();
  }
}

/** The other way. */
export function replaceContents(buffer: Buffer, whole: Float32Array, { engine, parameters, state }: Storage): void {
  const size = sizeOf(buffer.shape);
  const items = buffer.items ? state.items : 1;
  const steps = size === 0 ? 1 : whole.length / (items * size);
  const store = isCarried(buffer) ? state.tensors : parameters;
  engine.within(() => store.replace(buffer, engine.tf.keep(engine.arithmetic.fromArray(whole, [steps, items, size]))));
}

/** The elements that a view shows of each row of a buffer's contents, [rows, size]. */
export function elementsOf(view: View, buffer: Buffer, whole: Float32Array): Float32Array {
  const offsets = offsetsOf(view);
  const size = sizeOf(buffer.shape);
  const rows = size === 0 ? 0 : whole.length / size;
  const data = new Float32Array(rows * offsets.length);
  for (let row = 0, to = 0; row < rows; row++)
    for (let element = 0; element < offsets.length; element++) data[to++] = whole[row * size + offsets[element]!]!;
  return data;
}

/** The other way: `data` are [rows, ...shape of the view], for the last rows of a buffer's contents. */
export function putElements(view: View, buffer: Buffer, whole: Float32Array, data: ArrayLike<number>): void {
  const offsets = offsetsOf(view);
  const size = sizeOf(buffer.shape);
  const rows = offsets.length === 0 ? 0 : data.length / offsets.length;
  const first = whole.length / size - rows;
  for (let row = 0, from = 0; row < rows; row++)
    for (let element = 0; element < offsets.length; element++)
      whole[(first + row) * size + offsets[element]!] = data[from++]!;
}

function checkShape(symbol: string, expected: readonly number[], actual: readonly number[]): void {
  const same = expected.length === actual.length && expected.every((length, axis) => length === actual[axis]);
  if (!same) throw executableErrors.symbolShape(symbol, expected, actual);
}
