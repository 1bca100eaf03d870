/**
 * @file Scalar kernels: pure functions of a few numbers, as data. Neurons, synapses, learning rules, losses and optimizers
 * are written as kernels once, run on every backend, and are differentiated by `differentiateKernel`.
 */

/** Functions of one number. `floor` and the comparisons have derivative zero. */
export type UnaryOperation =
  'negate' | 'exp' | 'expm1' | 'log' | 'log1p' | 'sqrt' | 'tanh' | 'sigmoid' | 'softplus' | 'floor' | 'abs' | 'isNan';

/** Functions of two numbers. Comparisons give 0 or 1. */
export type BinaryOperation =
  | 'add'
  | 'subtract'
  | 'multiply'
  | 'divide'
  | 'min'
  | 'max'
  | 'less'
  | 'lessEqual'
  | 'greater'
  | 'greaterEqual'
  | 'equal';

/** A node of a kernel. Nodes are shared by identity: a kernel is a directed acyclic graph. */
export type Expression =
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'parameter'; readonly name: string }
  | { readonly kind: 'unary'; readonly operation: UnaryOperation; readonly operand: Expression }
  | {
      readonly kind: 'binary';
      readonly operation: BinaryOperation;
      readonly left: Expression;
      readonly right: Expression;
    }
  /** `whenTrue` where `condition` is not 0, else `whenFalse`. Its derivative is a select of derivatives, never a masked product. */
  | {
      readonly kind: 'select';
      readonly condition: Expression;
      readonly whenTrue: Expression;
      readonly whenFalse: Expression;
    }
  /** Computes `value`, differentiates `approximation`. */
  | { readonly kind: 'withDerivativeOf'; readonly value: Expression; readonly approximation: Expression };

/** A scalar function with named inputs, parameters and outputs. */
export interface Kernel {
  /** Shown in prints and error messages. */
  readonly name: string;
  readonly inputs: readonly string[];
  readonly parameters: readonly string[];
  readonly outputs: readonly { readonly name: string; readonly expression: Expression }[];
}

/** A number where an expression is wanted stands for that constant. */
export type Scalar = Expression | number;

/** The vocabulary handed to the body of a kernel: one member per operation, and the kernel's own names. */
export interface KernelBuilder<Inputs extends string, Parameters extends string> {
  readonly inputs: Readonly<Record<Inputs, Expression>>;
  readonly parameters: Readonly<Record<Parameters, Expression>>;
  add(...terms: readonly Scalar[]): Expression;
  subtract(left: Scalar, right: Scalar): Expression;
  multiply(...factors: readonly Scalar[]): Expression;
  divide(left: Scalar, right: Scalar): Expression;
  min(left: Scalar, right: Scalar): Expression;
  max(left: Scalar, right: Scalar): Expression;
  less(left: Scalar, right: Scalar): Expression;
  lessEqual(left: Scalar, right: Scalar): Expression;
  greater(left: Scalar, right: Scalar): Expression;
  greaterEqual(left: Scalar, right: Scalar): Expression;
  equal(left: Scalar, right: Scalar): Expression;
  select(condition: Scalar, whenTrue: Scalar, whenFalse: Scalar): Expression;
  negate(operand: Scalar): Expression;
  exp(operand: Scalar): Expression;
  expm1(operand: Scalar): Expression;
  log(operand: Scalar): Expression;
  log1p(operand: Scalar): Expression;
  sqrt(operand: Scalar): Expression;
  tanh(operand: Scalar): Expression;
  sigmoid(operand: Scalar): Expression;
  softplus(operand: Scalar): Expression;
  floor(operand: Scalar): Expression;
  abs(operand: Scalar): Expression;
  isNan(operand: Scalar): Expression;
  /** Computes `value`; its derivative is that of `approximation`. `withDerivativeOf(x, 0)` stops a gradient. */
  withDerivativeOf(value: Scalar, approximation: Scalar): Expression;
}
