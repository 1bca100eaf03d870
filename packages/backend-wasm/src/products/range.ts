/** @file `Range`: the piece of memory that axes lead through, whose numbers are listed together. */
import type { LoopAxis } from '../views/space.ts';

/** Bytes from its beginning to where it is walked from, and how many numbers it has. */
export interface Range {
  readonly before: number;
  readonly elements: number;
}

/** Of fewer neighbours it takes longer to find where their list begins than to multiply them. */
export const SHORTEST_RUN = 4;

/** Numbers that are listed together, at most. */
export const MOST_LISTED = 32768;

/** From the first to the last number of a factor that axes lead to. */
export function rangeOf(axes: readonly LoopAxis[], factor: 0 | 1, bytes: number): Range {
  let [first, last] = [0, 0];
  for (const { length, paces } of axes) {
    const pace = paces[factor]!;
    const offsets = typeof pace === 'number' ? [0, (length! - 1) * pace] : pace;
    first += offsets.reduce((least, offset) => Math.min(least, offset), Infinity);
    last += offsets.reduce((most, offset) => Math.max(most, offset), -Infinity);
  }
  return { before: -first, elements: (last - first) / bytes + 1 };
}

/** Positions of axes whose lengths are known. */
export function sizeOf(axes: readonly LoopAxis[]): number {
  return axes.reduce((size, { length }) => size * length!, 1);
}

/** How far it is from position to position of each axis, where positions stand in a row. @param innermost of the last axis */
export function stridesOf(axes: readonly LoopAxis[], innermost: number): readonly number[] {
  return axes.map((_, axis) => sizeOf(axes.slice(axis + 1)) * innermost);
}
