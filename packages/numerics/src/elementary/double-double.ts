/**
 * @file Numbers of about 106 bits, as unevaluated sums of two float64 numbers. What is computed in them and then rounded
 * is within a hair of correctly rounded. Source: T. J. Dekker, "A floating-point technique for extending the available
 * precision", Numerische Mathematik 18 (1971). Parts must stay clear of overflow, and of underflow where accuracy matters.
 */
import { powerOfTwo } from './arithmetic.ts';

/** `high + low`, where `high` is that sum rounded. */
export interface Pair {
  readonly high: number;
  readonly low: number;
}

export const ONE: Pair = { high: 1, low: 0 };

/** Splits 53 bits into halves. */
const SPLITTER = 2 ** 27 + 1;

/** The number as a pair. */
export function pairOf(high: number): Pair {
  return { high, low: 0 };
}

/** a + b, exactly. */
export function sumOf(a: number, b: number): Pair {
  const high = a + b;
  const part = high - a;
  return { high, low: a - (high - part) + (b - part) };
}

/** a + b, exactly, where |a| >= |b| or a is 0. */
function orderedSum(a: number, b: number): Pair {
  const high = a + b;
  return { high, low: b - (high - a) };
}

/** a · b, exactly. */
export function productOf(a: number, b: number): Pair {
  const high = a * b;
  const [splitA, splitB] = [a * SPLITTER, b * SPLITTER];
  const [topA, topB] = [splitA - (splitA - a), splitB - (splitB - b)];
  const [restA, restB] = [a - topA, b - topB];
  return { high, low: restA * restB - (high - topA * topB - restA * topB - topA * restB) };
}

export function add(a: Pair, b: Pair): Pair {
  const high = sumOf(a.high, b.high);
  const low = sumOf(a.low, b.low);
  const sum = orderedSum(high.high, high.low + low.high);
  return orderedSum(sum.high, sum.low + low.low);
}

export function subtract(a: Pair, b: Pair): Pair {
  return add(a, negate(b));
}

export function negate({ high, low }: Pair): Pair {
  return { high: -high, low: -low };
}

export function multiply(a: Pair, b: Pair): Pair {
  const { high, low } = productOf(a.high, b.high);
  return orderedSum(high, low + (a.high * b.low + a.low * b.high));
}

/** a / b: a quotient of the high parts, and that of what it leaves, twice. */
export function divide(a: Pair, b: Pair): Pair {
  const first = a.high / b.high;
  const rest = subtract(a, multiply(b, pairOf(first)));
  const second = rest.high / b.high;
  const left = subtract(rest, multiply(b, pairOf(second)));
  return add(orderedSum(first, second), pairOf(left.high / b.high));
}

/** √a of a >= 0, by one step of Newton's from the root of the high part. */
export function squareRoot(a: Pair): Pair {
  if (a.high === 0) return a;
  const root = Math.sqrt(a.high);
  const rest = subtract(a, productOf(root, root));
  return orderedSum(root, rest.high / (2 * root));
}

/** The pair times a power of two, both parts of it exact: k from -1074 to 1023. */
export function scale({ high, low }: Pair, k: number): Pair {
  const power = powerOfTwo(k);
  return { high: high * power, low: low * power };
}

/** x · 2^k for any whole k and a normal x below 2^400 or so; what is rounded is the result alone. */
export function timesPowerOfTwo(x: number, k: number): number {
  const within = Math.max(-1600, Math.min(1600, k));
  const half = Math.trunc(within / 2);
  return x * powerOfTwo(half) * powerOfTwo(within - half);
}
