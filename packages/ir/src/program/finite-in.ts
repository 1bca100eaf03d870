/** @file Which numbers a dtype can hold: what is finite in double precision may be infinite in float32. */
import type { Dtype } from './program.ts';

/**
 * The smallest magnitude that becomes infinite. In float32 that is the midpoint of its largest number, 2^128 - 2^104, and 2^128:
 * there rounding to even goes up.
 */
const FIRST_INFINITE: Readonly<Record<Dtype, number>> = { float32: 2 ** 128 - 2 ** 103, float64: Infinity };

/** Whether a value is a number, finite once it is rounded to a dtype. */
export function isFiniteIn(dtype: Dtype, value: unknown): boolean {
  return typeof value === 'number' && Math.abs(value) < FIRST_INFINITE[dtype];
}

/** Whether a number other than 0 has no reciprocal in a dtype: it is 0 there, or nearly. */
export function isTooSmallIn(dtype: Dtype, value: number): boolean {
  return value !== 0 && Math.abs(1 / value) >= FIRST_INFINITE[dtype];
}

/** The first of some numbers that a dtype cannot hold; undefined where there is none. */
export function firstInfiniteIn(dtype: Dtype, values: ArrayLike<number>): number | undefined {
  const at = indexOfInfiniteIn(dtype, values);
  return at === undefined ? undefined : values[at]!;
}

/** The place of the first such number. */
export function indexOfInfiniteIn(dtype: Dtype, values: ArrayLike<number>): number | undefined {
  if (values instanceof Float32Array && areFinite(values)) return undefined;
  const limit = FIRST_INFINITE[dtype];
  for (let index = 0; index < values.length; index++) if (!(Math.abs(values[index]!) < limit)) return index;
  return undefined;
}

/** Nothing but infinities and NaN has an exponent of ones, which one more in the last of its bits lets reach the sign. Four are looked at in turn. */
function areFinite(values: Float32Array): boolean {
  const bits = new Int32Array(values.buffer, values.byteOffset, values.length);
  let [a, b, c, d] = [0, 0, 0, 0];
  let index = 0;
  for (const end = bits.length - 3; index < end; index += 4) {
    a |= (bits[index]! & MAGNITUDE) + LAST_OF_EXPONENT;
    b |= (bits[index + 1]! & MAGNITUDE) + LAST_OF_EXPONENT;
    c |= (bits[index + 2]! & MAGNITUDE) + LAST_OF_EXPONENT;
    d |= (bits[index + 3]! & MAGNITUDE) + LAST_OF_EXPONENT;
  }
  for (; index < bits.length; index++) a |= (bits[index]! & MAGNITUDE) + LAST_OF_EXPONENT;
  return (a | b | c | d) >= 0;
}

const MAGNITUDE = 0x7fffffff;
const LAST_OF_EXPONENT = 0x00800000;

/** What is wrong with such a number, to follow what holds it, and what to do. */
export function describeInfinite(dtype: Dtype, value: number): string {
  if (isTooSmallIn(dtype, value)) {
    const fix = dtype === 'float32' ? ", or simulate with the setting dtype: 'float64'" : '';
    return `${value}, and one over that is infinite in ${dtype}: scale it up${fix}`;
  }
  return Number.isFinite(value)
    ? `${value}, which is infinite in ${dtype}: scale it down, or simulate with the setting dtype: 'float64'`
    : `${value}`;
}
