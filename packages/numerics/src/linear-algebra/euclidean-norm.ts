/** @file The length of vectors of any size. */

/**
 * The Euclidean norm √Σx² of `length` elements from `start` on, by default of all. The elements are scaled by the
 * largest, so that no square overflows or vanishes, and added up with Kahan's compensation. Infinite where an element
 * is, else NaN where one is. (`Math.hypot(...vector)` fails for vectors of some 100 000 elements.)
 */
export function euclideanNorm(vector: ArrayLike<number>, start = 0, length: number = vector.length - start): number {
  let largest = 0;
  let isNaNPresent = false;
  for (let index = start; index < start + length; index++) {
    const size = Math.abs(vector[index]!);
    if (size > largest) largest = size;
    else if (Number.isNaN(size)) isNaNPresent = true;
  }
  if (largest === Infinity) return Infinity;
  if (isNaNPresent) return NaN;
  if (largest === 0) return 0;
  let sum = 0;
  let lost = 0;
  for (let index = start; index < start + length; index++) {
    const ratio = vector[index]! / largest;
    const term = ratio * ratio - lost;
    const next = sum + term;
    lost = next - sum - term;
    sum = next;
  }
  return Math.sqrt(sum) * largest;
}
