/** @file Ranges of numbers: for axes, which must have some length, and in the words for those who do not see a picture, which must be true. */

/** The least and the largest of the numbers that are finite; undefined where there are none. */
export function rangeOf(...lists: readonly ArrayLike<number>[]): readonly [number, number] | undefined {
  let [least, most] = [Infinity, -Infinity];
  for (const list of lists) {
    for (let index = 0; index < list.length; index++) {
      const value = list[index]!;
      if (!Number.isFinite(value)) continue;
      if (value < least) least = value;
      if (value > most) most = value;
    }
  }
  return least > most ? undefined : [least, most];
}

const CLOSEST = 0.1;

/** The ends of an axis of numbers: those of the ones that are finite, moved apart where they are one; 0 and 1 where there are none. */
export function extentOf(...lists: readonly ArrayLike<number>[]): readonly [number, number] {
  const [least, most] = rangeOf(...lists) ?? [0, 1];
  if (most - least > Math.abs(most) * 1e-12) return [least, most];
  const room = Math.abs(most) * CLOSEST || 1;
  return [Math.max(least - room, -Number.MAX_VALUE), Math.min(most + room, Number.MAX_VALUE)];
}

/** The mean, even where the sum of finite numbers is none. */
export function meanOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Number.isFinite(mean) || values.length === 0
    ? mean
    : values.reduce((sum, value) => sum + value / values.length, 0);
}

/** A number for people. */
export function shown(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const text = value.toPrecision(3);
  // The largest numbers are not, once rounded up.
  return Number.isFinite(Number(text)) ? String(Number(text)) : text;
}

/** In words, between which ends numbers lie, `from 1 to 2`; undefined where none is finite. */
export function spanOf(...lists: readonly ArrayLike<number>[]): string | undefined {
  const range = rangeOf(...lists);
  return range && `from ${shown(range[0])} to ${shown(range[1])}`;
}
