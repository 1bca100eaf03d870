/**
 * @file `WindowGradient`: a product that is summed over positions of an image, `target[n][k] = Σ a[row][n] · b[row][k]`, as gradients of the
 * kernels of convolutions are: rows of windows, whose numbers stand apart in memory, one of which is mostly zeros; and how a sum is
 * recognized as one.
 */
import type { SectionContext } from '../sections/section-context.ts';
import type { Pace } from '../views/access.ts';
import type { LoopAxis } from '../views/space.ts';
import { isOftenZero } from './often-zero.ts';
import { MOST_LISTED, type Range, rangeOf, SHORTEST_RUN, sizeOf } from './range.ts';
import type { SpreadSum } from './sum.ts';
import { isFromZero } from './sums-from-zero.ts';

/** One factor, and the axes of the target that are its own: its columns. */
interface WindowSide {
  /** Of the sum's factors. */
  readonly factor: 0 | 1;
  /** Columns are runs of neighbours, around which other axes lead. */
  readonly run: LoopAxis;
  readonly around: readonly LoopAxis[];
  readonly columns: number;
}

export interface WindowGradient {
  readonly sum: SpreadSum;
  /** Axes of the target and of both factors. */
  readonly groups: readonly LoopAxis[];
  /** Rows, in the order of the law: `outer` ones are taken one after another, of `rows` the numbers are listed together. */
  readonly outer: readonly LoopAxis[];
  readonly rows: readonly LoopAxis[];
  /** What is mostly zeros, and the range of memory that it spans in these rows. */
  readonly listed: WindowSide;
  readonly listedRange: Range;
  /** Whether rows of that are copied, so that their numbers stand side by side: then the range is that of the copies. */
  readonly isGathered: boolean;
  readonly other: WindowSide;
  readonly otherRange: Range;
}

/** Fewer columns of the other factor, and fewer multiplications for each row, are not worth it. */
const [FEWEST_OTHER, FEWEST] = [4, 256];

/** Rows that are summed, so that it takes little to bring the sums into place. */
const FEWEST_ROWS = 16;

/** Columns of the other factor where rows have to be copied first. */
const FEWEST_OF_COPIES = 16;

/** Bytes of sums: more do not stay in a cache. */
const MOST_SUMS = 2 ** 20;

/** The sum as such a product; undefined where it is none. */
export function asWindowGradient(context: SectionContext, sum: SpreadSum): WindowGradient | undefined {
  const { factors, kept, summed, isInOrder, isGreatest, skipsZeros } = sum;
  if (factors.length !== 2 || isInOrder || isGreatest) return undefined;
  if ([...kept, ...summed].some(({ length }) => length === 0) || kept.some(({ kind }) => kind !== 'own'))
    return undefined;
  // Of rows that are items and steps alone, gradients of matrices take care.
  if (!summed.some(({ kind }) => kind === 'own')) return undefined;
  if (sizeOf(summed.filter(({ length }) => length !== undefined)) < FEWEST_ROWS) return undefined;
  if (!skipsZeros && !isFromZero(context, sum)) return undefined;
  const { program } = context.shared.frame;
  // Of an adjoint, the second factor is what the product was of: spikes are fewer than neurons that have a gradient.
  for (const factor of skipsZeros ? ([0] as const) : ([1, 0] as const)) {
    if (!skipsZeros && !isOftenZero(program, factors[factor]!.view.buffer)) continue;
    const found = listing(context, sum, factor);
    if (found !== undefined) return found;
  }
  return undefined;
}

function listing(context: SectionContext, sum: SpreadSum, factor: 0 | 1): WindowGradient | undefined {
  const { kept, summed } = sum;
  const bytes = context.dtype === 'float32' ? 4 : 8;
  const theOther = (1 - factor) as 0 | 1;
  const isOf = ({ paces }: LoopAxis, which: 0 | 1): boolean => paces[which] !== 0;
  if (kept.some((axis) => !isOf(axis, 0) && !isOf(axis, 1))) return undefined;
  const groups = kept.filter((axis) => isOf(axis, 0) && isOf(axis, 1));
  const sideOf = (which: 0 | 1): WindowSide | undefined => {
    const own = kept.filter((axis) => isOf(axis, which) && !groups.includes(axis));
    const run = own.find(({ paces }) => paces[which] === bytes) ?? own.findLast(({ paces }) => isNumber(paces[which]!));
    return run && { factor: which, run, around: own.filter((axis) => axis !== run), columns: sizeOf(own) };
  };
  const [listed, other] = [sideOf(factor), sideOf(theOther)];
  if (listed === undefined || other === undefined) return undefined;
  if (other.columns < FEWEST_OTHER || listed.columns * other.columns < FEWEST) return undefined;
  if (sizeOf(groups) * listed.columns * other.columns * bytes > MOST_SUMS) return undefined;
  const isRun = listed.run.paces[factor] === bytes && listed.run.length! >= SHORTEST_RUN;
  const columnsOf = ({ run, around }: WindowSide): readonly LoopAxis[] => [...around, run];
  // Rows that overlap are listed as they stand.
  for (let first = 0; first < summed.length; first++) {
    const rows = summed.slice(first);
    // One image is full, the next one nearly empty: each is looked at by itself.
    if (rows.some(({ kind }) => kind !== 'own')) continue;
    const elements = sizeOf(rows) * listed.columns;
    const range = rangeOf([...rows, ...columnsOf(listed)], factor, bytes);
    const isAsItStands = isRun && range.elements <= elements;
    if (!isAsItStands && other.columns < FEWEST_OF_COPIES) continue;
    const listedRange = isAsItStands ? range : { before: 0, elements };
    if (listedRange.elements > MOST_LISTED) continue;
    const outer = summed.slice(0, first);
    const otherRange = rangeOf([...rows, ...columnsOf(other)], theOther, bytes);
    return { sum, groups, outer, rows, listed, listedRange, isGathered: !isAsItStands, other, otherRange };
  }
  return undefined;
}

function isNumber(pace: Pace): pace is number {
  return typeof pace === 'number';
}
