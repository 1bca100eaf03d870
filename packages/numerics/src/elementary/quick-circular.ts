/**
 * @file Sine, cosine and arc sine in a tenth of the time that pairs take, with the same bits: computed to about 65 bits, and
 * given only where neither this error nor that of the pairs can change what the result is rounded to. NaN stands for doubt,
 * some two results in a thousand.
 */
import { cosineOf, sineOf } from './circular-series.ts';
import { pairOf } from './double-double.ts';

/**
 * Bounds of relative errors, those of the pairs (2^-80) included. What is not exact below are sums of a few terms of at most 2^-15 of
 * the result, each rounded to 2^-53 of itself: below 2^-64.
 */
const DOUBT = 2 ** -62;

/** Angles whose sine and cosine are tabulated: j / 64, up to π/4. */
const STEPS = 64;
const LAST = 51;

/** sin, its rest, cos, its rest, of each. */
let tabulated: Float64Array | undefined;

function table(): Float64Array {
  const numbers = new Float64Array(4 * (LAST + 1));
  for (let j = 0; j <= LAST; j++) {
    const [sine, cosine] = [sineOf(pairOf(j / STEPS)), cosineOf(pairOf(j / STEPS))];
    numbers.set([sine.high, sine.low, cosine.high, cosine.low], 4 * j);
  }
  return numbers;
}

/** π/2 in parts, the first two of 33 bits, as in `quarter-turns.ts`, and as a pair. */
const FIRST = 1.5707963267341256;
const SECOND = 6.077100506303966e-11;
const THIRD = 2.0222662487959506e-21;
const HALF_PI = 1.5707963267948966;
const HALF_PI_LOW = 6.123233995736766e-17;

/** Splits 53 bits into halves, so that products of halves are exact (Dekker 1971). */
const SPLITTER = 2 ** 27 + 1;

/** Sizes between which nothing here underflows, and products with the parts of π/2 are exact. */
const LEAST = 2 ** -200;
const MOST = 2 ** 20;

/** What is left of an angle that is nearly a multiple of π/2 is known to too few bits. */
const LEAST_REST = 2 ** -30;

/** The latest sine or cosine is its result and this rest. A number of an array, as engines allocate those of variables at each change. */
const rests = /* @__PURE__ */ new Float64Array(1);

/** `high` if `high + rest` is rounded to it whatever the error, else NaN. */
function undoubted(high: number, rest: number, doubt: number): number {
  const error = doubt * (high < 0 ? -high : high);
  return high + (rest + error) === high && high + (rest - error) === high ? high : NaN;
}

/** sin (ahead = 0) or cos (ahead = 1) of rest + restLow, |rest| <= π/4 or so; what it lacks is in `rests`. */
function wave(rest: number, restLow: number, isCosine: boolean): number {
  const numbers = (tabulated ??= table());
  const isNegative = rest < 0;
  const size = isNegative ? -rest : rest;
  const sizeLow = isNegative ? -restLow : restLow;
  // Exact: j / STEPS is 0, or within a factor of two.
  const j = size * STEPS < 0.5 ? 0 : (size * STEPS + 0.5) | 0;
  const t = size - j / STEPS;
  const at = 4 * j;
  // sin(a + t) = S + C·t + S·(cos t - 1) + C·(sin t - t); cos(a + t) = C - S·t + C·(cos t - 1) - S·(sin t - t).
  const value = numbers[isCosine ? at + 2 : at]!;
  const valueLow = numbers[isCosine ? at + 3 : at + 1]!;
  const slope = isCosine ? -numbers[at]! : numbers[at + 2]!;
  const slopeLow = isCosine ? -numbers[at + 1]! : numbers[at + 3]!;
  const u = t + sizeLow;
  const z = u * u;
  const cosineLess1 = z * (-0.5 + z * (1 / 24 + z * (-1 / 720 + z * (1 / 40320))));
  const sineLess = u * z * (-1 / 6 + z * (1 / 120 + z * (-1 / 5040)));
  const product = slope * t;
  const splitSlope = slope * SPLITTER;
  const splitT = t * SPLITTER;
  const topSlope = splitSlope - (splitSlope - slope);
  const topT = splitT - (splitT - t);
  const restSlope = slope - topSlope;
  const restT = t - topT;
  const productLow = restSlope * restT - (product - topSlope * topT - restSlope * topT - topSlope * restT);
  const sum = value + product;
  const part = sum - value;
  const sumLow = value - (sum - part) + (product - part);
  const small = slope * sineLess + (valueLow + slopeLow * t + slope * sizeLow + productLow + sumLow);
  const lower = value * cosineLess1 + small;
  const high = sum + lower;
  const rounded = lower - (high - sum);
  if (isNegative && !isCosine) {
    rests[0] = -rounded;
    return -high;
  }
  rests[0] = rounded;
  return high;
}

