/** @file Reads and writes what a symbol stands for: parameters, and the state that runs carry on. */
import { executableErrors } from '@ndl/core';
import { type Buffer, offsetsOf } from '@ndl/ir';
import { NdArray, type FloatArray } from '@ndl/numerics';
import { contentsOf } from './lasting-stores.ts';
import type { ParameterStore } from './parameter-store.ts';
import type { Rows } from './row-transfers.ts';
import type { RunState, StateOwner } from './run-state.ts';
import { isCarried, type NamedView } from './symbol-table.ts';
import { readViews, type RowAccess, writeViews } from './view-access.ts';
import type { Waiting } from '../calls/waiting.ts';

/** The memory of an executable, and one call that looks at it. */
export interface MemoryAccess<Store> extends RowAccess<Store> {
  readonly parameters: ParameterStore<Store>;
  /** Steps before that are kept of a buffer which has a value for each step. */
  keepOf(buffer: Buffer): number;
}

/**
 * Contents of a symbol: `[...shape]` where it is shared, `[items, ...shape]`, those of the last step, where it is state.
 * @throws NdlError SYMBOL_NOT_READABLE
 */
export function* readSymbol<Store>(
  named: NamedView,
  state: RunState<Store>,
  access: MemoryAccess<Store>,
): Waiting<NdArray> {
  const { name, view, buffer, owner } = named;
  if (buffer.role === 'constant') return new NdArray(numbersOf(named, access), view.shape);
  const isState = isCarried(buffer);
  if (!isState && buffer.role !== 'parameter' && buffer.role !== 'optimizer')
    throw executableErrors.symbolNotReadable(name, buffer.role);
  const rows = isState ? yield* stateRows(buffer, 1, state, owner, access) : yield* sharedRows(buffer, owner, access);
  const [data] = yield* readViews(rows, [view], access);
  return new NdArray(data!, isState ? [state.items, ...view.shape] : view.shape);
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
  if (buffer.role === 'parameter') {
    checkShape(name, view.shape, data.shape);
    const rows = yield* sharedRows(buffer, owner, access);
    yield* writeViews(rows, [view], [data.data], access);
  } else if (isCarried(buffer)) {
    const items = Math.max(1, data.shape[0] ?? 1);
    checkShape(name, [items, ...view.shape], data.shape);
    const state = stateFor(items);
    state.leaveInitial();
    const rows = yield* stateRows(buffer, 1, state, owner, access);
    yield* writeViews(rows, [view], [data.data], access);
  } else {
    throw executableErrors.symbolNotWritable(name, buffer.role);
  }
}

/** The rows of a buffer that runs carry on: of the last `steps` steps, or those of its one value. */
export function* stateRows<Store>(
  buffer: Buffer,
  steps: number,
  state: RunState<Store>,
  owner: StateOwner,
  access: MemoryAccess<Store>,
): Waiting<Rows<Store>> {
  const { interruption } = access;
  if (buffer.steps !== 'one') {
    const slices = yield* state.stepsBefore(buffer, access.keepOf(buffer), owner, interruption);
    return slices.kept(steps);
  }
  const { store, shape } = yield* state.ready(buffer, owner, interruption);
  return { store, row: 0, count: shape.copies, size: shape.size };
}

function* sharedRows<Store>(
  buffer: Buffer,
  { tables }: StateOwner,
  { parameters, interruption }: MemoryAccess<Store>,
): Waiting<Rows<Store>> {
  const { store, shape } = yield* parameters.ready(buffer, tables, interruption);
  return { store, row: 0, count: 1, size: shape.size };
}

/** What a view shows of a constant. */
function numbersOf<Store>({ buffer, view, owner }: NamedView, { allocate }: MemoryAccess<Store>): FloatArray {
  const contents = contentsOf(buffer, owner.tables);
  const offsets = offsetsOf(view);
  const numbers = allocate(offsets.length);
  offsets.forEach((offset, element) => {
    numbers[element] = typeof contents === 'number' ? contents : (contents as FloatArray)[offset]!;
  });
  return numbers;
}

function checkShape(symbol: string, expected: readonly number[], actual: readonly number[]): void {
  const same = expected.length === actual.length && expected.every((length, axis) => length === actual[axis]);
  if (!same) throw executableErrors.symbolShape(symbol, expected, actual);
}
