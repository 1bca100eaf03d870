/** @file How large an array may be: what is larger is refused where it is asked for, not where memory ends. */
import { sizeOf } from '@ndl/numerics';
import { tooLarge } from '../errors.ts';

/** Numbers in one array: 4 GiB in float64, which is the most that every engine allows. */
const LARGEST_ARRAY: number = 2 ** 29;

/** Refuses an array of these sizes if it would be too large; `count` as in "too many neurons". @throws NdlError TOO_LARGE */
export function requireRoomFor(sizes: readonly number[], where: string, count: string): void {
  const total = sizeOf(sizes);
  if (total > LARGEST_ARRAY) throw tooLarge(where, count, sizes, LARGEST_ARRAY);
}
