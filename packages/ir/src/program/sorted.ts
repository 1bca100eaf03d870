/** @file Looking things up in sorted lists. */

/** Index of the last of sorted numbers that is at most `limit`; -1 where none is. */
export function lastAtMost(sorted: ArrayLike<number>, limit: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
