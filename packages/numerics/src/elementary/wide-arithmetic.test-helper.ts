/**
 * @file The elementary functions in fixed point on BigInt, with as many bits as it takes, and errors in units in the last
 * place against them. Shares nothing with the code under test: series and reductions are others, or much longer.
 */

/** Bits of a significand, and the exponent of the smallest positive number. */
export interface Precision {
  readonly significand: number;
  readonly smallest: number;
  readonly largest: number;
}

export const DOUBLE: Precision = { significand: 53, smallest: -1074, largest: Number.MAX_VALUE };
export const SINGLE: Precision = { significand: 24, smallest: -149, largest: 3.4028234663852886e38 };

const view = new DataView(new ArrayBuffer(8));

/** The exponent e of a finite x: 2^e <= |x| < 2^(e + 1); -1075 for 0. */
export function exponentOf(x: number): number {
  view.setFloat64(0, Math.abs(x));
  const exponent = (view.getInt32(0) >> 20) & 2047;
  if (exponent > 0) return exponent - 1023;
  return x === 0 ? -1075 : exponentOf(x * 2 ** 60) - 60;
}

const lengthOf = (x: bigint): number => (x < 0n ? -x : x).toString(16).length * 4 - Math.clz32(leadingDigit(x)) + 28;
const leadingDigit = (x: bigint): number => Number.parseInt((x < 0n ? -x : x).toString(16)[0]!, 16);

/** Real numbers as multiples of 2^-bits. */
export class FixedPoint {
  readonly bits: bigint;
  readonly one: bigint;

  constructor(bits: number) {
    this.bits = BigInt(bits);
    this.one = 1n << this.bits;
  }

  /** A finite number; exact where its last bit is at least 2^-bits. */
  of(x: number): bigint {
    view.setFloat64(0, Math.abs(x));
    const word = view.getBigUint64(0);
    const exponent = word >> 52n;
    const significand = (word & 0xfffffffffffffn) | (exponent > 0n ? 1n << 52n : 0n);
    const shift = (exponent || 1n) - 1075n + this.bits;
    const size = shift >= 0n ? significand << shift : significand >> -shift;
    return x < 0 ? -size : size;
  }

  multiply(a: bigint, b: bigint): bigint {
    return (a * b) >> this.bits;
  }

  divide(a: bigint, b: bigint): bigint {
    return (a << this.bits) / b;
  }

  /** Newton's method on integers. */
  sqrt(x: bigint): bigint {
    const square = x << this.bits;
    if (square === 0n) return 0n;
    let root = 1n << BigInt(Math.ceil(lengthOf(square) / 2) + 1);
    for (;;) {
      const next = (root + square / root) >> 1n;
      if (next >= root) return root;
      root = next;
    }
  }

  /** Taylor's series of x / 2^12 without its whole multiples of ln 2, squared 12 times. */
  exp(x: bigint): bigint {
    const ln2 = constant('ln2', this.bits + 16n);
    const k = ((x << 16n) + ln2 / 2n) / ln2 - (x < 0n ? 1n : 0n);
    const guarded = new FixedPoint(Number(this.bits) + 32);
    const r = ((x << 32n) - k * constant('ln2', guarded.bits)) >> 12n;
    let term = guarded.one;
    let sum = guarded.one;
    for (let n = 1n; term !== 0n && term !== -1n; n++) {
      term = guarded.multiply(term, r) / n;
      sum += term;
    }
    for (let squaring = 0; squaring < 12; squaring++) sum = guarded.multiply(sum, sum);
    return k >= 0n ? (sum << k) >> 32n : sum >> (32n - k);
  }

  /** 2 artanh((m - 1) / (m + 1)) + k ln 2, for x = m · 2^k with 1/2 <= m < 1. */
  log(x: bigint): bigint {
    const k = BigInt(lengthOf(x)) - this.bits;
    const m = k >= 0n ? x >> k : x << -k;
    const s = this.divide(m - this.one, m + this.one);
    const z = this.multiply(s, s);
    let power = s;
    let sum = 0n;
    for (let n = 1n; power !== 0n && power !== -1n; n += 2n) {
      sum += power / n;
      power = this.multiply(power, z);
    }
    return 2n * sum + k * constant('ln2', this.bits);
  }

