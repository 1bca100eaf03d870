/** @file Which numbers a dtype can hold: what is finite in double precision may be infinite in float32. */
import { FIRST_INFINITE, firstNotFinite } from '@ndl/numerics';
import type { Dtype } from './program.ts';

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
  if (values instanceof Float32Array || values instanceof Float64Array) return firstNotFinite(values, dtype);
  const limit = FIRST_INFINITE[dtype];
  for (let index = 0; index < values.length; index++) if (!(Math.abs(values[index]!) < limit)) return index;
  return undefined;
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
