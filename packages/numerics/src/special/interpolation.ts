/** @file Piecewise linear interpolation and evenly spaced points, rounded as in NumPy. */
import { shapeMismatch } from '../basics/errors.ts';

/** `count` evenly spaced numbers from `start` to `stop`, both included. */
export function linspace(start: number, stop: number, count: number): Float64Array {
  const step = (stop - start) / (count - 1);
  const points = Float64Array.from({ length: count }, (_, index) => index * step + start);
  if (count > 1) points[count - 1] = stop;
  if (count === 1) points[0] = start;
  return points;
}

/**
 * The value at `x` of the line through the points (`xs[i]`, `ys[i]`), constant beyond both ends; NaN at NaN.
 * `xs` ascends and is not empty; where an x is repeated, the last of its points counts.
 * @throws NdlError SHAPE_MISMATCH when `xs` and `ys` differ in length or are empty.
 */
export function interpolate(x: number, xs: ArrayLike<number>, ys: ArrayLike<number>): number {
  const last = xs.length - 1;
  if (xs.length !== ys.length || last < 0) {
    throw shapeMismatch('interpolate', [Math.max(1, xs.length)], [ys.length]);
  }
  if (Number.isNaN(x)) return x;
  if (x < xs[0]!) return ys[0]!;
  if (x >= xs[last]!) return ys[last]!;
  const left = lastIndexAtMost(x, xs);
  const slope = (ys[left + 1]! - ys[left]!) / (xs[left + 1]! - xs[left]!);
  return xs[left] === x ? ys[left]! : slope * (x - xs[left]!) + ys[left]!;
}

/** The largest index with `xs[index] <= x`, or -1: NumPy's `searchsorted(xs, x, side='right') - 1`. */
export function lastIndexAtMost(x: number, xs: ArrayLike<number>): number {
  let low = 0;
  let high = xs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xs[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
