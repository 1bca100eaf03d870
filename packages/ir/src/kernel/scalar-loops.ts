/**
 * @file What every scalar operation means: one loop per operation over arrays. Constants are folded by those of float64,
 * and rounded once. The functions are those of `@ndl/numerics`, so that every engine gives the same bits.
 *
 * NaN: `min(a, b)` is `b < a ? b : a`, and `max` likewise, so that a NaN in `a` stays and one in `b` does not come in;
 * comparisons with NaN give 0; `floor`, `abs` and arithmetic pass it on. `select` reads both branches but takes elements of one only, so that a NaN in the other does not leak; a condition
 * of NaN is not 0 and takes `whenTrue`.
 */
import { exp, expm1, float32, log, log1p, max, min, sigmoid, softplus, tanh, type FloatArray } from '@ndl/numerics';
import type { BinaryOperation, UnaryOperation } from './kernel.ts';
import type { Dtype } from '../program/program.ts';

/** Elements `start`, `start + step`, … of an array; a step of 0 repeats one element. */
export interface Lane {
  array: FloatArray;
  start: number;
  step: number;
}

export type UnaryLoop = (count: number, out: FloatArray, x: Lane) => void;
export type BinaryLoop = (count: number, out: FloatArray, x: Lane, y: Lane) => void;

// One literal loop per operation: shared helpers would turn each element into an indirect call.
// prettier-ignore
const FLOAT64_LOOPS: Readonly<Record<UnaryOperation, UnaryLoop>> = {
  negate: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = -array[i]!; },
  exp: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = exp(array[i]!); },
  expm1: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = expm1(array[i]!); },
  log: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = log(array[i]!); },
  log1p: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = log1p(array[i]!); },
  sqrt: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = Math.sqrt(array[i]!); },
  tanh: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = tanh(array[i]!); },
  sigmoid: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = sigmoid(array[i]!); },
  softplus: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = softplus(array[i]!); },
  floor: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = Math.floor(array[i]!); },
  abs: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = Math.abs(array[i]!); },
  isNan: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = Number.isNaN(array[i]!) ? 1 : 0; },
};

// prettier-ignore
const FLOAT32_LOOPS: Readonly<Record<UnaryOperation, UnaryLoop>> = {
  ...FLOAT64_LOOPS,
  exp: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = float32.exp(array[i]!); },
  expm1: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = float32.expm1(array[i]!); },
  log: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = float32.log(array[i]!); },
  log1p: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = float32.log1p(array[i]!); },
  tanh: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = float32.tanh(array[i]!); },
  sigmoid: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = float32.sigmoid(array[i]!); },
  softplus: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = float32.softplus(array[i]!); },
};

/** The loops of each dtype. What rounds once differs in nothing but the array that it writes to. */
export const UNARY_LOOPS: Readonly<Record<Dtype, Readonly<Record<UnaryOperation, UnaryLoop>>>> = {
  float64: FLOAT64_LOOPS,
  float32: FLOAT32_LOOPS,
};

// prettier-ignore
export const BINARY_LOOPS: Readonly<Record<BinaryOperation, BinaryLoop>> = {
  add: (n, out, { array: a, start: i, step: di }, { array: b, start: j, step: dj }) => { for (let k = 0; k < n; k++, i += di, j += dj) out[k] = a[i]! + b[j]!; },
  subtract: (n, out, { array: a, start: i, step: di }, { array: b, start: j, step: dj }) => { for (let k = 0; k < n; k++, i += di, j += dj) out[k] = a[i]! - b[j]!; },
  multiply: (n, out, { array: a, start: i, step: di }, { array: b, start: j, step: dj }) => { for (let k = 0; k < n; k++, i += di, j += dj) out[k] = a[i]! * b[j]!; },
  divide: (n, out, { array: a, start: i, step: di }, { array: b, start: j, step: dj }) => { for (let k = 0; k < n; k++, i += di, j += dj) out[k] = a[i]! / b[j]!; },
  min: (n, out, { array: a, start: i, step: di }, { array: b, start: j, step: dj }) => { for (let k = 0; k < n; k++, i += di, j += dj) out[k] = min(a[i]!, b[j]!); },
  max: (n, out, { array: a, start: i, step: di }, { array: b, start: j, step: dj }) => { for (let k = 0; k < n; k++, i += di, j += dj) out[k] = max(a[i]!, b[j]!); },
  less: (n, out, { array: a, start: i, step: di }, { array: b, start: j, step: dj }) => { for (let k = 0; k < n; k++, i += di, j += dj) out[k] = a[i]! < b[j]! ? 1 : 0; },
  lessEqual: (n, out, { array: a, start: i, step: di }, { array: b, start: j, step: dj }) => { for (let k = 0; k < n; k++, i += di, j += dj) out[k] = a[i]! <= b[j]! ? 1 : 0; },
  greater: (n, out, { array: a, start: i, step: di }, { array: b, start: j, step: dj }) => { for (let k = 0; k < n; k++, i += di, j += dj) out[k] = a[i]! > b[j]! ? 1 : 0; },
  greaterEqual: (n, out, { array: a, start: i, step: di }, { array: b, start: j, step: dj }) => { for (let k = 0; k < n; k++, i += di, j += dj) out[k] = a[i]! >= b[j]! ? 1 : 0; },
  equal: (n, out, { array: a, start: i, step: di }, { array: b, start: j, step: dj }) => { for (let k = 0; k < n; k++, i += di, j += dj) out[k] = a[i]! === b[j]! ? 1 : 0; },
};

/** `out[k]` becomes `yes[k]` where `condition[k]` is not 0, else `no[k]`. */
export function selectLoop(count: number, out: FloatArray, condition: Lane, yes: Lane, no: Lane): void {
  for (let k = 0; k < count; k++) {
    out[k] =
      condition.array[condition.start + k * condition.step] !== 0
        ? yes.array[yes.start + k * yes.step]!
        : no.array[no.start + k * no.step]!;
  }
}

/** The operation on one number, in float64. */
export function applyUnary(operation: UnaryOperation, x: number): number {
  const out = new Float64Array(1);
  FLOAT64_LOOPS[operation](1, out, single(x));
  return out[0]!;
}

/** The operation on two numbers, in float64. */
export function applyBinary(operation: BinaryOperation, x: number, y: number): number {
  const out = new Float64Array(1);
  BINARY_LOOPS[operation](1, out, single(x), single(y));
  return out[0]!;
}

function single(x: number): Lane {
  return { array: Float64Array.of(x), start: 0, step: 0 };
}
