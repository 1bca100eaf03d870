/**
 * @file Splines through points, as sums of B-splines on the knots that leave nothing to choose ("not a knot").
 * Source: C. de Boor, A Practical Guide to Splines, chapters X and XIII.
 */
import { shapeMismatch } from '../basics/errors.ts';
import { lastIndexAtMost } from './interpolation.ts';
import { refuseSurplus } from '../basics/refuse-surplus.ts';

/** A spline of one variable, with as many values at each point as there are columns. */
export interface Spline {
  readonly degree: number;
  /** Ascending, the first and the last of them `degree` + 1 times; [points + degree + 1]. */
  readonly knots: Float64Array;
  /** [points, columns]. */
  readonly coefficients: Float64Array;
  readonly columns: number;
}

/**
 * The spline of a degree from 1 to 3 through the points (`xs[i]`, `ys[i]`), whose knots are: for odd degrees the xs themselves, but for
 * (degree - 1) / 2 next to each end; for even ones the middles between them, but for degree / 2 at each end.
 * @param xs ascending, all different, at least one more than the degree.
 * @param ys [points, columns].
 * @throws NdlError SHAPE_MISMATCH for too few points, or another number of values
 */
export function interpolatingSpline(xs: ArrayLike<number>, ys: ArrayLike<number>, degree: 1 | 2 | 3): Spline {
  refuseSurplus('interpolatingSpline', arguments, 3);
  const points = xs.length;
  const columns = ys.length / points;
  if (points <= degree || !Number.isInteger(columns))
    throw shapeMismatch('interpolatingSpline', [Math.max(points, degree + 1)], [ys.length]);
  const knots = notAKnot(xs, degree);
  // The collocation matrix is banded and totally positive: it needs no pivots.
  const width = 2 * degree + 1;
  const band = new Float64Array(points * width);
  for (let row = 0; row < points; row++) {
    const interval = intervalOf(xs[row]!, knots, degree);
    const values = basis(xs[row]!, interval, knots, degree);
    values.forEach((value, index) => (band[row * width + interval - degree + index - row + degree] = value));
  }
  const coefficients = Float64Array.from(ys);
  eliminate(band, coefficients, points, degree, columns);
  return { degree, knots, coefficients, columns };
}

/** The values of a spline at `x`, [columns]; beyond its ends those of the outermost polynomials. */
export function evaluateSpline({ degree, knots, coefficients, columns }: Spline, x: number): Float64Array {
  refuseSurplus('evaluateSpline', arguments, 2);
  const interval = intervalOf(x, knots, degree);
  const values = new Float64Array(columns);
  basis(x, interval, knots, degree).forEach((weight, index) => {
    const row = (interval - degree + index) * columns;
    for (let column = 0; column < columns; column++) values[column]! += weight * coefficients[row + column]!;
  });
  return values;
}

function notAKnot(xs: ArrayLike<number>, degree: number): Float64Array {
  const points = xs.length;
  const isOdd = degree % 2 === 1;
  const sites = isOdd
    ? Array.from(xs)
    : Array.from({ length: points - 1 }, (_, index) => (xs[index]! + xs[index + 1]!) / 2);
  const left = Math.ceil(degree / 2);
  const ends = (x: number): number[] => new Array<number>(degree + 1).fill(x);
  return Float64Array.from([...ends(xs[0]!), ...sites.slice(left, sites.length - left), ...ends(xs[points - 1]!)]);
}

/** The index of the last knot at or below `x` between the ends. */
function intervalOf(x: number, knots: Float64Array, degree: number): number {
  const last = knots.length - degree - 2;
  return Math.min(last, Math.max(degree, lastIndexAtMost(x, knots)));
}

/** The values at `x` of the `degree` + 1 B-splines that are not 0 in an interval, by the recurrence of Cox and de Boor. */
function basis(x: number, interval: number, knots: Float64Array, degree: number): number[] {
  const values = [1];
  for (let order = 1; order <= degree; order++) {
    let carried = 0;
    for (let index = 0; index < order; index++) {
      const right = knots[interval + index + 1]!;
      const left = knots[interval + index + 1 - order]!;
      const part = values[index]! / (right - left);
      values[index] = carried + (right - x) * part;
      carried = (x - left) * part;
    }
    values.push(carried);
  }
  return values;
}

/** Solves a system of band form in place; column j of row i stands at j - i + reach. */
function eliminate(band: Float64Array, right: Float64Array, rows: number, reach: number, columns: number): void {
  const width = 2 * reach + 1;
  for (let pivot = 0; pivot < rows; pivot++) {
    for (let row = pivot + 1; row <= Math.min(rows - 1, pivot + reach); row++) {
      const factor = band[row * width + pivot - row + reach]! / band[pivot * width + reach]!;
      for (let column = pivot; column <= Math.min(rows - 1, pivot + reach); column++)
        band[row * width + column - row + reach]! -= factor * band[pivot * width + column - pivot + reach]!;
      for (let at = 0; at < columns; at++) right[row * columns + at]! -= factor * right[pivot * columns + at]!;
    }
  }
  for (let row = rows - 1; row >= 0; row--) {
    for (let at = 0; at < columns; at++) {
      let value = right[row * columns + at]!;
      for (let column = row + 1; column <= Math.min(rows - 1, row + reach); column++)
        value -= band[row * width + column - row + reach]! * right[column * columns + at]!;
      right[row * columns + at] = value / band[row * width + reach]!;
    }
  }
}
