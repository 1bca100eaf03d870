/** @file Trigonometric functions and their inverses in float64, for any argument, within 1 unit in the last place. Angles are in radians. */
import { copySign } from './arithmetic.ts';
import {
  add,
  divide,
  multiply,
  negate,
  ONE,
  pairOf,
  scale,
  squareRoot,
  subtract,
  sumOf,
  timesPowerOfTwo,
  type Pair,
} from './double-double.ts';
import { cosineOf, sineOf } from './circular-series.ts';
import { scaled } from './powers.ts';
import { quickArcSine, quickWave } from './quick-circular.ts';
import { quarterTurns } from './quarter-turns.ts';

const PI: Pair = { high: 3.141592653589793, low: 1.2246467991473532e-16 };
const HALF_PI: Pair = { high: 1.5707963267948966, low: 6.123233995736766e-17 };

/** Terms of the series of the arc tangent that are summed in pairs, and all of them. */
const PAIRED_TERMS = 6;
const TERMS = 15;

/** The sine; NaN of infinity. */
export function sin(x: number): number {
  const quick = quickWave(x, 0);
  if (quick === quick) return quick;
  if (x === 0) return x;
  return Number.isFinite(x) ? quarterWave(x, 0).high : NaN;
}

/** The cosine; NaN of infinity. */
export function cos(x: number): number {
  const quick = quickWave(x, 1);
  if (quick === quick) return quick;
  return Number.isFinite(x) ? quarterWave(x, 1).high : NaN;
}

/** The tangent; NaN of infinity. */
export function tan(x: number): number {
  if (x === 0) return x;
  return Number.isFinite(x) ? divide(quarterWave(x, 0), quarterWave(x, 1)).high : NaN;
}

/** The sine of an angle to which some quarter turns are added. */
function quarterWave(x: number, ahead: 0 | 1): Pair {
  const { quarter, rest } = quarterTurns(x);
  const at = (quarter + ahead) & 3;
  const value = at % 2 === 0 ? sineOf(rest) : cosineOf(rest);
  return at < 2 ? value : negate(value);
}

/** Below such a ratio, the smaller side of a triangle no longer counts. */
const NEGLIGIBLE = 2 ** -60;

/** Below it, the arc sine is its argument. */
const SMALL = 2 ** -27;

/** The angle whose tangent is y / x, for 0 <= y and 0 <= x, not both 0, within a factor of 2^60 of each other. */
function angle(y: Pair, x: Pair): Pair {
  return y.high > x.high ? subtract(HALF_PI, smallAngle(divide(x, y))) : smallAngle(divide(y, x));
}

/** arctan t for 0 <= t <= 1: halved three times by t / (1 + √(1 + t²)), then t · Σ (-t²)ⁿ / (2n + 1). */
function smallAngle(tangent: Pair): Pair {
  let t = tangent;
  for (let halving = 0; halving < 3; halving++) t = divide(t, add(ONE, squareRoot(add(ONE, multiply(t, t)))));
  const z = multiply(t, t);
  let tail = 0;
  for (let n = TERMS; n >= PAIRED_TERMS; n--) tail = 1 / (2 * n + 1) - tail * z.high;
  let sum = pairOf(tail);
  for (let n = PAIRED_TERMS - 1; n >= 0; n--) sum = subtract(divide(ONE, pairOf(2 * n + 1)), multiply(sum, z));
  return scale(multiply(t, sum), 3);
}

/** The angle of the point (x, y), from -π to π, as IEEE 754 has it for zeros and infinities. */
export function atan2(y: number, x: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN;
  return copySign(angleBetween(Math.abs(y), Math.abs(x), copySign(1, x) < 0), y);
}

function angleBetween(height: number, width: number, isBehind: boolean): number {
  if (height === Infinity && width === Infinity) return isBehind ? 0.75 * PI.high : PI.high / 4;
  const isFlat = height === 0 || height / width < NEGLIGIBLE;
  if (isFlat) return isBehind ? PI.high : height === 0 ? 0 : height / width;
  if (width / height < NEGLIGIBLE) return HALF_PI.high;
  const { exponent } = scaled(Math.max(height, width));
  const found = angle(pairOf(timesPowerOfTwo(height, -exponent)), pairOf(timesPowerOfTwo(width, -exponent)));
  return (isBehind ? subtract(PI, found) : found).high;
}

/** The angle, from -π/2 to π/2, whose tangent is x. */
export function atan(x: number): number {
  return atan2(x, 1);
}

/** The angle, from -π/2 to π/2, whose sine is x, for |x| <= 1. NaN beyond. */
export function asin(x: number): number {
  const sine = Math.abs(x);
  if (sine < SMALL) return x;
  const quick = quickArcSine(sine);
  if (quick === quick) return x < 0 ? -quick : quick;
  return copySign(angle(pairOf(sine), otherSide(sine)).high, x);
}

/** The angle, from 0 to π, whose cosine is x, for |x| <= 1. NaN beyond. */
export function acos(x: number): number {
  const cosine = Math.abs(x);
  const found = angle(otherSide(cosine), pairOf(cosine));
  return (x < 0 ? subtract(PI, found) : found).high;
}

/** √(1 - side²): with `side`, the sides of a right triangle of hypotenuse 1. */
function otherSide(side: number): Pair {
  return squareRoot(multiply(sumOf(1, -side), sumOf(1, side)));
}
