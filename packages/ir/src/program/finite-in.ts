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

const ZERO = 0;

/** Numbers that are looked at together, and one by one only where one of them is not finite. */
const LOOK = 1024;

/** The first of some numbers that a dtype cannot hold; undefined where there is none. */
export function firstInfiniteIn(dtype: Dtype, values: ArrayLike<number>): number | undefined {
  const at = indexOfInfiniteIn(dtype, values);
  return at === undefined ? undefined : values[at]!;
}

/** The place of the first such number. */
export function indexOfInfiniteIn(dtype: Dtype, values: ArrayLike<number>): number | undefined {
  const limit = FIRST_INFINITE[dtype];
  for (let from = 0; from < values.length; from += LOOK) {
    const end = Math.min(values.length, from + LOOK);
    if (areFinite(values, from, end, dtype)) continue;
    for (let index = from; index < end; index++) if (!(Math.abs(values[index]!) < limit)) return index;
  }
  return undefined;
}

/** Whether numbers are finite once they are rounded. Each kind of array has a loop of its own, which engines compile for it alone. */
function areFinite(values: ArrayLike<number>, from: number, end: number, dtype: Dtype): boolean {
  if (values instanceof Float32Array)
    return areFiniteBits(new Int32Array(values.buffer, values.byteOffset, values.length), from, end);
  if (values instanceof Float64Array && dtype === 'float64') return areFiniteDoubles(values, from, end);
  const limit = FIRST_INFINITE[dtype];
  for (let index = from; index < end; index++) if (!(Math.abs(values[index]!) < limit)) return false;
  return true;
}

/** All bits of the exponent are 1 in infinities and NaN, and in nothing else: one more in the last of them reaches the sign. */
function areFiniteBits(bits: Int32Array, from: number, end: number): boolean {
  let [a, b, c, d] = [0, 0, 0, 0];
  let index = from;
  for (; index + 3 < end; index += 4) {
    a |= (bits[index]! & MAGNITUDE) + LAST_OF_EXPONENT;
    b |= (bits[index + 1]! & MAGNITUDE) + LAST_OF_EXPONENT;
    c |= (bits[index + 2]! & MAGNITUDE) + LAST_OF_EXPONENT;
    d |= (bits[index + 3]! & MAGNITUDE) + LAST_OF_EXPONENT;
  }
  for (; index < end; index++) a |= (bits[index]! & MAGNITUDE) + LAST_OF_EXPONENT;
  return (a | b | c | d) >= 0;
}

const MAGNITUDE = 0x7fffffff;
const LAST_OF_EXPONENT = 0x00800000;

/** Times 0, an infinity is NaN, and NaN stays in a sum. Four sums wait for each other less. */
function areFiniteDoubles(values: Float64Array, from: number, end: number): boolean {
  let [a, b, c, d] = [0, 0, 0, 0];
  let index = from;
  for (; index + 3 < end; index += 4) {
    a += values[index]! * ZERO;
    b += values[index + 1]! * ZERO;
    c += values[index + 2]! * ZERO;
    d += values[index + 3]! * ZERO;
  }
  for (; index < end; index++) a += values[index]! * ZERO;
  return a + b + c + d === 0;
}

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
