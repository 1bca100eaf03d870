/** @file Sine and cosine of small angles, in pairs, by their series. */
import { divide, multiply, ONE, pairOf, subtract, type Pair } from './double-double.ts';

/** Terms of Taylor's series that are summed in pairs, and all of them. */
const PAIRED_TERMS = 6;
const TERMS = 13;

/** Σ (-z)ⁿ / ((first + 1)(first + 2) … (first + 2n)): with z = r², cos r for first = 0, and sin r / r for first = 1. */
function alternating(z: Pair, first: 0 | 1): Pair {
  let tail = 1;
  for (let n = TERMS; n >= PAIRED_TERMS; n--) tail = 1 - (tail * z.high) / divisor(n, first);
  let sum = pairOf(tail);
  for (let n = PAIRED_TERMS - 1; n > 0; n--) {
    sum = subtract(ONE, divide(multiply(sum, z), pairOf(divisor(n, first))));
  }
  return sum;
}

function divisor(n: number, first: 0 | 1): number {
  return (2 * n - 1 + first) * (2 * n + first);
}

/** sin r for |r| up to about π/4, within 2^-80 of it. */
export function sineOf(r: Pair): Pair {
  return multiply(r, alternating(multiply(r, r), 1));
}

/** cos r for |r| up to about π/4, within 2^-80 of it. */
export function cosineOf(r: Pair): Pair {
  return alternating(multiply(r, r), 0);
}
