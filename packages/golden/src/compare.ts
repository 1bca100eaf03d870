/** @file How far two arrays are apart, by the measure of the golden data. */

/** max |got - expected| / max(max |expected|, 1e-12); infinite where sizes differ or anything is not a number. */
export function relativeError(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (got.length !== expected.length) return Infinity;
  let difference = 0;
  let largest = 1e-12;
  for (let index = 0; index < expected.length; index++) {
    const distance = Math.abs(got[index]! - expected[index]!);
    if (Number.isNaN(distance)) return Infinity;
    difference = Math.max(difference, distance);
    largest = Math.max(largest, Math.abs(expected[index]!));
  }
  return difference / largest;
}

/** Root mean square of the differences, relative to that of `expected`. */
export function relativeRootMeanSquare(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (got.length !== expected.length) return Infinity;
  let difference = 0;
  let size = 1e-24;
  for (let index = 0; index < expected.length; index++) {
    difference += (got[index]! - expected[index]!) ** 2;
    size += expected[index]! ** 2;
  }
  return Math.sqrt(difference / size);
}

/** All numbers of nested lists, in row-major order. */
export function flatten(nested: unknown): number[] {
  return typeof nested === 'number' ? [nested] : (nested as readonly unknown[]).flatMap(flatten);
}
