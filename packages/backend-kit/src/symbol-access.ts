/** @file Reads and writes what a symbol stands for: parameters, and the state that runs carry on. */
import { executableErrors, type Interruption } from '@ndl/core';
import { type Buffer, type Dtype, offsetsOf, type View } from '@ndl/ir';
import { NdArray, type FloatArray } from '@ndl/numerics';
import type { Memory } from './engine.ts';
import { contentsOf } from './lasting-stores.ts';
import { allocate, type ParameterStore } from './parameter-store.ts';
import type { Rows } from './row-transfers.ts';
import type { RunState } from './run-state.ts';
import { isCarried, type NamedView } from './symbol-table.ts';
import { readView, writeView } from './view-access.ts';
import type { Waiting } from './waiting.ts';

/** The memory of an executable, and one call that looks at it. */
export interface MemoryAccess<Store> {
  readonly memory: Memory<Store>;
  readonly dtype: Dtype;
  readonly parameters: ParameterStore<Store>;
  readonly interruption: Interruption;
  /** Steps before that are kept of a buffer which has a value for each step. */
  keepOf(buffer: Buffer): number;
}

/** Contents of a symbol: `[...shape]` where it is shared, `[items, ...shape]`, those of the last step, where it is state. */
export function* readSymbol<Store>(
  { name, view, buffer, owner }: NamedView,
  state: RunState<Store>,
  access: MemoryAccess<Store>,
): Waiting<NdArray> {
  const { memory, interruption, parameters } = access;
  const make = (length: number): FloatArray => allocate(access.dtype, length);
  if (isCarried(buffer)) {
    const rows = yield* stateRows(buffer, 1, state, owner, access);
    const data = yield* readView(memory, rows, view, make, interruption);
    return new NdArray(data, [state.items, ...view.shape]);
  }
  if (buffer.role === 'parameter' || buffer.role === 'optimizer') {
    const { store, shape } = yield* parameters.ready(buffer, owner.tables, interruption);
    const rows = { store, row: 0, count: 1, size: shape.size };
    return new NdArray(yield* readView(memory, rows, view, make, interruption), view.shape);
  }
  if (buffer.role !== 'constant') throw executableErrors.symbolNotReadable(name, buffer.role);
  return new NdArray(constantNumbers(buffer, view, owner, make), view.shape);
}

/**
 * Replaces the contents of a parameter, or of state, those of the last step.
 * @param stateFor the carried state of a number of items
 * @throws NdlError SYMBOL_NOT_WRITABLE, SHAPE_MISMATCH, STATE_ITEMS_MISMATCH
 */
export function* writeSymbol<Store>(
  { name, view, buffer, owner }: NamedView,
  data: NdArray,
  stateFor: (items: number) => RunState<Store>,
  access: MemoryAccess<Store>,
): Waiting {
  const { memory, interruption, parameters } = access;
  const make = (length: number): FloatArray => allocate(access.dtype, length);
  if (buffer.role === 'parameter') {
    checkShape(name, view.shape, data.shape);
    const { store, shape } = yield* parameters.ready(buffer, owner.tables, interruption);
    const rows = { store, row: 0, count: 1, size: shape.size };
    yield* writeView(memory, rows, view, buffer, data.data, make, interruption);
  } else if (isCarried(buffer)) {
    const items = Math.max(1, data.shape[0] ?? 1);
    checkShape(name, [items, ...view.shape], data.shape);
    const state = stateFor(items);
    state.leaveInitial();
    const rows = yield* stateRows(buffer, 1, state, owner, access);
    yield* writeView(memory, rows, view, buffer, data.data, make, interruption);
  } else {
    throw executableErrors.symbolNotWritable(name, buffer.role);
  }
}

/** The rows of a buffer that runs carry on: of the last `steps` steps, or those of its one value. */
export function* stateRows<Store>(
  buffer: Buffer,
  steps: number,
  state: RunState<Store>,
  owner: NamedView['owner'],
  { interruption, keepOf }: MemoryAccess<Store>,
): Waiting<Rows<Store>> {
  if (buffer.steps !== 'one') {
    const slices = yield* state.stepsBefore(buffer, keepOf(buffer), owner, interruption);
    return slices.kept(steps);
  }
  const { store, shape } = yield* state.ready(buffer, owner, interruption);
  return { store, row: 0, count: shape.copies, size: shape.size };
}

function constantNumbers(
  buffer: Buffer,
  view: View,
  { tables }: NamedView['owner'],
  make: (length: number) => FloatArray,
): FloatArray {
  const contents = contentsOf(buffer, tables);
  const offsets = offsetsOf(view);
  const numbers = make(offsets.length);
  offsets.forEach((offset, element) => {
    numbers[element] = typeof contents === 'number' ? contents : (contents as FloatArray)[offset]!;
  });
  return numbers;
}

function checkShape(symbol: string, expected: readonly number[], actual: readonly number[]): void {
  const same = expected.length === actual.length && expected.every((length, axis) => length === actual[axis]);
  if (!same) throw executableErrors.symbolShape(symbol, expected, actual);
}
