/**
 * @file Angles as whole quarter turns and a rest, for any float64 number. Up to a million the multiple of π/2 is subtracted
 * in three parts (W. Cody and W. Waite, "Software Manual for the Elementary Functions", 1980); beyond, the angle is
 * multiplied by enough bits of 2/π, as integers (M. Payne and R. Hanek, ACM SIGNUM Newsletter 18, 1983).
 */
import { multiply, pairOf, scale, subtract, sumOf, type Pair } from './double-double.ts';

/** x = (quarter + 4n) · π/2 + rest with |rest| <= π/4, give or take rounding. */
export interface QuarterTurns {
  readonly quarter: 0 | 1 | 2 | 3;
  readonly rest: Pair;
}

const HALF_PI: Pair = { high: 1.5707963267948966, low: 6.123233995736766e-17 };

/** π/2 in parts: two of 33 bits, so that their products with k < 2^20 are exact, and the pair that is left. */
const FIRST = 1.5707963267341256;
const SECOND = 6.077100506303966e-11;
const THIRD: Pair = { high: 2.0222662487959506e-21, low: 1.0085854035872483e-37 };

const MOST_BY_PARTS = 2 ** 20;

/** The angle of a finite `x` in radians. */
export function quarterTurns(x: number): QuarterTurns {
  if (Math.abs(x) <= HALF_PI.high / 2) return { quarter: 0, rest: pairOf(x) };
  return Math.abs(x) < MOST_BY_PARTS ? byParts(x) : byIntegers(x);
}

function byParts(x: number): QuarterTurns {
  const k = Math.round(x / HALF_PI.high);
  const left = sumOf(x - k * FIRST, -k * SECOND);
  return { quarter: quarterOf(k), rest: subtract(left, multiply(pairOf(k), THIRD)) };
}

function quarterOf(k: number): QuarterTurns['quarter'] {
  return (k & 3) as QuarterTurns['quarter'];
}

/** Bits of 2/π: as many as the largest exponent, and 256 for what is left. */
const BITS = 1280n;

/** Bits of the rest that are taken on. */
const REST_BITS = 280n;

function byIntegers(x: number): QuarterTurns {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(x));
  const word = view.getBigUint64(0);
  const significand = (word & 0xfffffffffffffn) | 0x10000000000000n;
  const exponent = (word >> 52n) - 1075n; // at least -32 here
  const turns = (significand * twoOverPi() * (1n << (exponent + 64n))) >> 64n;
  const quarters = (turns + (1n << (BITS - 1n))) >> BITS;
  const fraction = (turns - (quarters << BITS)) >> (BITS - REST_BITS);
  const high = Number(fraction);
  const low = Number(fraction - BigInt(high));
  const size = multiply(scale({ high, low }, -Number(REST_BITS)), HALF_PI);
  const quarter = Number(quarters & 3n);
  return x > 0
    ? { quarter: quarterOf(quarter), rest: size }
    : { quarter: quarterOf(-quarter), rest: subtract(pairOf(0), size) };
}

let knownTwoOverPi: bigint | undefined;

/** 2/π · 2^BITS, by J. Machin's π = 16 arctan 1/5 - 4 arctan 1/239. */
function twoOverPi(): bigint {
  const more = BITS + 64n;
  knownTwoOverPi ??=
    (1n << (more + BITS + 1n)) / (16n * arctangentOfReciprocal(5n, more) - 4n * arctangentOfReciprocal(239n, more));
  return knownTwoOverPi;
}

/** arctan(1/n) · 2^bits. */
function arctangentOfReciprocal(n: bigint, bits: bigint): bigint {
  let power = (1n << bits) / n;
  let sum = 0n;
  for (let divisor = 1n; power !== 0n; divisor += 2n) {
    sum += divisor % 4n === 1n ? power / divisor : -(power / divisor);
    power /= n * n;
  }
  return sum;
}
