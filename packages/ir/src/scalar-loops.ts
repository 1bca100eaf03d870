/**
 * @file What every scalar operation means: one loop per operation over arrays. Constants are folded by these very loops,
 * so that folding and evaluation cannot differ.
 *
 * NaN: `min` and `max` give NaN when either operand is NaN; comparisons with NaN give 0; `floor`, `abs` and arithmetic pass
 * it on. `select` reads both branches but takes elements of one only, so that a NaN in the other does not leak; a condition
 * of NaN is not 0 and takes `whenTrue`.
 */
import type { FloatArray } from '@ndl/numerics';
import type { BinaryOperation, UnaryOperation } from './kernel.ts';

/** Elements `start`, `start + step`, … of an array; a step of 0 repeats one element. */
export interface Lane {
  array: FloatArray;
  start: number;
  step: number;
}

export type UnaryLoop = (count: number, out: FloatArray, x: Lane) => void;
export type BinaryLoop = (count: number, out: FloatArray, x: Lane, y: Lane) => void;

/** 1 / (1 + e^-x), without overflow for any x. */
function sigmoid(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const exponential = Math.exp(x);
  return exponential / (1 + exponential);
}

/** log(1 + e^x), without overflow and without loss of small values. */
function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

// One literal loop per operation: shared helpers would turn each element into an indirect call.
// prettier-ignore
export const UNARY_LOOPS: Readonly<Record<UnaryOperation, UnaryLoop>> = {
  negate: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = -array[i]!; },
  exp: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = Math.exp(array[i]!); },
  expm1: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = Math.expm1(array[i]!); },
  log: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = Math.log(array[i]!); },
  log1p: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = Math.log1p(array[i]!); },
  sqrt: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = Math.sqrt(array[i]!); },
  tanh: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = Math.tanh(array[i]!); },
  sigmoid: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = sigmoid(array[i]!); },
  softplus: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = softplus(array[i]!); },
  floor: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = Math.floor(array[i]!); },
  abs: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = Math.abs(array[i]!); },
  isNan: (n, out, { array, start, step }) => { for (let k = 0, i = start; k < n; k++, i += step) out[k] = Number.isNaN(array[i]!) ? 1 : 0; },
};

// prettier-ignore
export const BINARY_LOOPS: Readonly<Record<BinaryOperation, BinaryLoop>> = {
  add: (n, out, { array: a, start: i, step: di }, { array: b, start: j, step: dj }) => { for (let k = 0; k < n; k++, i += di, j += dj) out[k] = a[i]! + b[j]!; },
  subtract: (n, out, { array: a, start: i, step: di }, { array: b, start: j, step: dj }) => { for (let k = 0; k < n; k++, i += di, j += dj) out[k] = a[i]! - b[j]!; },
  multiply: (n, out, { array: a, start: i, step: di }, { array: b, start: j, step: dj }) => { for (let k = 0; k < n; k++, i += di, j += dj) out[k] = a[i]! * b[j]!; },
  divide: (n, out, { array: a, start: i, step: di }, { array: b, start: j, step: dj }) => { for (let k = 0; k < n; k++, i += di, j += dj) out[k] = a[i]! / b[j]!; },
  min: (n, out, { array: a, start: i, step: di }, { array: b, start: j, step: dj }) => { for (let k = 0; k < n; k++, i += di, j += dj) out[k] = Math.min(a[i]!, b[j]!); },
  max: (n, out, { array: a, start: i, step: di }, { array: b, start: j, step: dj }) => { for (let k = 0; k < n; k++, i += di, j += dj) out[k] = Math.max(a[i]!, b[j]!); },
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
  UNARY_LOOPS[operation](1, out, single(x));
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
