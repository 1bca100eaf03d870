/**
 * @file The elementary functions of kernels, operation by operation: the definition that every backend which promises the
 * same bits follows. They are written over an `Arithmetic`, so that one text serves float64, float32 and the emitter of
 * any host; `float64.ts` and `float32.ts` are the same, written out for speed, and tests hold them to these bits.
 *
 * Errors, in units in the last place: exp, expm1, log and log1p at most 2, tanh 3, sigmoid and softplus 4. Zeros keep their
 * sign where the function does; denormal numbers, overflow, infinities and NaN are treated as by IEEE 754.
 */
import type { Arithmetic } from './arithmetic.ts';

/**
 * Σ terms[i] · xⁱ: two terms at a time, from the highest power of the square of x down, so that a processor has to wait for half as many operations
 * one after another as by Horner's rule.
 */
function polynomial<V, M>(o: Arithmetic<V, M>, terms: readonly number[], x: V, square: V): V {
  const pairs = terms.flatMap((even, index) => {
    if (index % 2 > 0) return [];
    const odd = terms[index + 1];
    return odd === undefined ? [o.constant(even)] : [o.add(o.multiply(o.constant(odd), x), o.constant(even))];
  });
  return pairs.reduceRight((sum, pair) => o.add(o.multiply(sum, square), pair));
}

/** `x` to the nearest whole number, of ties the even one; |x| below a quarter of the rounding shift. */
function nearest<V, M>(o: Arithmetic<V, M>, x: V): V {
  const shift = o.constant(o.coefficients.roundingShift);
  return o.keep(o.subtract(o.add(x, shift), shift));
}

/** `x` first, so that a NaN stays. */
function clamp<V, M>(o: Arithmetic<V, M>, x: V, lowest: number, highest: number): V {
  return o.keep(o.minimum(o.maximum(x, o.constant(lowest)), o.constant(highest)));
}

/** x = k · ln 2 + r with |r| <= ln 2 / 2. */
function reduce<V, M>(o: Arithmetic<V, M>, x: V): { readonly k: V; readonly r: V } {
  const { log2e, ln2High, ln2Low } = o.coefficients;
  const k = nearest(o, o.multiply(x, o.constant(log2e)));
  const high = o.subtract(x, o.multiply(k, o.constant(ln2High)));
  return { k, r: o.keep(o.subtract(high, o.multiply(k, o.constant(ln2Low)))) };
}

/** e^r - 1 for |r| <= 0.35: r + r² · P(r). */
function expm1OfSmall<V, M>(o: Arithmetic<V, M>, r: V): V {
  const square = o.keep(o.multiply(r, r));
  return o.add(o.multiply(square, polynomial(o, o.coefficients.expTerms, r, square)), r);
}

/** e^x. The power of two is multiplied in by halves, so that only the last product can overflow or become denormal. */
export function exp<V, M>(o: Arithmetic<V, M>, x: V): V {
  const { k, r } = reduce(o, clamp(o, x, o.coefficients.expLowest, o.coefficients.expHighest));
  const y = o.add(expm1OfSmall(o, r), o.constant(1));
  const half = nearest(o, o.multiply(k, o.constant(0.5)));
  return o.multiply(o.multiply(y, o.powerOfTwo(half)), o.powerOfTwo(o.subtract(k, half)));
}

/** What is known of an argument. It changes no bit: what is left out would multiply by 1, add 0, or give a zero the sign that it has. */
export interface KnownArgument {
  /** 'small' |x| <= 0.34, 'negative' x <= 0. */
  readonly within?: 'small' | 'negative';
  /** Whether x is never -0. */
  readonly isNeverNegativeZero?: boolean;
}

/** e^x - 1. */
export function expm1<V, M>(o: Arithmetic<V, M>, x: V, { within, isNeverNegativeZero }: KnownArgument = {}): V {
  const given = o.keep(x);
  const value = unsignedExpm1(o, given, within);
  return isNeverNegativeZero === true ? value : o.copySign(value, given);
}

function unsignedExpm1<V, M>(o: Arithmetic<V, M>, x: V, within: KnownArgument['within']): V {
  if (within === 'small') return expm1OfSmall(o, x);
  const { expm1Lowest, expHighest, largestFactor } = o.coefficients;
  const { k, r } = reduce(o, clamp(o, x, expm1Lowest, expHighest));
  const y = expm1OfSmall(o, r);
  const first = within === 'negative' ? k : o.keep(o.minimum(k, o.constant(largestFactor)));
  const power = o.keep(o.powerOfTwo(first));
  const product = o.add(o.multiply(y, power), o.subtract(power, o.constant(1)));
  return within === 'negative' ? product : o.multiply(product, o.powerOfTwo(o.subtract(k, first)));
}

