/** @file `Tiling`: how a sum is cut into tiles. */
import type { SectionContext } from '../sections/section-context.ts';
import type { LoopAxis } from '../views/space.ts';
import type { SpreadSum } from './sum.ts';

/** How a sum is cut into tiles. */
export interface Tiling {
  /** Along which targets stand in vectors. */
  readonly vector: LoopAxis | undefined;
  /** Along which rows of vectors stand. */
  readonly rows: LoopAxis | undefined;
  readonly others: readonly LoopAxis[];
  readonly rowsAtOnce: number;
  readonly vectorsAtOnce: number;
}

/** The size of one tile. */
export interface Tile {
  readonly rows: number;
  readonly vectors: number;
  /** Lanes of the last vector that count. */
  readonly lastLanes: number;
}

/** Which targets stand side by side: what is contiguous where that is so, the longest axis else. */
export function tilingOf(context: SectionContext, { kept, factors, isInOrder }: SpreadSum): Tiling {
  if (isInOrder) return { vector: undefined, rows: undefined, others: kept, rowsAtOnce: 1, vectorsAtOnce: 1 };
  const bytes = context.dtype === 'float32' ? 4 : 8;
  const isRegular = ({ length, paces }: LoopAxis): boolean =>
    length !== undefined && paces.every((pace) => typeof pace === 'number' && pace >= 0);
  const isAligned = ({ paces }: LoopAxis): boolean =>
    paces.at(-1) === bytes && paces.every((pace) => pace === 0 || pace === bytes);
  const byLength = (a: LoopAxis, b: LoopAxis): number => b.length! - a.length!;
  const regular = kept.filter(isRegular).sort(byLength);
  const vector =
    regular.find((axis) => isAligned(axis) && axis.length! >= 16 / bytes) ?? regular.find(isAligned) ?? regular[0];
  const contiguous = factors.map((_, index) => vector?.paces[index] !== 0);
  // Rows share what stands in vectors.
  const canBeRows = (axis: LoopAxis): boolean =>
    axis !== vector &&
    axis.paces.every((pace) => typeof pace === 'number' && pace >= 0) &&
    factors.length === 2 &&
    contiguous[0] !== contiguous[1] &&
    axis.paces[contiguous[0] ? 0 : 1] === 0;
  const rows = kept.filter(canBeRows).sort((a, b) => (b.length ?? Infinity) - (a.length ?? Infinity))[0];
  const others = kept.filter((axis) => axis !== vector && axis !== rows);
  const isGathered = vector !== undefined && !isAligned(vector);
  const vectors = isGathered ? 2 : rows === undefined ? 8 : 4;
  return { vector, rows, others, rowsAtOnce: 2, vectorsAtOnce: vectors };
}
