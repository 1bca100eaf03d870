/**
 * @file Derivatives of scalar kernels, as kernels.
 *
 * Every node is differentiated by each operand in turn, rather than pushing gradients back from the outputs: only so is the
 * derivative of a select a select of derivatives. Pushed back, a gradient would enter the branch that was not taken as 0,
 * and 0 times the infinite slope of, say, a logarithm at 0 is NaN.
 *
 * Conventions: comparisons, `floor` and `isNan` have derivative 0; `abs` has 0 at 0; `min` and `max` that of the operand
 * chosen, and of the right one where both are equal; the condition of a select has none; `withDerivativeOf` that of its
 * approximation.
 */
import { ExpressionPool, isZero, topologicalOrder } from './expression-pool.ts';
import type { Expression, Kernel } from './kernel.ts';
import { makeKernel } from './kernel-builder.ts';

/** Name, in a derivative kernel, of the gradient of an input or output. */
export function gradientName(name: string): string {
  return `gradient of ${name}`;
}

/** Which derivatives are wanted. */
export interface DerivativeSelection {
  /** Outputs whose gradient is not zero. Default: all. */
  readonly outputs?: readonly string[];
  /** Operands to differentiate by: inputs and parameters alike. Default: all inputs. */
  readonly operands?: readonly string[];
}

/**
 * The kernel of the gradients. Inputs: those of `kernel`, then `gradient of <output>` per selected output. Parameters: the
 * same. Outputs: `gradient of <operand>` per selected operand, in the order of inputs, then parameters: Σ over outputs of the
 * output's gradient times the output's derivative by the operand. `pruneKernel` drops the operands that it does not use.
 * @throws NdlError KERNEL_WITHOUT_OUTPUT where there is nothing to differentiate by
 */
export function differentiateKernel(kernel: Kernel, selection: DerivativeSelection = {}): Kernel {
  const { pool } = derivativesOf(kernel);
  const selected = kernel.outputs.map((output) => selection.outputs?.includes(output.name) ?? true);
  const outputGradients = kernel.outputs.map((output) => gradientName(output.name));
  const wanted =
    selection.operands === undefined
      ? kernel.inputs
      : [...kernel.inputs, ...kernel.parameters].filter((name) => selection.operands!.includes(name));
  const gradients = wanted.map((name) => ({
    name: gradientName(name),
    expression: kernelDerivatives(kernel, name)
      .map((derivative, row) => product(pool, pool.input(outputGradients[row]!), derivative))
      .filter((term, row) => selected[row] && !isZero(term))
      .reduce((left, right) => pool.binary('add', left, right), pool.constant(0)),
  }));
  return makeKernel(
    `gradient of ${kernel.name}`,
    [...kernel.inputs, ...outputGradients.filter((_, row) => selected[row])],
    kernel.parameters,
    gradients,
  );
}

/**
 * The derivative of each output by one operand, an input or a parameter. `isZero` tells those that vanish everywhere. Worked
 * out once per kernel and operand.
 */
export function kernelDerivatives(kernel: Kernel, operand: string): readonly Expression[] {
  const { pool, roots, byOperand } = derivativesOf(kernel);
  const known = byOperand.get(operand);
  if (known !== undefined) return known;
  const derivatives = new Map<Expression, Expression>();
  for (const node of topologicalOrder(roots))
    derivatives.set(
      node,
      derivativeOf(pool, node, operand, (part) => derivatives.get(part)!),
    );
  const made = roots.map((root) => derivatives.get(root)!);
  byOperand.set(operand, made);
  return made;
}

/** What is known of a kernel's derivatives. */
interface Derivatives {
  readonly pool: ExpressionPool;
  /** The outputs, made in `pool`. */
  readonly roots: readonly Expression[];
  readonly byOperand: Map<string, readonly Expression[]>;
}

const KNOWN = /* @__PURE__ */ new WeakMap<Kernel, Derivatives>();