  /** Sine and cosine of x without its whole multiples of π/2, by Taylor's series. */
  sinAndCos(x: bigint): readonly [sine: bigint, cosine: bigint] {
    const quarter = constant('pi', this.bits) / 2n;
    const turns = x / quarter;
    const r = x - turns * quarter;
    const sums = [0n, 0n, 0n, 0n] as [bigint, bigint, bigint, bigint];
    let term = this.one;
    for (let n = 1; term !== 0n && term !== -1n; n++) {
      sums[(n - 1) % 4]! += term;
      term = this.multiply(term, r) / BigInt(n);
    }
    const [sine, cosine] = [sums[1] - sums[3], sums[0] - sums[2]];
    const at = Number(((turns % 4n) + 4n) % 4n);
    return (
      [
        [sine, cosine],
        [cosine, -sine],
        [-sine, -cosine],
        [-cosine, sine],
      ] as const
    )[at]!;
  }

  /** Euler's series Σ 2^2n (n!)² / (2n + 1)! · t^(2n+1) / (1 + t²)^(n+1). */
  atan(x: bigint): bigint {
    if (x < 0n) return -this.atan(-x);
    if (x > this.one) return constant('pi', this.bits) / 2n - this.atan(this.divide(this.one, x));
    const square = this.multiply(x, x);
    const ratio = this.divide(square, this.one + square);
    let term = this.divide(x, this.one + square);
    let sum = 0n;
    for (let n = 1n; term !== 0n; n++) {
      sum += term;
      term = (this.multiply(term, ratio) * 2n * n) / (2n * n + 1n);
    }
    return sum;
  }
}

const CONSTANT_BITS = 4096n;
const known = new Map<string, bigint>();

/** ln 2 or π, to `bits` bits after the point. */
export function constant(name: 'ln2' | 'pi', bits: bigint): bigint {
  if (!known.has(name)) {
    const { one } = new FixedPoint(Number(CONSTANT_BITS));
    const series = (n: bigint, isAlternating: boolean): bigint => {
      let power = one / n;
      let sum = 0n;
      for (let divisor = 1n; power !== 0n; divisor += 2n) {
        sum += isAlternating && divisor % 4n === 3n ? -(power / divisor) : power / divisor;
        power /= n * n;
      }
      return sum;
    };
    // C. Størmer: π/4 = 6 arctan 1/8 + 2 arctan 1/57 + arctan 1/239.
    const pi = 4n * (6n * series(8n, true) + 2n * series(57n, true) + series(239n, true));
    known.set('pi', pi).set('ln2', 2n * series(3n, false));
  }
  return known.get(name)! >> (CONSTANT_BITS - bits);
}

/** |got - exact| in units in the last place of the exact value, in the given precision. Overflow is as right as rounding makes it. */
export function ulpsFrom(got: number, exact: bigint, bits: bigint, precision: Precision): number {
  const exponent = lengthOf(exact) - 1 - Number(bits);
  const limit = exponentOf(precision.largest);
  if (Math.abs(got) === Infinity) return exponent > limit || isAboveLargest(exact, bits, precision) ? 0 : Infinity;
  if (Number.isNaN(got)) return Infinity;
  const unit = Math.max(precision.smallest, exponent - precision.significand + 1);
  const arithmetic = new FixedPoint(Number(bits));
  const difference = arithmetic.of(got) - exact;
  const shift = bits + BigInt(unit) - 20n;
  const scaled = shift >= 0n ? difference >> shift : difference << -shift;
  return Math.abs(Number(scaled)) / 2 ** 20;
}

function isAboveLargest(exact: bigint, bits: bigint, { largest, significand }: Precision): boolean {
  const arithmetic = new FixedPoint(Number(bits));
  const unit = arithmetic.of(largest) >> BigInt(significand);
  return (exact < 0n ? -exact : exact) > arithmetic.of(largest) - 2n * unit;
}

/** Enough bits for 140 significant ones of an argument and a result. */
export function bitsFor(x: number, result: number): number {
  const fraction = (value: number): number => (Number.isFinite(value) ? Math.max(0, -exponentOf(value)) : 0);
  return 192 + 64 * Math.ceil((fraction(x) + fraction(result) + Math.max(0, exponentOf(x))) / 64);
}
