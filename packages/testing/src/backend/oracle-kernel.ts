/** @file A scalar kernel for one element, written down from the mathematics of each operation. */
import type { BinaryOperation, Expression, Kernel, UnaryOperation } from '@ndl/ir';

/** Rounds a number to the format under test. */
export type Round = (value: number) => number;

/** The exact value of each function of one number, in float64. */
export const UNARY_FORMULAS: Readonly<Record<UnaryOperation, (x: number) => number>> = {
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

/** Likewise of two. */
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
        return UNARY_FORMULAS[expression.operation](valueOf(expression.operand));
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