/** The sine of an angle (cosine: `ahead` is 1), or NaN where it is in doubt or the angle is not finite. */
export function quickWave(x: number, ahead: 0 | 1): number {
  const size = x < 0 ? -x : x;
  if (!(size < MOST && size > LEAST)) return NaN;
  if (size <= HALF_PI / 2) {
    const high = wave(x, 0, ahead === 1);
    return undoubted(high, rests[0]!, DOUBT);
  }
  const k = Math.round(x / HALF_PI);
  const left = x - k * FIRST;
  const second = -k * SECOND;
  const sum = left + second;
  const part = sum - left;
  const lower = left - (sum - part) + (second - part) - k * THIRD;
  const rest = sum + lower;
  if (!(Math.abs(rest) > LEAST_REST)) return NaN;
  const at = (k + ahead) & 3;
  const high = wave(rest, lower - (rest - sum), (at & 1) === 1);
  const value = undoubted(high, rests[0]!, DOUBT);
  return at < 2 ? value : -value;
}

/** asin s for |s| <= 0.5, near to 53 bits: the figures of Sun's fdlibm. */
// prettier-ignore
function nearArcSine(s: number): number {
  const z = s * s;
  const p = z * (0.16666666666666666 + z * (-0.3255658186224009 + z * (0.20121253213486293 + z * (-0.04005553450067941 + z * (0.0007915349942898145 + z * 0.00003479331075960212)))));
  const q = 1 + z * (-2.403394911734414 + z * (2.0209457602335057 + z * (-0.6882839716054533 + z * 0.07703815055590194)));
  return s + s * (p / q);
}

/** The arc sine of a number from 2^-27 to 1, or NaN where it is in doubt. By a step of Newton's on the sine of what is near. */
export function quickArcSine(x: number): number {
  if (x <= 0.5) {
    const near = nearArcSine(x);
    const sine = wave(near, 0, false);
    const step = (x - sine - rests[0]!) / Math.sqrt((1 - x) * (1 + x));
    const high = near + step;
    return undoubted(high, step - (high - near), DOUBT);
  }
  // asin x = π/2 - 2 · asin √((1 - x) / 2), where the root is a pair.
  const z = (1 - x) / 2;
  if (z === 0) return NaN;
  const root = Math.sqrt(z);
  const split = root * SPLITTER;
  const top = split - (split - root);
  const bottom = root - top;
  const square = root * root;
  const squareLow = bottom * bottom - (square - top * top - 2 * top * bottom);
  const rootLow = (z - square - squareLow) / (2 * root);
  const near = nearArcSine(root);
  const sine = wave(near, 0, false);
  const step = (root - sine - rests[0]! + rootLow) / Math.sqrt((1 + x) / 2);
  const sum = HALF_PI - 2 * near;
  const lower = HALF_PI - sum - 2 * near + (HALF_PI_LOW - 2 * step);
  const high = sum + lower;
  return undoubted(high, lower - (high - sum), 2 * DOUBT);
}
