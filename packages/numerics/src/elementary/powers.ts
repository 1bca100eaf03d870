/**
 * @file Powers, roots and logarithms to other bases, in float64, rounded once from results of about 80 bits: within 1 unit
 * in the last place, and exact wherever the result is a float64 number.
 */
import { exponent } from './arithmetic.ts';
import { add, divide, multiply, ONE, pairOf, scale, subtract, timesPowerOfTwo, type Pair } from './double-double.ts';
import { quickPower, type PairFunctions } from './quick-power.ts';

export const LN_2: Pair = { high: 0.6931471805599453, low: 2.3190468138462996e-17 };
const LOG2_E: Pair = { high: 1.4426950408889634, low: 2.0355273740931033e-17 };
const LOG10_E: Pair = { high: 0.4342944819032518, low: 1.098319650216765e-17 };

const SMALLEST_NORMAL = 2 ** -1022;

/** A number as mantissa · 2^exponent. */
export interface Scaled {
  readonly mantissa: Pair;
  readonly exponent: number;
}

/** A positive finite number with a mantissa from about 1/√2 to about √2. */
export function scaled(x: number): Scaled {
  const isDenormal = x < SMALLEST_NORMAL;
  const normal = isDenormal ? x * 2 ** 54 : x;
  const k = exponent(normal);
  return { mantissa: scale(pairOf(normal), -k), exponent: isDenormal ? k - 54 : k };
}

/** Terms of series that are summed in pairs; those beyond are too small for more than float64. */
const PAIRED_TERMS = 8;
const TERMS = 21;

const ODD_RECIPROCALS: readonly Pair[] = /* @__PURE__ */ oddReciprocals();

function oddReciprocals(): Pair[] {
  return Array.from({ length: PAIRED_TERMS }, (_, n) => divide(ONE, pairOf(2 * n + 1)));
}

/** ln of a mantissa: 2 · artanh s = 2 s · Σ s²ⁿ / (2n + 1) with s = (m - 1) / (m + 1), |s| < 0.18. */
function logarithmOfMantissa(m: Pair): Pair {
  const s = divide(add(m, pairOf(-1)), add(m, ONE));
  const z = multiply(s, s);
  let tail = 0;
  for (let n = TERMS; n >= PAIRED_TERMS; n--) tail = tail * z.high + 1 / (2 * n + 1);
  let sum = pairOf(tail);
  for (let n = PAIRED_TERMS - 1; n >= 0; n--) sum = add(multiply(sum, z), ODD_RECIPROCALS[n]!);
  return scale(multiply(s, sum), 1);
}

/** ln x of a positive pair whose high part is normal, with a relative error below 2^-80 or so (absolute, for pairs next to 1). */
export function logarithm(x: Pair): Pair {
  const k = exponent(x.high);
  return logarithmOfScaled({ mantissa: scale(x, -k), exponent: k });
}

function logarithmOfScaled({ mantissa, exponent: k }: Scaled): Pair {
  return add(multiply(pairOf(k), LN_2), logarithmOfMantissa(mantissa));
}

/** e^x, as a mantissa and an exponent, for |x| up to 10^5 or so. Taylor's series after x = k · ln 2 + r. */
export function exponential(x: Pair): Scaled {
  const k = Math.round(x.high * LOG2_E.high);
  const r = subtract(x, multiply(pairOf(k), LN_2));
  let tail = 1;
  for (let n = 22; n > 10; n--) tail = (tail * r.high) / n + 1;
  let sum = pairOf(tail);
  for (let n = 10; n > 0; n--) sum = add(divide(multiply(sum, r), pairOf(n)), ONE);
  return { mantissa: sum, exponent: k };
}

/** The number nearest to a scaled one. */
function rounded({ mantissa, exponent: k }: Scaled): number {
  return timesPowerOfTwo(mantissa.high, k);
}

/**
 * x to the power of y, as IEEE 754 has it: 1 for y = 0 and for x = 1, whatever the other is, and NaN for a negative finite
 * x with a finite y that is not whole. `pow(x, 2)` is `x * x`.
 */
export function pow(x: number, y: number): number {
  if (y === 0 || x === 1) return 1;
  if (y === 1) return x;
  if (y === 2) return x * x;
  if (Number.isNaN(x) || Number.isNaN(y)) return NaN;
  const size = Math.abs(x);
  const isWhole = Number.isInteger(y);
  const isNegative = (x < 0 || Object.is(x, -0)) && isWhole && y % 2 !== 0;
  if (x < 0 && size !== Infinity && Number.isFinite(y) && !isWhole) return NaN;
  const magnitude = powerOfPositive(size, y);
  return isNegative ? -magnitude : magnitude;
}

const PAIR_FUNCTIONS: PairFunctions = {
  logarithm: (x) => logarithm(x),
  exponential: (x) => {
    const { mantissa, exponent: k } = exponential(x);
    return scale(mantissa, k);
  },
};

function powerOfPositive(x: number, y: number): number {
  if (x === 1) return 1;
  if (x === 0 || x === Infinity || Math.abs(y) === Infinity) return x < 1 === y < 0 ? Infinity : 0;
  const quick = quickPower(x, y, PAIR_FUNCTIONS);
  if (quick === quick) return quick;
  const logarithmOfX = logarithmOfScaled(scaled(x));
  const size = y * logarithmOfX.high;
  if (Math.abs(size) > 1000) return size < 0 ? 0 : Infinity;
  return rounded(exponential(multiply(logarithmOfX, pairOf(y))));
}

/** 2^x; exact for whole x. */
export function exp2(x: number): number {
  if (Number.isNaN(x)) return NaN;
  const within = Math.max(-1200, Math.min(1200, x));
  const whole = Math.round(within);
  const { mantissa, exponent: k } = exponential(multiply(pairOf(within - whole), LN_2));
  return timesPowerOfTwo(mantissa.high, k + whole);
}

/** The logarithm to base 2; whole for powers of two. */
export function log2(x: number): number {
  if (!(x > 0 && x < Infinity)) return logarithmicLimit(x);
  const { mantissa, exponent: k } = scaled(x);
  return add(pairOf(k), multiply(logarithmOfMantissa(mantissa), LOG2_E)).high;
}

/** The logarithm to base 10; whole for powers of ten. */
export function log10(x: number): number {
  if (!(x > 0 && x < Infinity)) return logarithmicLimit(x);
  return multiply(logarithmOfScaled(scaled(x)), LOG10_E).high;
}

function logarithmicLimit(x: number): number {
  return x === 0 ? -Infinity : x === Infinity ? x : NaN;
}

/** The cube root, of negative numbers too; exact for cubes. */
export function cbrt(x: number): number {
  if (x === 0 || !Number.isFinite(x)) return x;
  const size = rounded(exponential(divide(logarithmOfScaled(scaled(Math.abs(x))), pairOf(3))));
  return x < 0 ? -size : size;
}
