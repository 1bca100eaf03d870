/** @file Reads and writes what a view shows of rows, for callers outside of programs. */
import type { Interruption } from '@ndl/core';
import { type Buffer, isWhole, offsetsOf, type View } from '@ndl/ir';
import type { FloatArray } from '@ndl/numerics';
import type { Memory } from './engine.ts';
import type { Rows } from './row-transfers.ts';
import { waitFor, type Waiting } from './waiting.ts';

/** Numbers that are moved at once. */
const PIECE = 2 ** 21;

/** Makes an array of a memory's dtype. */
export type Allocate = (length: number) => FloatArray;

/** What the view shows of each row, one after another. */
export function* readView<Store>(
  memory: Memory<Store>,
  rows: Rows<Store>,
  view: View,
  allocate: Allocate,
  interruption: Interruption,
): Waiting<FloatArray> {
  const offsets = offsetsOf(view);
  const shown = allocate(rows.count * offsets.length);
  for (const piece of piecesOf(rows)) {
    const contents = allocate(piece.count * rows.size);
    yield* waitFor(memory.read(rows.store, rows.row + piece.first, contents));
    for (let row = 0, to = piece.first * offsets.length; row < piece.count; row++) {
      for (let element = 0; element < offsets.length; element++)
        shown[to++] = contents[row * rows.size + offsets[element]!]!;
    }
    yield* waitFor(interruption.point());
  }
  return shown;
}

/** Replaces what the view shows of each row; `data` is as `readView` gives it. */
export function* writeView<Store>(
  memory: Memory<Store>,
  rows: Rows<Store>,
  view: View,
  buffer: Buffer,
  data: FloatArray,
  allocate: Allocate,
  interruption: Interruption,
): Waiting {
  const offsets = offsetsOf(view);
  const replacesAll = isWhole(view, buffer);
  for (const piece of piecesOf(rows)) {
    const contents = allocate(piece.count * rows.size);
    if (!replacesAll) yield* waitFor(memory.read(rows.store, rows.row + piece.first, contents));
    for (let row = 0, from = piece.first * offsets.length; row < piece.count; row++) {
      for (let element = 0; element < offsets.length; element++)
        contents[row * rows.size + offsets[element]!] = data[from++]!;
    }
    memory.write(rows.store, rows.row + piece.first, contents);
    yield* waitFor(interruption.point());
  }
}

function* piecesOf<Store>({ count, size }: Rows<Store>): Generator<{ readonly first: number; readonly count: number }> {
  const piece = Math.max(1, Math.floor(PIECE / Math.max(1, size)));
  for (let first = 0; first < count; first += piece) yield { first, count: Math.min(piece, count - first) };
}
