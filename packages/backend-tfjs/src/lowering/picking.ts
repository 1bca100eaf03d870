/** @file Which elements of which tensors make up a value: the gathers that views come down to. */

/** What a value takes from one source. */
export interface Piece {
  /** Index of the source. */
  readonly source: number;
  /** Positions within the source … */
  readonly from: Int32Array;
  /** … and within the value. */
  readonly to: Int32Array;
  /** Whether both ascend by one. */
  readonly isRun: boolean;
}

/** How a value of `length` elements is picked from sources; one piece per source that it takes anything of. */
export interface Picking {
  readonly length: number;
  readonly pieces: readonly Piece[];
}

export function makePiece(source: number, from: ArrayLike<number>, to: ArrayLike<number>): Piece {
  return pieceOf(source, new Int32Array(from), new Int32Array(to));
}

/** A piece that keeps the arrays. */
function pieceOf(source: number, from: Int32Array, to: Int32Array): Piece {
  return { source, from, to, isRun: ascendsByOne(from) && ascendsByOne(to) };
}

function emptyPart(count: number): { readonly from: Int32Array; readonly to: Int32Array; filled: number } {
  return { from: new Int32Array(count), to: new Int32Array(count), filled: 0 };
}

/** A value whose elements come, one by one, from `source[k]` at `position[k]`. */
export function makePicking(source: ArrayLike<number>, position: ArrayLike<number>): Picking {
  const { length } = source;
  const counts = new Map<number, number>();
  for (let k = 0; k < length; k++) counts.set(source[k]!, (counts.get(source[k]!) ?? 0) + 1);
  const parts = new Map([...counts].map(([index, count]) => [index, emptyPart(count)]));
  for (let k = 0; k < length; k++) {
    const part = parts.get(source[k]!)!;
    part.from[part.filled] = position[k]!;
    part.to[part.filled++] = k;
  }
  return { length, pieces: [...parts].map(([index, { from, to }]) => pieceOf(index, from, to)) };
}

/** A value that takes element `positions[k]` of a single source. */
export function pickFromOne(positions: Int32Array): Picking {
  const places = Int32Array.from(positions, (_, index) => index);
  const pieces = positions.length === 0 ? [] : [pieceOf(0, positions, places)];
  return { length: positions.length, pieces };
}

/** Whether the value is the source of this many elements itself. */
export function isIdentity({ length, pieces }: Picking, sourceLength: number): boolean {
  return pieces.length === 1 && pieces[0]!.isRun && length === sourceLength && pieces[0]!.from.length === length;
}

function ascendsByOne(positions: Int32Array): boolean {
  for (let k = 1; k < positions.length; k++) if (positions[k] !== positions[k - 1]! + 1) return false;
  return true;
}