/** k · ln 2 + ln(1 + f) for 1 + f from about 1/√2 to about √2. What is added last is largest. */
function logarithmOf<V, M>(o: Arithmetic<V, M>, k: V, f: V): V {
  const { ln2High, ln2Low, logTerms, logByQuotient } = o.coefficients;
  const square = o.keep(o.multiply(f, f));
  const half = o.keep(o.multiply(square, o.constant(0.5)));
  const high = o.multiply(k, o.constant(ln2High));
  const low = o.multiply(k, o.constant(ln2Low));
  if (logByQuotient) {
    const s = o.keep(o.divide(f, o.add(f, o.constant(2))));
    const z = o.keep(o.multiply(s, s));
    const rest = o.multiply(polynomial(o, logTerms, z, o.keep(o.multiply(z, z))), z);
    const tail = o.add(o.multiply(s, o.add(half, rest)), low);
    return o.subtract(high, o.subtract(o.subtract(half, tail), f));
  }
  const cubic = o.multiply(o.multiply(f, square), polynomial(o, logTerms, f, square));
  const tail = o.subtract(o.add(cubic, low), half);
  return o.add(o.add(f, tail), high);
}

/** What a logarithm of x gives where x is no positive finite number. */
function withLimits<V, M>(o: Arithmetic<V, M>, x: V, logarithm: V): V {
  const zero = o.constant(0);
  const fromZero = o.select(o.equal(x, zero), o.constant(-Infinity), logarithm);
  const positive = o.select(o.less(x, zero), o.constant(NaN), fromZero);
  return withInfinity(o, x, positive);
}

function withInfinity<V, M>(o: Arithmetic<V, M>, x: V, logarithm: V): V {
  const infinity = o.constant(Infinity);
  return o.select(o.equal(x, infinity), infinity, logarithm);
}

/** ln x. */
export function log<V, M>(o: Arithmetic<V, M>, x: V): V {
  const { tiny, tinyFactor, tinyExponent } = o.coefficients;
  const given = o.keep(x);
  const isTiny = o.less(given, o.constant(tiny));
  const u = o.keep(o.select(isTiny, o.multiply(given, o.constant(tinyFactor)), given));
  const k = o.keep(o.exponent(u));
  // 2^-k itself need not be a normal number.
  const power = o.powerOfTwo(o.subtract(o.constant(2), k));
  const f = o.keep(o.subtract(o.multiply(o.multiply(u, power), o.constant(0.25)), o.constant(1)));
  const whole = o.keep(o.select(isTiny, o.subtract(k, o.constant(tinyExponent)), k));
  return withLimits(o, given, logarithmOf(o, whole, f));
}

/**
 * ln(1 + x). `within` says what is known of x and changes no bit: 'unit' -1 < x <= 0, 'positive' x >= 0 and never -0. f is
 * taken from x, not from the rounded 1 + x.
 */
export function log1p<V, M>(o: Arithmetic<V, M>, x: V, within?: 'unit' | 'positive'): V {
  const given = o.keep(x);
  const one = o.constant(1);
  const u = o.keep(o.add(given, one));
  const k = o.keep(o.exponent(u));
  if (within === 'unit') {
    const power = o.keep(o.powerOfTwo(o.negate(k)));
    const f = o.keep(o.add(o.multiply(given, power), o.subtract(power, one)));
    return o.copySign(logarithmOf(o, k, f), given);
  }
  const quarter = o.constant(0.25);
  const power = o.keep(o.powerOfTwo(o.subtract(o.constant(2), k)));
  const f = o.add(o.multiply(o.multiply(given, power), quarter), o.subtract(o.multiply(power, quarter), one));
  const logarithm = logarithmOf(o, k, o.keep(f));
  if (within === 'positive') return withInfinity(o, u, logarithm);
  return o.copySign(withLimits(o, u, logarithm), given);
}

/** tanh x = -e / (e + 2) with e = e^(-2|x|) - 1, and the sign of x. */
export function tanh<V, M>(o: Arithmetic<V, M>, x: V): V {
  const given = o.keep(x);
  const e = o.keep(expm1(o, o.multiply(o.absolute(given), o.constant(-2)), { within: 'negative' }));
  return o.copySign(o.divide(e, o.add(e, o.constant(2))), given);
}

/** 1 / (1 + e^-x), as e / (1 + e) with e = e^x where x < 0, so that nothing overflows and no small value is lost. */
export function sigmoid<V, M>(o: Arithmetic<V, M>, x: V): V {
  const given = o.keep(x);
  const e = o.keep(exp(o, o.negate(o.absolute(given))));
  const numerator = o.select(o.less(given, o.constant(0)), e, o.constant(1));
  return o.divide(numerator, o.add(e, o.constant(1)));
}

/** ln(1 + e^x), as max(x, 0) + ln(1 + e^-|x|): without overflow and without loss of small values. */
export function softplus<V, M>(o: Arithmetic<V, M>, x: V): V {
  const given = o.keep(x);
  const e = o.keep(exp(o, o.negate(o.absolute(given))));
  return o.add(o.maximum(given, o.constant(0)), log1p(o, e));
}
