/**
 * @file The functions of `forms.ts` in float32, written out for speed: the same operations in the same order, each rounded
 * unless it is exact, as products with powers of two and differences of neighbours are. Arguments are float32 numbers; so
 * are results.
 */
import { copySign, exponentFloat32, powerOfTwo } from './arithmetic.ts';
import { FLOAT32 } from './coefficients.ts';
import { max, min } from './float64.ts';

export { max, min };

const { roundingShift, log2e, ln2High, ln2Low, expLowest, expHighest, expm1Lowest, largestFactor } = FLOAT32;
const { tiny, tinyFactor, tinyExponent } = FLOAT32;
const [e2, e3, e4, e5, e6, e7] = FLOAT32.expTerms as Tuple6;
const [l0, l1, l2, l3, l4, l5, l6, l7] = FLOAT32.logTerms as Tuple8;

type Tuple6 = readonly [number, number, number, number, number, number];
type Tuple8 = readonly [...Tuple6, number, number];

const round = Math.fround;

/** a · b + c, rounded twice. */
function multiplyAdd(a: number, b: number, c: number): number {
  return round(round(a * b) + c);
}

function nearest(x: number): number {
  return round(x + roundingShift) - roundingShift;
}

function remainder(x: number, k: number): number {
  return round(x - k * ln2High - round(k * ln2Low));
}

function expm1OfSmall(r: number): number {
  const square = round(r * r);
  let sum = multiplyAdd(multiplyAdd(e7, r, e6), square, multiplyAdd(e5, r, e4));
  sum = multiplyAdd(sum, square, multiplyAdd(e3, r, e2));
  return multiplyAdd(square, sum, r);
}

/** Below it e^x rounds to 0. */
const EXP_IS_ZERO = -104;

/** Beyond it, 1 + e^-x rounds to 1, x + e^-x to x, and ln(1 + e^-x) to e^-x. */
const EXP_IS_LOST = 18;

/** e^x, within 2 units in the last place. */
export function exp(x: number): number {
  if (x < EXP_IS_ZERO) return 0;
  const within = min(max(x, expLowest), expHighest);
  const k = nearest(round(within * log2e));
  const y = round(expm1OfSmall(remainder(within, k)) + 1);
  const half = nearest(k * 0.5);
  return round(y * powerOfTwo(half) * powerOfTwo(k - half));
}

/** e^x - 1, within 2 units in the last place, of small x too. */
export function expm1(x: number): number {
  const within = min(max(x, expm1Lowest), expHighest);
  const k = nearest(round(within * log2e));
  const y = expm1OfSmall(remainder(within, k));
  const first = min(k, largestFactor);
  const power = powerOfTwo(first);
  return copySign(round(round(y * power + round(power - 1)) * powerOfTwo(k - first)), x);
}

function logarithmOf(k: number, f: number): number {
  const square = round(f * f);
  let sum = multiplyAdd(multiplyAdd(l7, f, l6), square, multiplyAdd(l5, f, l4));
  sum = multiplyAdd(sum, square, multiplyAdd(l3, f, l2));
  sum = multiplyAdd(sum, square, multiplyAdd(l1, f, l0));
  const tail = round(multiplyAdd(round(f * square), sum, round(k * ln2Low)) - square * 0.5);
  return round(round(f + tail) + k * ln2High);
}

function withLimits(x: number, logarithm: number): number {
  if (x > 0 && x < Infinity) return logarithm;
  return x === 0 ? -Infinity : x < 0 ? NaN : x;
}

/** ln x, within 2 units in the last place. */
export function log(x: number): number {
  const isTiny = x < tiny;
  const u = isTiny ? x * tinyFactor : x;
  const k = exponentFloat32(u);
  const f = u * powerOfTwo(2 - k) * 0.25 - 1;
  return withLimits(x, logarithmOf(isTiny ? k - tinyExponent : k, f));
}

/** ln(1 + x), within 2 units in the last place, of small x too. */
export function log1p(x: number): number {
  const u = round(x + 1);
  const k = exponentFloat32(u);
  const power = powerOfTwo(2 - k);
  const f = round(x * power * 0.25 + round(power * 0.25 - 1));
  return copySign(withLimits(u, logarithmOf(k, f)), x);
}

/** tanh x, within 3 units in the last place. */
export function tanh(x: number): number {
  const e = expm1(Math.abs(x) * -2);
  return copySign(round(e / round(e + 2)), x);
}

/** 1 / (1 + e^-x), within 4 units in the last place; without overflow for any x. */
export function sigmoid(x: number): number {
  if (x > EXP_IS_LOST) return 1;
  const e = exp(-Math.abs(x));
  return round((x < 0 ? e : 1) / round(e + 1));
}

/** ln(1 + e^x), within 4 units in the last place; without overflow, and without loss of small values. */
export function softplus(x: number): number {
  if (x > EXP_IS_LOST) return x;
  if (x < -EXP_IS_LOST) return exp(x);
  return round(max(x, 0) + log1p(exp(-Math.abs(x))));
}
