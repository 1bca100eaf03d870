/** @file A scalar kernel for one element, written down from the mathematics of each operation. */
import type { BinaryOperation, Dtype, Expression, Kernel, UnaryOperation } from '@ndl/ir';
import { exp, expm1, float32, log, log1p, sigmoid, softplus, tanh } from '@ndl/numerics';
import type { Round } from './oracle-memory.ts';

/** What each function of one number is. */
export type Formulas = Readonly<Record<UnaryOperation, (x: number) => number>>;

/** The exact value of each function of one number, in float64. */
export const MATHEMATICS: Formulas = {
  negate: (x) => -x,
  exp: (x) => Math.exp(x),
  expm1: (x) => Math.expm1(x),
  log: (x) => Math.log(x),
  log1p: (x) => Math.log1p(x),
  sqrt: (x) => Math.sqrt(x),
  tanh: (x) => Math.tanh(x),
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  softplus: (x) => (x > 30 ? x + Math.exp(-x) : Math.log1p(Math.exp(x))),
  floor: (x) => Math.floor(x),
  abs: (x) => (x < 0 ? -x : x),
  isNan: (x) => (x === x ? 0 : 1),
};

/**
 * The functions to the last bit, as the one arithmetic of `@ndl/numerics` defines them: for backends that promise bits. Its
 * accuracy is a matter of its own.
 */
export function arithmeticOf(dtype: Dtype): Formulas {
  const own = dtype === 'float32' ? float32 : { exp, expm1, log, log1p, sigmoid, softplus, tanh };
  return {
    ...MATHEMATICS,
    exp: own.exp,
    expm1: own.expm1,
    log: own.log,
    log1p: own.log1p,
    sigmoid: own.sigmoid,
    softplus: own.softplus,
    tanh: own.tanh,
  };
}

/** The exact value of each function of two numbers, in float64. */
export const BINARY_FORMULAS: Readonly<Record<BinaryOperation, (x: number, y: number) => number>> = {
  add: (x, y) => x + y,
  subtract: (x, y) => x - y,
  multiply: (x, y) => x * y,
  divide: (x, y) => x / y,
  min: (x, y) => (y < x ? y : x),
  max: (x, y) => (x < y ? y : x),
  less: (x, y) => (x < y ? 1 : 0),
  lessEqual: (x, y) => (x <= y ? 1 : 0),
  greater: (x, y) => (x > y ? 1 : 0),
  greaterEqual: (x, y) => (x >= y ? 1 : 0),
  equal: (x, y) => (x === y ? 1 : 0),
};

/** The outputs of a kernel for single numbers. */
export function kernelOf(
  kernel: Kernel,
  inputs: readonly number[],
  parameters: readonly number[],
  round: Round,
  formulas: Formulas,
): number[] {
  const known = new Map<Expression, number>();
  const valueOf = (expression: Expression): number => {
    const before = known.get(expression);
    if (before !== undefined) return before;
    const value = round(compute(expression));
    known.set(expression, value);
    return value;
  };
  const compute = (expression: Expression): number => {
    switch (expression.kind) {
      case 'constant':
        return expression.value;
      case 'input':
        return inputs[kernel.inputs.indexOf(expression.name)]!;
      case 'parameter':
        return parameters[kernel.parameters.indexOf(expression.name)]!;
      case 'unary':
        return formulas[expression.operation](valueOf(expression.operand));
      case 'binary':
        return BINARY_FORMULAS[expression.operation](valueOf(expression.left), valueOf(expression.right));
      case 'select':
        return valueOf(valueOf(expression.condition) === 0 ? expression.whenFalse : expression.whenTrue);
      case 'withDerivativeOf':
        return valueOf(expression.value);
    }
  };
  return kernel.outputs.map((output) => valueOf(output.expression));
}
