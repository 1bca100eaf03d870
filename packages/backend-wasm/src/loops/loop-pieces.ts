/** @file The innermost axis of a loop, or rows that become one, in pieces: so that what is put off for a piece is still in the cache. */
import type { LoopAxis } from '../views/space.ts';
import type { SpreadRows } from './spread-rows.ts';

/** Part of a loop: a row that is walked for each position of the axes around it. */
export interface LoopPiece {
  readonly outer: readonly LoopAxis[];
  readonly row: LoopAxis;
  /** Rows that became this one; 0 where none did. */
  readonly rows: number;
  /** How far behind the first element of an access it begins, in bytes. */
  start(access: number): number;
}

/** A row in pieces of at most so many elements; whole where some of its elements are found by lists. */
export function piecesOfRow(outer: readonly LoopAxis[], row: LoopAxis, most: number): readonly LoopPiece[] {
  const isCut = row.length! > most && row.paces.every((each) => typeof each === 'number');
  return cut(outer, row, isCut ? pieceOf(row.length!, most) : row.length!).map((piece) => ({ ...piece, rows: 0 }));
}

/** Rows that become one, some of them at a time. */
export function piecesOfRows(
  outer: readonly LoopAxis[],
  { rows, row, atOnce, perRow }: SpreadRows,
  elementBytes: number,
): readonly LoopPiece[] {
  const paces = row.paces.map((each, access) => (perRow.includes(access) ? elementBytes : each));
  return cut(outer, rows, atOnce).map((piece) => {
    const count = piece.row.length!;
    return { ...piece, row: { ...row, length: count * row.length!, paces }, rows: count };
  });
}

/** An axis in pieces of a length, and what is left of it. */
function cut(outer: readonly LoopAxis[], axis: LoopAxis, length: number): readonly Omit<LoopPiece, 'rows'>[] {
  const count = Math.floor(axis.length! / length);
  const row = { ...axis, length };
  const further = (access: number, positions: number): number => {
    const pace = axis.paces[access]!;
    return typeof pace === 'number' ? pace * positions : 0;
  };
  const pieces = { ...axis, length: count, paces: axis.paces.map((_, access) => further(access, length)) };
  const whole = { outer: count > 1 ? [...outer, pieces] : outer, row, start: () => 0 };
  const rest = axis.length! - count * length;
  if (rest === 0) return [whole];
  return [whole, { outer, row: { ...axis, length: rest }, start: (access: number) => further(access, count * length) }];
}

/** Elements of a piece: a divisor of the length, if there is one of a good size. */
function pieceOf(length: number, most: number): number {
  for (let piece = most; piece >= most / 4; piece -= 4) if (length % piece === 0) return piece;
  return most;
}
