/** @file The functions of `forms.ts` in float64, written out for speed: the same bits by the same operations in the same order, short cuts where most of them would change nothing. */
import { copySign, exponent, powerOfTwo } from './arithmetic.ts';
import { FLOAT64 } from './coefficients.ts';

const { roundingShift, log2e, ln2High, ln2Low, expLowest, expHighest, expm1Lowest, largestFactor } = FLOAT64;
const { tiny, tinyFactor, tinyExponent } = FLOAT64;
const [e2, e3, e4, e5, e6, e7, e8, e9, e10, e11, e12, e13] = FLOAT64.expTerms as Tuple12;
const [l0, l1, l2, l3, l4, l5, l6] = FLOAT64.logTerms as Tuple7;

type Tuple7 = readonly [number, number, number, number, number, number, number];
type Tuple12 = readonly [...Tuple7, number, number, number, number, number];

/** `b < a ? b : a`: a NaN in `a` stays, one in `b` does not come in; of zeros, `a`. */
export function min(a: number, b: number): number {
  return b < a ? b : a;
}

/** `a < b ? b : a`: a NaN in `a` stays, one in `b` does not come in; of zeros, `a`. */
export function max(a: number, b: number): number {
  return a < b ? b : a;
}

function expm1OfSmall(r: number): number {
  const square = r * r;
  let sum = (e13 * r + e12) * square + (e11 * r + e10);
  sum = sum * square + (e9 * r + e8);
  sum = sum * square + (e7 * r + e6);
  sum = sum * square + (e5 * r + e4);
  sum = sum * square + (e3 * r + e2);
  return square * sum + r;
}

/** Below it e^x rounds to 0; the general way gets there by products that underflow, which processors are slow at. */
const EXP_IS_ZERO = -745.2;

/** Beyond it, 1 + e^-x rounds to 1, x + e^-x to x, and ln(1 + e^-x) to e^-x. */
const EXP_IS_LOST = 38;

/** e^x, within 2 units in the last place. */
export function exp(x: number): number {
  if (x < EXP_IS_ZERO) return 0;
  const within = min(max(x, expLowest), expHighest);
  const k = within * log2e + roundingShift - roundingShift;
  const y = expm1OfSmall(within - k * ln2High - k * ln2Low) + 1;
  const half = k * 0.5 + roundingShift - roundingShift;
  return y * powerOfTwo(half) * powerOfTwo(k - half);
}

/** e^x - 1, within 2 units in the last place, of small x too. */
export function expm1(x: number): number {
  const within = min(max(x, expm1Lowest), expHighest);
  const k = within * log2e + roundingShift - roundingShift;
  const y = expm1OfSmall(within - k * ln2High - k * ln2Low);
  const first = min(k, largestFactor);
  const power = powerOfTwo(first);
  return copySign((y * power + (power - 1)) * powerOfTwo(k - first), x);
}

function logarithmOf(k: number, f: number): number {
  const half = f * f * 0.5;
  const s = f / (f + 2);
  const z = s * s;
  const square = z * z;
  let sum = l6 * square + (l5 * z + l4);
  sum = sum * square + (l3 * z + l2);
  sum = sum * square + (l1 * z + l0);
  const rest = sum * z;
  return k * ln2High - (half - (s * (half + rest) + k * ln2Low) - f);
}

function withLimits(x: number, logarithm: number): number {
  if (x > 0 && x < Infinity) return logarithm;
  return x === 0 ? -Infinity : x < 0 ? NaN : x;
}

/** ln x, within 2 units in the last place. */
export function log(x: number): number {
  const isTiny = x < tiny;
  const u = isTiny ? x * tinyFactor : x;
  const k = exponent(u);
  const f = u * powerOfTwo(2 - k) * 0.25 - 1;
  return withLimits(x, logarithmOf(isTiny ? k - tinyExponent : k, f));
}

/** ln(1 + x), within 2 units in the last place, of small x too. */
export function log1p(x: number): number {
  const u = x + 1;
  const k = exponent(u);
  const power = powerOfTwo(2 - k);
  const f = x * power * 0.25 + (power * 0.25 - 1);
  return copySign(withLimits(u, logarithmOf(k, f)), x);
}

/** tanh x, within 3 units in the last place. */
export function tanh(x: number): number {
  const e = expm1(Math.abs(x) * -2);
  return copySign(e / (e + 2), x);
}

/** 1 / (1 + e^-x), within 4 units in the last place; without overflow for any x. */
export function sigmoid(x: number): number {
  if (x > EXP_IS_LOST) return 1;
  const e = exp(-Math.abs(x));
  return (x < 0 ? e : 1) / (e + 1);
}

/** ln(1 + e^x), within 4 units in the last place; without overflow, and without loss of small values. */
export function softplus(x: number): number {
  if (x > EXP_IS_LOST) return x;
  if (x < -EXP_IS_LOST) return exp(x);
  return max(x, 0) + log1p(exp(-Math.abs(x)));
}
