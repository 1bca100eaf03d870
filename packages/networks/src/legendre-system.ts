/**
 * @file The linear system that remembers a window of its input as coefficients of Legendre polynomials.
 * Source: Voelker, Kajić & Eliasmith, Legendre Memory Units (2019), equations 1 to 6.
 */
import { matrixExponential, NdArray, refuseSurplus, type Matrix } from '@ndl/numerics';
import { positive, sized, squareOf } from './checks.ts';
import { invalidOption } from './errors.ts';

/** θ·ṁ = A·m + B·u */
export interface LegendreSystem {
  /** A, [order, order]. */
  readonly a: Matrix;
  /** B, [order, 1]. */
  readonly b: Matrix;
}

/** The A and B of so many coefficients, for a window of length 1. @throws NdlError INVALID_OPTION, TOO_LARGE */
export function legendreSystem(order: number): LegendreSystem {
  refuseSurplus('legendreSystem', arguments, 1);
  sized(order, 'legendreSystem: order', squareOf);
  const a = new NdArray(new Float64Array(order * order), [order, order]);
  const b = new NdArray(new Float64Array(order), [order, 1]);
  for (let row = 0; row < order; row++) {
    const scale = 2 * row + 1;
    b.data[row] = row % 2 === 0 ? scale : -scale;
    for (let column = 0; column < order; column++) {
      const isNegative = row < column || (row - column) % 2 === 0;
      a.data[row * order + column] = isNegative ? -scale : scale;
    }
  }
  return { a, b };
}

/** m(t + dt) = A·m(t) + B·u(t), where the input is held in between. */
export interface DiscreteLegendreSystem {
  /** A, [order, order]. */
  readonly a: Matrix;
  /** B, [order, 1]. */
  readonly b: Matrix;
}

/** The system of a window of `theta` seconds in steps of `dt` seconds, exactly. @throws NdlError INVALID_OPTION, TOO_LARGE */
export function discreteLegendreSystem(order: number, theta: number, dt: number): DiscreteLegendreSystem {
  refuseSurplus('discreteLegendreSystem', arguments, 3);
  positive(theta, 'discreteLegendreSystem: theta');
  positive(dt, 'discreteLegendreSystem: dt');
  const { a, b } = legendreSystem(order);
  const scale = dt / theta;
  // The exponential of [[A, B], [0, 0]] holds both.
  const size = order + 1;
  const both = new NdArray(new Float64Array(size * size), [size, size]);
  for (let row = 0; row < order; row++) {
    for (let column = 0; column < order; column++) both.data[row * size + column] = scale * a.get(row, column);
    both.data[row * size + order] = scale * b.data[row]!;
  }
  const { data } = matrixExponential(both);
  const discrete = {
    a: new NdArray(new Float64Array(order * order), a.shape),
    b: new NdArray(new Float64Array(order), b.shape),
  };
  for (let row = 0; row < order; row++) {
    discrete.a.data.set(data.subarray(row * size, row * size + order), row * order);
    discrete.b.data[row] = data[row * size + order]!;
  }
  return discrete;
}

/**
 * What reads the input of some time ago from the coefficients, [1, order]: shifted Legendre polynomials.
 * @param share of the window, from 0 (now) to 1 (its whole length).
 * @throws NdlError INVALID_OPTION, TOO_LARGE
 */
export function legendreReadout(order: number, share: number): Matrix {
  refuseSurplus('legendreReadout', arguments, 2);
  sized(order, 'legendreReadout: order', (numbers) => numbers);
  if (!(share >= 0 && share <= 1)) throw invalidOption('legendreReadout: share', 'a number from 0 to 1', share);
  const values = new Float64Array(order);
  const x = 2 * share - 1;
  // Bonnet's recursion: (n + 1)·P(n + 1) = (2n + 1)·x·P(n) - n·P(n - 1).
  let [before, value] = [0, 1];
  for (let degree = 0; degree < order; degree++) {
    values[degree] = value;
    [before, value] = [value, ((2 * degree + 1) * x * value - degree * before) / (degree + 1)];
  }
  return new NdArray(values, [1, order]);
}
