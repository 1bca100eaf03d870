/** @file Moving rows in pieces, so that large stores do not hold up the event loop; may be aborted in between. */
import type { Interruption } from '@ndl/core';
import type { FloatArray } from '@ndl/numerics';
import type { Memory } from '../engine.ts';
import { waitFor, type Waiting } from '../calls/waiting.ts';

/** Numbers that are moved at once: some milliseconds of work. */
const PIECE = 2 ** 22;

/** Where a turn is given in between, and an abort may be noticed. */
export type Pause = Pick<Interruption, 'point'>;

/** Rows of a store. */
export interface Rows<Store> {
  readonly store: Store;
  readonly row: number;
  readonly count: number;
  /** Elements of each. */
  readonly size: number;
}

/** Sets rows to a number, or each to the same row. */
export function fillRows<Store>(
  memory: Memory<Store>,
  rows: Rows<Store>,
  contents: number | FloatArray,
  pause: Pause,
): Waiting {
  return inPieces(rows, pause, (first, count) => memory.fill(rows.store, rows.row + first, count, contents));
}

/** Writes rows one after another; `data` holds them all. */
export function writeRows<Store>(memory: Memory<Store>, rows: Rows<Store>, data: FloatArray, pause: Pause): Waiting {
  const { store, row, size } = rows;
  return inPieces(rows, pause, (first, count) =>
    memory.write(store, row + first, data.subarray(first * size, (first + count) * size)),
  );
}

/** Reads rows one after another into `into`. */
export function readRows<Store>(memory: Memory<Store>, rows: Rows<Store>, into: FloatArray, pause: Pause): Waiting {
  const { store, row, size } = rows;
  return inPieces(rows, pause, (first, count) =>
    memory.read(store, row + first, into.subarray(first * size, (first + count) * size)),
  );
}

/** Copies rows between stores. */
export function copyRows<Store>(
  memory: Memory<Store>,
  rows: Rows<Store>,
  to: { readonly store: Store; readonly row: number },
  pause: Pause,
): Waiting {
  return inPieces(rows, pause, (first, count) =>
    memory.copy(rows.store, rows.row + first, to.store, to.row + first, count),
  );
}

/** Few rows are moved at once: what is yielded then is what the move has to wait for, if anything. */
function inPieces<Store>(
  { count, size }: Rows<Store>,
  pause: Pause,
  move: (first: number, count: number) => void | Promise<void>,
): Waiting {
  if (count * size > PIECE) return pieceByPiece(count, Math.max(1, Math.floor(PIECE / size)), pause, move);
  return waitFor(count > 0 ? move(0, count) : undefined);
}

function* pieceByPiece(
  count: number,
  piece: number,
  pause: Pause,
  move: (first: number, count: number) => void | Promise<void>,
): Waiting {
  for (let first = 0; first < count; first += piece) {
    yield* waitFor(move(first, Math.min(piece, count - first)));
    if (first + piece < count) yield* waitFor(pause.point());
  }
}
