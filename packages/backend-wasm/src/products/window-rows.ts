/**
 * @file `WindowRows`: rows of a product that are windows of an image, whose numbers are listed once however many windows they stand in; and
 * how rows are recognized as such.
 */
import type { LoopAxis } from '../views/space.ts';
import type { MatrixProduct } from './matrix-product.ts';
import { MOST_LISTED, type Range, rangeOf, SHORTEST_RUN, sizeOf } from './range.ts';

export interface WindowRows {
  /** Rows whose numbers are listed together, the outermost axis first; the last one is the block of the product. */
  readonly near: readonly LoopAxis[];
  /** Axes around them. */
  readonly far: readonly LoopAxis[];
  /** The piece of memory in which the near rows stand. */
  readonly range: Range;
}

/** Undefined where terms stand apart one by one, or rows so far apart that it is quicker to look through each. */
export function asWindowRows(
  { rows, outer, block, terms, depth, isGathered, isScattered }: MatrixProduct,
  bytes: number,
): WindowRows | undefined {
  const run = terms.at(-1)!;
  if (!isGathered || isScattered || block === undefined) return undefined;
  if (run.paces[rows] !== bytes || run.length! < SHORTEST_RUN) return undefined;
  const all = [...outer, block];
  for (let first = 0; first < all.length; first++) {
    const near = all.slice(first);
    // One image is full, the next one nearly empty: each is looked at by itself.
    if (near.some(({ kind }) => kind !== 'own')) continue;
    const range = rangeOf([...near, ...terms], rows, bytes);
    if (range.elements > MOST_LISTED || range.elements > sizeOf(near) * depth) continue;
    return { near, far: all.slice(0, first), range };
  }
  return undefined;
}
