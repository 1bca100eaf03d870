/** @file Hyperbolic functions and their inverses in float64, within 1 unit in the last place; `tanh`, which kernels use, is in `float64.ts`. */
import { copySign } from './arithmetic.ts';
import {
  add,
  divide,
  negate,
  ONE,
  pairOf,
  productOf,
  scale,
  squareRoot,
  sumOf,
  timesPowerOfTwo,
  type Pair,
} from './double-double.ts';
import { exponential, LN_2, logarithm } from './powers.ts';

/** Below it, the odd functions are their argument. */
const SMALL = 2 ** -27;

/** Beyond it, the smaller of two terms no longer counts. */
const LARGE = 2 ** 40;

/** (e^x + sign · e^-x) / 2 for x >= 0. */
function halfSum(x: number, sign: 1 | -1): number {
  const { mantissa, exponent } = exponential(pairOf(Math.min(x, 800)));
  if (x > 40) return timesPowerOfTwo(mantissa.high, exponent - 1);
  const power = scale(mantissa, exponent - 1);
  const inverse = divide(pairOf(0.25), power);
  return add(power, sign < 0 ? negate(inverse) : inverse).high;
}

/** (e^x - e^-x) / 2. */
export function sinh(x: number): number {
  if (!(Math.abs(x) >= SMALL)) return x;
  return copySign(halfSum(Math.abs(x), -1), x);
}

/** (e^x + e^-x) / 2. */
export function cosh(x: number): number {
  return Number.isNaN(x) ? NaN : halfSum(Math.abs(x), 1);
}

/** The inverse of `sinh`: ln(x + √(x² + 1)). */
export function asinh(x: number): number {
  const size = Math.abs(x);
  if (!(size >= SMALL)) return x;
  if (size === Infinity) return x;
  return copySign(logarithmOfSum(size, ONE), x);
}

/** The inverse of `cosh`, for x >= 1: ln(x + √(x² - 1)). NaN below. */
export function acosh(x: number): number {
  if (!(x >= 1)) return NaN;
  return x === Infinity ? x : logarithmOfSum(x, negate(ONE));
}

/** ln(x + √(x² + c)) for x > 0. */
function logarithmOfSum(x: number, c: Pair): number {
  if (x > LARGE) return add(logarithm(pairOf(x)), LN_2).high;
  return logarithm(add(pairOf(x), squareRoot(add(productOf(x, x), c)))).high;
}

/** The inverse of `tanh`, for |x| <= 1: ln((1 + x) / (1 - x)) / 2. NaN beyond. */
export function atanh(x: number): number {
  const size = Math.abs(x);
  if (!(size <= 1)) return NaN;
  if (size < SMALL) return x;
  if (size === 1) return copySign(Infinity, x);
  return copySign(scale(logarithm(divide(sumOf(1, size), sumOf(1, -size))), -1).high, x);
}
