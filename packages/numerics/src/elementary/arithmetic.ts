/**
 * @file What the elementary functions of kernels are written over: operations that round once and that JavaScript and the
 * lanes of WebAssembly's SIMD do alike, bit for bit (but for the payload of NaN). None of them branches.
 */
import { FLOAT32, FLOAT64, type Coefficients } from './coefficients.ts';

/** One precision of one host. `Value` is a number, or the code that computes a vector; `Mask` what a comparison gives. */
export interface Arithmetic<Value, Mask> {
  readonly coefficients: Coefficients;
  /** A number of this precision. */
  constant(value: number): Value;
  /** Marks a value that is used more than once, so that a host that emits code computes it once. */
  keep(value: Value): Value;
  add(a: Value, b: Value): Value;
  subtract(a: Value, b: Value): Value;
  multiply(a: Value, b: Value): Value;
  divide(a: Value, b: Value): Value;
  negate(a: Value): Value;
  absolute(a: Value): Value;
  /** The magnitude of `a` with the sign bit of `b`. */
  copySign(a: Value, b: Value): Value;
  /** `b < a ? b : a`: a NaN in `a` stays, one in `b` does not come in. */
  minimum(a: Value, b: Value): Value;
  /** `a < b ? b : a`. */
  maximum(a: Value, b: Value): Value;
  less(a: Value, b: Value): Mask;
  equal(a: Value, b: Value): Mask;
  select(mask: Mask, whenTrue: Value, whenFalse: Value): Value;
  /** 2^k for a whole k whose power is a normal number; any number for others. */
  powerOfTwo(k: Value): Value;
  /** The k of u = 2^k · m with m from about 1/√2 to about √2, for a normal u; any number for others. By the high bits of u alone. */
  exponent(u: Value): Value;
}

/** The high bits of √½ in float64: subtracted from those of a number, they leave the exponent of `Arithmetic.exponent`. */
const HALF_ROOT_64 = 0x3fe6a09e;

const HALF_ROOT_32 = 0x3f3504f3;

/** 2^(i - 2048) at i, as far as it is a number; as long as a mask of bits, so that no index is outside. */
const powers: Float64Array = /* @__PURE__ */ powersOfTwo();

function powersOfTwo(): Float64Array {
  const table = new Float64Array(4096).fill(1);
  for (let k = 1; k <= 1074; k++) {
    table[2048 + k] = table[2048 + k - 1]! * 2;
    table[2048 - k] = table[2048 - k + 1]! / 2;
  }
  return table;
}

/** 2^k for whole k from -1074 to 1023; any number for others. */
export function powerOfTwo(k: number): number {
  return powers[(k + 2048) & 4095]!;
}

const bits: DataView = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(8));

/** `Arithmetic.exponent` in float64. */
export function exponent(u: number): number {
  bits.setFloat64(0, u, true);
  return (bits.getInt32(4, true) - HALF_ROOT_64) >> 20;
}

/** `Arithmetic.exponent` in float32. */
export function exponentFloat32(u: number): number {
  bits.setFloat32(0, u, true);
  return (bits.getInt32(0, true) - HALF_ROOT_32) >> 23;
}

/** The magnitude of `a` with the sign of `b`; that of -0 counts. */
export function copySign(a: number, b: number): number {
  const magnitude = Math.abs(a);
  return b < 0 || (b === 0 && 1 / b < 0) ? -magnitude : magnitude;
}

/** An arithmetic of plain numbers, each result rounded by `round`. Slow: the functions of `float64.ts` and `float32.ts` are this, written out. */
function plainArithmetic(
  coefficients: Coefficients,
  round: (x: number) => number,
  exponentOf: (u: number) => number,
): Arithmetic<number, boolean> {
  return {
    coefficients,
    constant: (value) => value,
    keep: (value) => value,
    add: (a, b) => round(a + b),
    subtract: (a, b) => round(a - b),
    multiply: (a, b) => round(a * b),
    divide: (a, b) => round(a / b),
    negate: (a) => -a,
    absolute: (a) => Math.abs(a),
    copySign,
    minimum: (a, b) => (b < a ? b : a),
    maximum: (a, b) => (a < b ? b : a),
    less: (a, b) => a < b,
    equal: (a, b) => a === b,
    select: (mask, whenTrue, whenFalse) => (mask ? whenTrue : whenFalse),
    powerOfTwo,
    exponent: exponentOf,
  };
}

/** The operations on one number of float64. */
export const FLOAT64_ARITHMETIC: Arithmetic<number, boolean> = /* @__PURE__ */ plainArithmetic(
  FLOAT64,
  (x) => x,
  exponent,
);

/** The operations on one number of float32: each result is rounded to it. */
export const FLOAT32_ARITHMETIC: Arithmetic<number, boolean> = /* @__PURE__ */ plainArithmetic(
  FLOAT32,
  Math.fround,
  exponentFloat32,
);