function derivativesOf(kernel: Kernel): Derivatives {
  const known = KNOWN.get(kernel);
  if (known !== undefined) return known;
  const pool = new ExpressionPool();
  const roots = kernel.outputs.map((output) => pool.adopt(output.expression));
  const made = { pool, roots, byOperand: new Map<string, readonly Expression[]>() };
  KNOWN.set(kernel, made);
  return made;
}

/** The derivative of one node by the operand `name`; `d` is the derivative of its operands. */
function derivativeOf(
  pool: ExpressionPool,
  node: Expression,
  name: string,
  d: (operand: Expression) => Expression,
): Expression {
  switch (node.kind) {
    case 'constant':
      return pool.constant(0);
    case 'input':
    case 'parameter':
      return pool.constant(node.name === name ? 1 : 0);
    case 'unary':
      return derivativeOfUnary(pool, node, d(node.operand));
    case 'binary':
      return derivativeOfBinary(pool, node, d(node.left), d(node.right));
    case 'select':
      return pool.select(node.condition, d(node.whenTrue), d(node.whenFalse));
    case 'withDerivativeOf':
      return d(node.approximation);
  }
}

function derivativeOfUnary(
  pool: ExpressionPool,
  node: Extract<Expression, { kind: 'unary' }>,
  dx: Expression,
): Expression {
  const zero = pool.constant(0);
  if (isZero(dx)) return zero;
  const one = pool.constant(1);
  const x = node.operand;
  switch (node.operation) {
    case 'negate':
      return pool.unary('negate', dx);
    case 'exp':
      return product(pool, node, dx);
    case 'expm1':
      return product(pool, pool.unary('exp', x), dx);
    case 'log':
      return pool.binary('divide', dx, x);
    case 'log1p':
      return pool.binary('divide', dx, pool.binary('add', one, x));
    case 'sqrt':
      return pool.binary('divide', dx, pool.binary('multiply', pool.constant(2), node));
    // 1 - tanh² and 1 - sigmoid would cancel where the functions level off; sigmoid(-x) is 1 - sigmoid(x) in all its digits.
    case 'tanh': {
      const doubled = pool.binary('multiply', pool.constant(2), x);
      return product(pool, pool.binary('multiply', pool.constant(4), slopeOfSigmoid(pool, doubled)), dx);
    }
    case 'sigmoid':
      return product(pool, slopeOfSigmoid(pool, x), dx);
    case 'softplus':
      return product(pool, pool.unary('sigmoid', x), dx);
    case 'abs': {
      const falling = pool.select(pool.binary('less', x, zero), pool.unary('negate', dx), zero);
      return pool.select(pool.binary('greater', x, zero), dx, falling);
    }
    case 'floor':
    case 'isNan':
      return zero;
  }
}

function slopeOfSigmoid(pool: ExpressionPool, x: Expression): Expression {
  return pool.binary('multiply', pool.unary('sigmoid', x), pool.unary('sigmoid', pool.unary('negate', x)));
}

function derivativeOfBinary(
  pool: ExpressionPool,
  node: Extract<Expression, { kind: 'binary' }>,
  dx: Expression,
  dy: Expression,
): Expression {
  const { left: x, right: y } = node;
  if (isZero(dx) && isZero(dy)) return pool.constant(0);
  switch (node.operation) {
    case 'add':
    case 'subtract':
      return pool.binary(node.operation, dx, dy);
    case 'multiply':
      return pool.binary('add', product(pool, dx, y), product(pool, x, dy));
    case 'divide':
      return pool.binary('divide', pool.binary('subtract', dx, product(pool, node, dy)), y);
    case 'min':
      return pool.select(pool.binary('less', x, y), dx, dy);
    case 'max':
      return pool.select(pool.binary('greater', x, y), dx, dy);
    case 'less':
    case 'lessEqual':
    case 'greater':
    case 'greaterEqual':
    case 'equal':
      return pool.constant(0);
  }
}

/** The product of an expression and a derivative; a derivative that vanishes everywhere stays so. */
function product(pool: ExpressionPool, left: Expression, right: Expression): Expression {
  return isZero(left) || isZero(right) ? pool.constant(0) : pool.binary('multiply', left, right);
}
