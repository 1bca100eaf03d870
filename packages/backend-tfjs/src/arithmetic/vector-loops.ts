/**
 * @file Loops over whole float32 arrays for what wasm engines of tfjs have no vectorized operation of: `vectorized-kernel.ts`
 * fills the gaps with them. What each gives is what `@ndl/ir` defines, rounded to float32.
 */
import type { BinaryOperation, UnaryOperation } from '@ndl/ir';
import { exp, expm1, log, log1p, max, min, sigmoid, softplus, tanh } from '@ndl/numerics';

export type UnaryLoop = (out: Float32Array, x: Float32Array) => void;
export type BinaryLoop = (out: Float32Array, x: Float32Array, y: Float32Array) => void;

// One literal loop per operation: shared helpers would turn each element into an indirect call.
// prettier-ignore
export const UNARY_LOOPS: Readonly<Record<UnaryOperation, UnaryLoop>> = {
  negate: (out, x) => { for (let k = 0; k < out.length; k++) out[k] = -x[k]!; },
  exp: (out, x) => { for (let k = 0; k < out.length; k++) out[k] = exp(x[k]!); },
  expm1: (out, x) => { for (let k = 0; k < out.length; k++) out[k] = expm1(x[k]!); },
  log: (out, x) => { for (let k = 0; k < out.length; k++) out[k] = log(x[k]!); },
  log1p: (out, x) => { for (let k = 0; k < out.length; k++) out[k] = log1p(x[k]!); },
  sqrt: (out, x) => { for (let k = 0; k < out.length; k++) out[k] = Math.sqrt(x[k]!); },
  tanh: (out, x) => { for (let k = 0; k < out.length; k++) out[k] = tanh(x[k]!); },
  sigmoid: (out, x) => { for (let k = 0; k < out.length; k++) out[k] = sigmoid(x[k]!); },
  softplus: (out, x) => { for (let k = 0; k < out.length; k++) out[k] = softplus(x[k]!); },
  floor: (out, x) => { for (let k = 0; k < out.length; k++) out[k] = Math.floor(x[k]!); },
  abs: (out, x) => { for (let k = 0; k < out.length; k++) out[k] = Math.abs(x[k]!); },
  isNan: (out, x) => { for (let k = 0; k < out.length; k++) out[k] = Number.isNaN(x[k]!) ? 1 : 0; },
};

// prettier-ignore
export const BINARY_LOOPS: Readonly<Record<BinaryOperation, BinaryLoop>> = {
  add: (out, x, y) => { for (let k = 0; k < out.length; k++) out[k] = x[k]! + y[k]!; },
  subtract: (out, x, y) => { for (let k = 0; k < out.length; k++) out[k] = x[k]! - y[k]!; },
  multiply: (out, x, y) => { for (let k = 0; k < out.length; k++) out[k] = x[k]! * y[k]!; },
  divide: (out, x, y) => { for (let k = 0; k < out.length; k++) out[k] = x[k]! / y[k]!; },
  min: (out, x, y) => { for (let k = 0; k < out.length; k++) out[k] = min(x[k]!, y[k]!); },
  max: (out, x, y) => { for (let k = 0; k < out.length; k++) out[k] = max(x[k]!, y[k]!); },
  less: (out, x, y) => { for (let k = 0; k < out.length; k++) out[k] = x[k]! < y[k]! ? 1 : 0; },
  lessEqual: (out, x, y) => { for (let k = 0; k < out.length; k++) out[k] = x[k]! <= y[k]! ? 1 : 0; },
  greater: (out, x, y) => { for (let k = 0; k < out.length; k++) out[k] = x[k]! > y[k]! ? 1 : 0; },
  greaterEqual: (out, x, y) => { for (let k = 0; k < out.length; k++) out[k] = x[k]! >= y[k]! ? 1 : 0; },
  equal: (out, x, y) => { for (let k = 0; k < out.length; k++) out[k] = x[k]! === y[k]! ? 1 : 0; },
};

/** `out[k]` becomes `yes[k]` where `condition[k]` is not 0, else `no[k]`. */
export function selectLoop(out: Float32Array, condition: Float32Array, yes: Float32Array, no: Float32Array): void {
  for (let k = 0; k < out.length; k++) out[k] = condition[k] !== 0 ? yes[k]! : no[k]!;
}
