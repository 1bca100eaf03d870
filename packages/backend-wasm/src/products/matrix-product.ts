/**
 * @file `MatrixProduct`: a product with a factor that seldom changes - a matrix of parameters or constants -, by rows of the other factor,
 * and how a sum is recognized as one.
 */
import { isFed, isOftenZero } from './often-zero.ts';
import type { SectionContext } from '../sections/section-context.ts';
import type { Access } from '../views/access.ts';
import type { LoopAxis } from '../views/space.ts';
import type { SpreadSum } from './sum.ts';

/** A product of this class. */
export interface MatrixProduct {
  readonly sum: SpreadSum;
  /** Position of the factor that is packed, and of the other one. */
  readonly matrix: 0 | 1;
  readonly rows: 0 | 1;
  readonly columns: LoopAxis;
  /** Axes of the target and of both factors. */
  readonly groups: readonly LoopAxis[];
  /** Axes along which the matrix is the same. The last one is walked in blocks. */
  readonly outer: readonly LoopAxis[];
  readonly block: LoopAxis | undefined;
  readonly terms: readonly LoopAxis[];
  readonly depth: number;
  /** Bytes from term to term of a row; where these are not all the same, as in windows of an image, rows are gathered first. */
  readonly termPace: number;
  readonly isGathered: boolean;
  /** Bytes from row to row of a block. */
  readonly rowPace: number;
  /** Whether columns stand apart in the target: then they are written in a row first. */
  readonly isScattered: boolean;
  /** Bytes from row to row of what is written. */
  readonly targetPace: number;
  readonly width: number;
  /** Bytes of a strip of a packed panel: of all of it, or of a part that two rows go through by themselves. */
  readonly strip: number;
}

/** Bytes of a strip that two rows go through: four vectors. */
export const STRIP = 64;

/** Fewer multiplications are not worth it. */
const FEWEST = 256;

/** Most terms of a row whose elements are listed. */
export const LONGEST_LIST = 16384;

/** The product as one with a packed factor; undefined where it is none. */
export function asMatrixProduct(context: SectionContext, sum: SpreadSum): MatrixProduct | undefined {
  if (sum.factors.length !== 2 || sum.isInOrder || sum.isGreatest) return undefined;
  for (const matrix of [0, 1] as const) {
    const found = withMatrix(context, sum, matrix);
    if (found !== undefined) return found;
  }
  return undefined;
}

function withMatrix(context: SectionContext, sum: SpreadSum, matrix: 0 | 1): MatrixProduct | undefined {
  const { factors, kept, summed, skipsZeros } = sum;
  const rows = (1 - matrix) as 0 | 1;
  const access = factors[matrix]!;
  // Zeros of the matrix that are to be left out are no matter of rows.
  if (!isLasting(context, access) || (skipsZeros && matrix === 0)) return undefined;
  const bytes = context.dtype === 'float32' ? 4 : 8;
  const isForward = ({ paces }: LoopAxis): boolean => paces.every((pace) => typeof pace === 'number' && pace >= 0);
  const numbered = (axis: LoopAxis, index: number): number => axis.paces[index] as number;
  if (![...kept, ...summed].every(isForward) || summed.length === 0) return undefined;
  if (summed.some((axis) => numbered(axis, matrix) === 0 || axis.length === undefined)) return undefined;
  const ofMatrix = kept.filter(
    (axis) => numbered(axis, rows) === 0 && numbered(axis, 2) > 0 && axis.length !== undefined,
  );
  const columns =
    ofMatrix.find((axis) => numbered(axis, 2) === bytes) ?? ofMatrix.find((axis) => numbered(axis, matrix) > 0);
  if (columns?.length === undefined) return undefined;
  const others = kept.filter((axis) => axis !== columns);
  const groups = others.filter((axis) => numbered(axis, matrix) !== 0);
  if (groups.some(({ length }) => length === undefined)) return undefined;
  const outer = others.filter((axis) => numbered(axis, matrix) === 0);
  const depth = summed.reduce((size, { length }) => size * length!, 1);
  if (skipsZeros && depth > LONGEST_LIST) return undefined;
  if (columns.length * depth < FEWEST || columns.length < STRIP / bytes / 4) return undefined;
  const isSingle = outer.every(({ length }) => length === 1);
  const isGathered = !isChain(summed, rows);
  const isScattered = numbered(columns, 2) !== bytes;
  const mayBeListed = skipsZeros || isOftenZero(context.shared.frame.program, factors[rows]!.view.buffer);
  // Windows as they stand are what tiles are for.
  if (isGathered && !isScattered && !mayBeListed) return undefined;
  if (isGathered && depth > LONGEST_LIST) return undefined;
  const block = outer.at(-1);
  const isWide = (isSingle || mayBeListed) && columns.length * bytes >= 2 * STRIP;
  const width = ((isWide ? 2 : 1) * STRIP) / bytes;
  // Of what is fed nobody knows whether rows will be listed, one by one, or taken two by two.
  const isCut = isWide && !isSingle && isFed(context.shared.frame.program, factors[rows]!.view.buffer);
  return {
    sum,
    matrix,
    rows,
    columns,
    groups,
    outer: outer.slice(0, -1),
    block,
    terms: summed,
    depth,
    termPace: isGathered ? bytes : numbered(summed.at(-1)!, rows),
    isGathered,
    rowPace: isGathered ? depth * bytes : block === undefined ? 0 : numbered(block, rows),
    isScattered,
    targetPace: isScattered ? columns.length * bytes : block === undefined ? 0 : numbered(block, 2),
    width,
    strip: isWide && !isCut ? 2 * STRIP : STRIP,
  };
}

/** Whether the terms of a row stand at one distance. */
function isChain(summed: readonly LoopAxis[], rows: 0 | 1): boolean {
  let reach = summed.at(-1)!.paces[rows] as number;
  return summed.toReversed().every(({ length, paces }) => {
    const isNext = paces[rows] === reach;
    reach *= length!;
    return isNext;
  });
}

/** Whether a factor is the same for all items, and the section does not write it: updates are sections of their own. */
export function isLasting(context: SectionContext, { view, hasItems, slot }: Access): boolean {
  const { role } = context.shared.frame.place(view.buffer).buffer;
  const isUnchanging = role === 'constant' || (role === 'parameter' && !context.writes(view.buffer));
  return isUnchanging && !hasItems && slot === undefined;
}
