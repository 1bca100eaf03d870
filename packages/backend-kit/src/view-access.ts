/** @file Reads and writes what views show of rows, for callers outside of programs. */
import type { Interruption } from '@ndl/core';
import { offsetsOf, type View } from '@ndl/ir';
import type { FloatArray } from '@ndl/numerics';
import type { Memory } from './engine.ts';
import type { Rows } from './row-transfers.ts';
import { waitFor, type Waiting } from './waiting.ts';

/** Numbers that are moved at once. */
const PIECE = 2 ** 21;

/** How rows are looked at: the memory, how arrays of its dtype are made, and where the call may be interrupted. */
export interface RowAccess<Store> {
  readonly memory: Memory<Store>;
  readonly interruption: Interruption;
  allocate(length: number): FloatArray;
}

/** For each view what it shows of each row, one row after another. */
export function* readViews<Store>(
  rows: Rows<Store>,
  views: readonly View[],
  { memory, interruption, allocate }: RowAccess<Store>,
): Waiting<readonly FloatArray[]> {
  const offsets = views.map((view) => offsetsOf(view));
  const shown = offsets.map(({ length }) => allocate(rows.count * length));
  for (const { first, count } of piecesOf(rows)) {
    const contents = allocate(count * rows.size);
    yield* waitFor(memory.read(rows.store, rows.row + first, contents));
    offsets.forEach((own, view) => {
      for (let row = 0, to = first * own.length; row < count; row++)
        for (let k = 0; k < own.length; k++) shown[view]![to++] = contents[row * rows.size + own[k]!]!;
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
  const offsets = views.map((view) => offsetsOf(view));
  for (const { first, count } of piecesOf(rows)) {
    const contents = allocate(count * rows.size);
    yield* waitFor(memory.read(rows.store, rows.row + first, contents));
    offsets.forEach((own, view) => {
      for (let row = 0, from = first * own.length; row < count; row++)
        for (let k = 0; k < own.length; k++) contents[row * rows.size + own[k]!] = data[view]![from++]!;
    });
    memory.write(rows.store, rows.row + first, contents);
    yield* waitFor(interruption.turn());
  }
}

function* piecesOf<Store>({ count, size }: Rows<Store>): Generator<{ readonly first: number; readonly count: number }> {
  const piece = Math.max(1, Math.floor(PIECE / Math.max(1, size)));
  for (let first = 0; first < count; first += piece) yield { first, count: Math.min(piece, count - first) };
}
