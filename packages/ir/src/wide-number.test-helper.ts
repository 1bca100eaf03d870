/**
 * @file Numbers of 200 significant bits and any exponent, on BigInt: what kernels are held against where float64 itself is in
 * question. An implementation of its own, of the textbook series; nothing here is taken from `Math`.
 */

/** mantissa · 2^exponent. Every number of float64 is one exactly. */
export interface Wide {
  readonly mantissa: bigint;
  readonly exponent: number;
}

/** Bits that are kept of each result. */
const PRECISION = 200;
/** Bits behind the point while a series is summed. */
const SERIES_BITS = 260;
const SERIES_ONE = 1n << BigInt(SERIES_BITS);

/** A finite number of float64, exactly; a Wide as it is. */
export function wide(value: number | Wide): Wide {
  if (typeof value !== 'number') return value;
  let exponent = 0;
  let scaled = value;
  while (!Number.isInteger(scaled)) {
    scaled *= 2;
    exponent -= 1;
  }
  return rounded(BigInt(scaled), exponent);
}

/** The sum. */
export function add(left: number | Wide, right: number | Wide): Wide {
  const [x, y] = [wide(left), wide(right)];
  if (x.mantissa === 0n) return y;
  if (y.mantissa === 0n) return x;
  const [high, low] = x.exponent >= y.exponent ? [x, y] : [y, x];
  const shift = high.exponent - low.exponent;
  // What is too small to be seen is left out.
  if (shift > 3 * PRECISION && magnitude(low) < magnitude(high) - 2 * PRECISION) return high;
  return rounded((high.mantissa << BigInt(shift)) + low.mantissa, low.exponent);
}

/** The negative. */
export function negate(value: number | Wide): Wide {
  const { mantissa, exponent } = wide(value);
  return { mantissa: -mantissa, exponent };
}

/** The difference. */
export function subtract(left: number | Wide, right: number | Wide): Wide {
  return add(left, negate(right));
}

/** The product of all factors. */
export function multiply(...factors: readonly (number | Wide)[]): Wide {
  return factors.map(wide).reduce((x, y) => rounded(x.mantissa * y.mantissa, x.exponent + y.exponent), wide(1));
}

/** The quotient. */
export function divide(left: number | Wide, right: number | Wide): Wide {
  const [x, y] = [wide(left), wide(right)];
  const shift = 2 * PRECISION;
  return rounded((x.mantissa << BigInt(shift)) / y.mantissa, x.exponent - y.exponent - shift);
}

/** e^x = 2^k · (Σ r^n / n!)^256 with r = (x - k log 2) / 256. */
export function exp(value: number | Wide): Wide {
  const x = wide(value);
  const doublings = Math.round(toNumber(divide(x, LOG_2)));
  const remainder = fixed(divide(subtract(x, multiply(doublings, LOG_2)), 256));
  let [sum, term] = [0n, SERIES_ONE];
  for (let n = 1n; term !== 0n; n++) {
    sum += term;
    term = (term * remainder) / SERIES_ONE / n;
  }
  for (let square = 0; square < 8; square++) sum = (sum * sum) / SERIES_ONE;
  return rounded(sum, doublings - SERIES_BITS);
}

/** The natural logarithm: Newton's steps for e^y = x, which double the digits each. */
export function log(value: number | Wide): Wide {
  const x = wide(value);
  const bits = magnitude(x);
  const reduced: Wide = { mantissa: x.mantissa, exponent: x.exponent - bits };
  let y = wide(Math.log(toNumber(reduced)));
  for (let step = 0; step < 3; step++) y = add(y, subtract(divide(reduced, exp(y)), 1));
  return add(y, multiply(bits, LOG_2));
}

/** log(1 + x). */
export function log1p(value: number | Wide): Wide {
  return log(add(1, value));
}

/** 1 / (1 + e^-x). */
export function sigmoid(value: number | Wide): Wide {
  return divide(1, add(1, exp(negate(value))));
}

/** log(1 + e^x); below -60, where 1 + e^x would lose digits, e^x - e^2x / 2. */
export function softplus(value: number | Wide): Wide {
  const exponential = exp(value);
  if (toNumber(value) > -60) return log1p(exponential);
  return subtract(exponential, multiply(0.5, exponential, exponential));
}

/** The nearest float64, to an ulp; 0 and infinities beyond its range. */
export function toNumber(value: number | Wide): number {
  const { mantissa, exponent } = wide(value);
  const excess = Math.max(bitLength(mantissa) - 64, 0);
  const leading = Number(mantissa >> BigInt(excess));
  const half = Math.trunc((exponent + excess) / 2);
  return leading * 2 ** half * 2 ** (exponent + excess - half);
}

/** |actual - exact| / |exact|; |actual| where the exact value is 0, or is what 200 bits leave of a difference that is 0. */
export function relativeError(actual: number, exact: number | Wide): number {
  if (!Number.isFinite(actual)) return Infinity;
  const truth = wide(exact);
  if (truth.mantissa === 0n || (actual === 0 && magnitude(truth) < -180)) return Math.abs(actual);
  return Math.abs(toNumber(divide(subtract(actual, truth), truth)));
}

/** log 2 = Σ 1 / (n 2^n). */
const LOG_2: Wide = logOfTwo();

function logOfTwo(): Wide {
  let sum = 0n;
  for (let n = 1n; n <= BigInt(SERIES_BITS); n++) sum += SERIES_ONE / (n << n);
  return { mantissa: sum, exponent: -SERIES_BITS };
}

/** In units of 2^-SERIES_BITS. */
function fixed({ mantissa, exponent }: Wide): bigint {
  const shift = exponent + SERIES_BITS;
  return shift >= 0 ? mantissa << BigInt(shift) : mantissa >> BigInt(-shift);
}

/** The exponent of the leading bit, plus one. */
function magnitude({ mantissa, exponent }: Wide): number {
  return bitLength(mantissa) + exponent;
}

function bitLength(mantissa: bigint): number {
  const hexadecimal = (mantissa < 0n ? -mantissa : mantissa).toString(16);
  return 4 * hexadecimal.length - (Math.clz32(Number.parseInt(hexadecimal[0]!, 16)) - 28);
}

function rounded(mantissa: bigint, exponent: number): Wide {
  const excess = bitLength(mantissa) - PRECISION;
  return excess > 0 ? { mantissa: mantissa >> BigInt(excess), exponent: exponent + excess } : { mantissa, exponent };
}
