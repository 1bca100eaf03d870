/** @file Reads and writes what a symbol of a program stands for. */
import { executableErrors } from '@ndl/core';
import { offsetsOf, type Program, type View } from '@ndl/ir';
import { NdArray } from '@ndl/numerics';
import type { ParameterStore } from './parameter-store.ts';
import type { RunState } from './run-state.ts';
import { allocate, createStorage, type Storage } from './storage.ts';
import type { Workspace } from './workspace.ts';

/**
 * A copy of a symbol's contents: [...shape] when shared, [items, ...shape] when batched, with the steps of the last run in
 * front for histories. What no run has touched yet is initial, of one item.
 * @throws NdlError SYMBOL_UNKNOWN
 */
export function readSymbol(
  symbol: string,
  { program, workspace }: { readonly program: Program; readonly workspace?: Workspace },
  state: RunState | undefined,
  parameters: ParameterStore,
): NdArray {
  const view = viewOf(symbol, program);
  const buffer = program.buffers.find(({ id }) => id === view.buffer)!;
  const items = state?.items ?? 1;
  const storageOf = (): Storage => {
    if (buffer.role === 'parameter') return parameters.storageOf(buffer, program.dtype);
    if (buffer.role === 'state' && state !== undefined) return state.storageOf(buffer);
    return workspace?.storageOf(buffer.id) ?? createStorage(buffer, program.dtype, items, 1);
  };
  const { array, itemStride, stepStride } = storageOf();
  const copies = [
    ...(buffer.history ? [{ count: array.length / stepStride, stride: stepStride }] : []),
    ...(buffer.batched ? [{ count: items, stride: itemStride }] : []),
  ];
  const starts = copies.reduce<readonly number[]>(
    (all, { count, stride }) =>
      all.flatMap((start) => Array.from({ length: count }, (_, index) => start + index * stride)),
    [0],
  );
  const offsets = offsetsOf(view);
  const data = allocate(program.dtype, starts.length * offsets.length);
  starts.forEach((start, copy) => {
    offsets.forEach((offset, element) => (data[copy * offsets.length + element] = array[start + offset]!));
  });
  return new NdArray(data, [...copies.map(({ count }) => count), ...view.shape]);
}

/**
 * Replaces the contents of a parameter or of a state.
 * @param stateFor the carried state of a number of items
 * @throws NdlError SYMBOL_UNKNOWN, SYMBOL_NOT_WRITABLE, SHAPE_MISMATCH, STATE_ITEMS_MISMATCH
 */
export function writeSymbol(
  symbol: string,
  data: NdArray,
  program: Program,
  stateFor: (items: number) => RunState,
  parameters: ParameterStore,
): void {
  const view = viewOf(symbol, program);
  const buffer = program.buffers.find(({ id }) => id === view.buffer)!;
  const offsets = offsetsOf(view);
  if (buffer.role === 'parameter') {
    checkShape(symbol, view.shape, data.shape);
    scatter(data, offsets, parameters.storageOf(buffer, program.dtype), 1);
  } else if (buffer.role === 'state') {
    const items = data.shape[0] ?? 1;
    checkShape(symbol, [items, ...view.shape], data.shape);
    const state = stateFor(items);
    scatter(data, offsets, state.storageOf(buffer), items);
    state.touch();
  } else {
    throw executableErrors.symbolNotWritable(symbol, buffer.role);
  }
}

function scatter({ data }: NdArray, offsets: Int32Array, { array, itemStride }: Storage, items: number): void {
  for (let item = 0; item < items; item++) {
    offsets.forEach((offset, element) => (array[item * itemStride + offset] = data[item * offsets.length + element]!));
  }
}

function checkShape(symbol: string, expected: readonly number[], actual: readonly number[]): void {
  const same = expected.length === actual.length && expected.every((length, axis) => length === actual[axis]);
  if (!same) throw executableErrors.symbolShape(symbol, expected, actual);
}

function viewOf(symbol: string, { symbols }: Program): View {
  if (!Object.hasOwn(symbols, symbol)) throw executableErrors.symbolUnknown(symbol, Object.keys(symbols));
  return symbols[symbol]!;
}
