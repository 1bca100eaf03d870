/** @file Reads and writes what views show of rows, for callers outside of programs. */
import type { Interruption } from '@ndl/core';
import { dropAxes, indicesOf, offsetsOf, type View } from '@ndl/ir';
import { sizeOf, type FloatArray } from '@ndl/numerics';
import type { Memory } from '../engine.ts';
import { readRows, type Rows, writeRows } from './row-transfers.ts';
import { waitFor, type Waiting } from '../calls/waiting.ts';

/** Numbers that are moved at once. */
const PIECE = 2 ** 21;

/** Runs of fewer elements are moved one element after another. */
const SHORT = 16;

/** How rows are looked at: the memory, how arrays of its dtype are made, and where the call may be interrupted. */
export interface RowAccess<Store> {
  readonly memory: Memory<Store>;
  readonly interruption: Interruption;
  allocate(length: number): FloatArray;
}

/** The elements of a view as runs of neighbours, all of one length, in row-major order. */
interface Runs {
  readonly starts: ArrayLike<number>;
  readonly length: number;
  /** Elements of all runs. */
  readonly size: number;
}

/** For each view what it shows of each row, one row after another. */
export function* readViews<Store>(
  rows: Rows<Store>,
  views: readonly View[],
  { memory, interruption, allocate }: RowAccess<Store>,
): Waiting<readonly FloatArray[]> {
  const runs = views.map(runsOf);
  const shown = runs.map(({ size }) => allocate(rows.count * size));
  if (isWhole(runs, rows)) {
    yield* readRows(memory, rows, shown[0]!, interruption);
    return shown;
  }
  for (const { first, count } of piecesOf(rows)) {
    const contents = allocate(count * rows.size);
    yield* waitFor(memory.read(rows.store, rows.row + first, contents));
    runs.forEach((own, view) => {
      for (let row = 0; row < count; row++)
        gather(contents, row * rows.size, own, shown[view]!, (first + row) * own.size);
    });
    yield* waitFor(interruption.point());
  }
  return shown;
}

/** Replaces what each view shows of each row; `data` is as `readViews` gives it. */
export function* writeViews<Store>(
  rows: Rows<Store>,
  views: readonly View[],
  data: readonly FloatArray[],
  { memory, interruption, allocate }: RowAccess<Store>,
): Waiting {
  const runs = views.map(runsOf);
  if (isWhole(runs, rows)) {
    yield* writeRows(memory, rows, data[0]!, { point: () => interruption.turn() });
    return;
  }
  for (const { first, count } of piecesOf(rows)) {
    const contents = allocate(count * rows.size);
    yield* waitFor(memory.read(rows.store, rows.row + first, contents));
    runs.forEach((own, view) => {
      for (let row = 0; row < count; row++)
        scatter(data[view]!, (first + row) * own.size, own, contents, row * rows.size);
    });
    memory.write(rows.store, rows.row + first, contents);
    yield* waitFor(interruption.turn());
  }
}

/** The last axes of a view, as long as its elements are neighbours, are one run. */
function runsOf(view: View): Runs {
  let [axis, length] = [view.shape.length, 1];
  while (axis > 0) {
    const along = view.shape[axis - 1]!;
    if (indicesOf(view, axis - 1) !== undefined || (along !== 1 && view.strides[axis - 1] !== length)) break;
    length *= along;
    axis -= 1;
  }
  const size = sizeOf(view.shape);
  if (size === 0) return { starts: [], length: 0, size };
  const inner = [...view.shape.keys()].slice(axis);
  return { starts: offsetsOf(dropAxes(view, inner)), length, size };
}

/** Whether one view shows rows as they are. */
function isWhole<Store>([only, ...others]: readonly Runs[], { size }: Rows<Store>): boolean {
  return others.length === 0 && only?.length === size && only.starts.length === 1 && only.starts[0] === 0;
}

/** Writes the elements that runs show of a row, one after another, into `to`. */
function gather(from: FloatArray, row: number, { starts, length }: Runs, to: FloatArray, position: number): void {
  let next = position;
  for (let run = 0; run < starts.length; run++) {
    const start = row + starts[run]!;
    if (length >= SHORT) to.set(from.subarray(start, start + length), next);
    else for (let element = 0; element < length; element++) to[next + element] = from[start + element]!;
    next += length;
  }
}

/** The other way. */
function scatter(from: FloatArray, position: number, { starts, length }: Runs, to: FloatArray, row: number): void {
  let next = position;
  for (let run = 0; run < starts.length; run++) {
    const start = row + starts[run]!;
    if (length >= SHORT) to.set(from.subarray(next, next + length), start);
    else for (let element = 0; element < length; element++) to[start + element] = from[next + element]!;
    next += length;
  }
}

function* piecesOf<Store>({ count, size }: Rows<Store>): Generator<{ readonly first: number; readonly count: number }> {
  const piece = Math.max(1, Math.floor(PIECE / Math.max(1, size)));
  for (let first = 0; first < count; first += piece) yield { first, count: Math.min(piece, count - first) };
}
