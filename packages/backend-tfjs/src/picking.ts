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
  const [origin, place] = [Int32Array.from(from), Int32Array.from(to)];
  return { source, from: origin, to: place, isRun: ascendsByOne(origin) && ascendsByOne(place) };
}

/** A value whose elements come, one by one, from `source[k]` at `position[k]`. */
export function makePicking(source: ArrayLike<number>, position: ArrayLike<number>): Picking {
  const bySource = new Map<number, { from: number[]; to: number[] }>();
  for (let k = 0; k < source.length; k++) {
    const lists = bySource.get(source[k]!) ?? { from: [], to: [] };
    bySource.set(source[k]!, lists);
    lists.from.push(position[k]!);
    lists.to.push(k);
  }
  return { length: source.length, pieces: [...bySource].map(([index, { from, to }]) => makePiece(index, from, to)) };
}

/** A value that takes element `positions[k]` of a single source. */
export function pickFromOne(positions: Int32Array): Picking {
  return makePicking(new Int32Array(positions.length), positions);
}

/** Whether the value is the source of this many elements itself. */
export function isIdentity({ length, pieces }: Picking, sourceLength: number): boolean {
  return pieces.length === 1 && pieces[0]!.isRun && length === sourceLength && pieces[0]!.from.length === length;
}

function ascendsByOne(positions: Int32Array): boolean {
  for (let k = 1; k < positions.length; k++) if (positions[k] !== positions[k - 1]! + 1) return false;
  return true;
}
