/**
 * @file `kernel(…)`: writes a scalar kernel as ordinary arithmetic.
 *
 *     const lowpassStep = kernel({ name: 'lowpassStep', inputs: ['x', 'y'], parameters: ['decay'] }, (k) => ({
 *       output: k.add(k.multiply(k.parameters.decay, k.inputs.y), k.multiply(k.subtract(1, k.parameters.decay), k.inputs.x)),
 *     }));
 */
import { refuseSurplus, isRefusedPromise } from '@ndl/numerics';
import {
  duplicateKernelName,
  kernelBodyResult,
  kernelInvalid,
  kernelWithoutOutput,
  notANumber,
  notAnExpression,
  unknownKernelName,
} from '../errors.ts';
import { ExpressionPool, topologicalOrder } from './expression-pool.ts';
import type { BinaryOperation, Expression, Kernel, KernelBuilder, Scalar, UnaryOperation } from './kernel.ts';

/** The names of a kernel: `inputs` are what it is a function of, `parameters` what its author calls so. Both can be learnt. */
export interface KernelDeclaration<Inputs extends string, Parameters extends string> {
  /** Shown in prints and error messages. */
  readonly name: string;
  readonly inputs: readonly Inputs[];
  /** Default: none. */
  readonly parameters?: readonly Parameters[];
}

/**
 * Builds a kernel from `body`, which returns one expression or number per output. Equal sub-expressions become one node
 * and constants are folded, in float64.
 * @throws NdlError KERNEL_INVALID, UNKNOWN_KERNEL_NAME, KERNEL_DUPLICATE_NAME, KERNEL_NOT_AN_EXPRESSION, KERNEL_NOT_A_NUMBER, KERNEL_WITHOUT_OUTPUT
 */
export function kernel<const Inputs extends string, const Parameters extends string = never>(
  declaration: KernelDeclaration<Inputs, Parameters>,
  body: (k: KernelBuilder<Inputs, Parameters>) => Readonly<Record<string, Scalar>>,
): Kernel {
  refuseSurplus('kernel', arguments, 2);
  checkDeclaration(declaration, body);
  const { name, inputs } = declaration;
  const parameters: readonly Parameters[] = declaration.parameters ?? [];
  refuseDuplicates(name, [...inputs, ...parameters]);
  const pool = new ExpressionPool();
  const expressionOf = (scalar: Scalar): Expression => {
    if (Number.isNaN(scalar)) throw notANumber(name);
    if (typeof scalar === 'number') return pool.constant(scalar);
    if (scalar === null || typeof scalar !== 'object' || !('kind' in scalar)) throw notAnExpression(name, scalar);
    return pool.adopt(scalar);
  };
  const results = body(createBuilder(name, inputs, parameters, pool, expressionOf));
  if (!isRecordOfOutputs(results)) throw kernelBodyResult(name, results);
  const outputs = Object.entries(results).map(([output, scalar]) => ({
    name: output,
    expression: expressionOf(scalar),
  }));
  return makeKernel(name, inputs, parameters, outputs);
}

/**
 * A kernel from expressions that exist already.
 * @throws NdlError UNKNOWN_KERNEL_NAME when they use a name that is not declared, KERNEL_WITHOUT_OUTPUT
 */
export function makeKernel(
  name: string,
  inputs: readonly string[],
  parameters: readonly string[],
  outputs: Kernel['outputs'],
): Kernel {
  if (outputs.length === 0) throw kernelWithoutOutput(name);
  for (const node of topologicalOrder(outputs.map((output) => output.expression))) {
    if (node.kind === 'input' && !inputs.includes(node.name)) throw unknownKernelName(name, 'input', node.name, inputs);
    if (node.kind === 'parameter' && !parameters.includes(node.name)) {
      throw unknownKernelName(name, 'parameter', node.name, parameters);
    }
  }
  return Object.freeze({
    name,
    inputs: Object.freeze([...inputs]),
    parameters: Object.freeze([...parameters]),
    outputs: Object.freeze(outputs.map((output) => Object.freeze({ ...output }))),
  });
}

function createBuilder<Inputs extends string, Parameters extends string>(
  kernelName: string,
  inputs: readonly Inputs[],
  parameters: readonly Parameters[],
  pool: ExpressionPool,
  expressionOf: (scalar: Scalar) => Expression,
): KernelBuilder<Inputs, Parameters> {
  const unary =
    (operation: UnaryOperation) =>
    (operand: Scalar): Expression =>
      pool.unary(operation, expressionOf(operand));
  const binary =
    (operation: BinaryOperation) =>
    (left: Scalar, right: Scalar): Expression =>
      pool.binary(operation, expressionOf(left), expressionOf(right));
  /** Left to right: `add(a, b, c)` is `(a + b) + c`. */
  const chain =
    (operation: BinaryOperation, neutral: number) =>
    (...operands: readonly Scalar[]): Expression =>
      operands.length === 0
        ? pool.constant(neutral)
        : operands.map(expressionOf).reduce((left, right) => pool.binary(operation, left, right));
  return refusingUnknown<KernelBuilder<Inputs, Parameters>>(kernelName, 'operation', {
    inputs: namedExpressions(kernelName, 'input', inputs, (name) => pool.input(name)),
    parameters: namedExpressions(kernelName, 'parameter', parameters, (name) => pool.parameter(name)),
    add: chain('add', 0),
    multiply: chain('multiply', 1),
    subtract: binary('subtract'),
    divide: binary('divide'),
    min: binary('min'),
    max: binary('max'),
    less: binary('less'),
    lessEqual: binary('lessEqual'),
    greater: binary('greater'),
    greaterEqual: binary('greaterEqual'),
    equal: binary('equal'),
    select: (condition, whenTrue, whenFalse) =>
      pool.select(expressionOf(condition), expressionOf(whenTrue), expressionOf(whenFalse)),
    negate: unary('negate'),
    exp: unary('exp'),
    expm1: unary('expm1'),
    log: unary('log'),
    log1p: unary('log1p'),
    sqrt: unary('sqrt'),
    tanh: unary('tanh'),
    sigmoid: unary('sigmoid'),
    softplus: unary('softplus'),
    floor: unary('floor'),
    abs: unary('abs'),
    isNan: unary('isNan'),
    withDerivativeOf: (value, approximation) => pool.withDerivativeOf(expressionOf(value), expressionOf(approximation)),
  });
}

/** The names as a record of expressions. */
function namedExpressions<Name extends string>(
  kernelName: string,
  kind: 'input' | 'parameter',
  names: readonly Name[],
  make: (name: Name) => Expression,
): Readonly<Record<Name, Expression>> {
  const expressions = Object.fromEntries(names.map((name) => [name, make(name)])) as Record<Name, Expression>;
  return refusingUnknown(kernelName, kind, expressions);
}

/** A record that refuses any other name, also to code that was never type-checked. */
function refusingUnknown<Members extends object>(
  kernelName: string,
  kind: 'input' | 'parameter' | 'operation',
  members: Members,
): Members {
  return new Proxy(members, {
    get(target, property) {
      if (typeof property === 'string' && !Object.hasOwn(target, property))
        throw unknownKernelName(kernelName, kind, property, Object.keys(target));
      return Reflect.get(target, property) as unknown;
    },
  });
}

/** What code that was never type-checked may give. @throws NdlError KERNEL_INVALID */
function checkDeclaration(declaration: unknown, body: unknown): void {
  if (typeof declaration !== 'object' || declaration === null)
    throw kernelInvalid('kernel: the declaration', 'an object: { name, inputs, parameters }', declaration);
  const { name, inputs, parameters } = declaration as Readonly<Record<string, unknown>>;
  if (typeof name !== 'string' || name === '') throw kernelInvalid('kernel: name', 'a text, not empty', name);
  const strange = Object.keys(declaration).find((key) => !DECLARED.includes(key));
  if (strange !== undefined) throw unknownKernelName(name, 'field', strange, DECLARED);
  if (!isListOfNames(inputs)) throw kernelInvalid(`Kernel ${name}: inputs`, "a list of names, such as ['x']", inputs);
  if (parameters !== undefined && !isListOfNames(parameters))
    throw kernelInvalid(`Kernel ${name}: parameters`, "a list of names, such as ['decay']", parameters);
  if (typeof body !== 'function')
    throw kernelInvalid(`Kernel ${name}: its body`, 'a function, such as (k) => ({ output: k.exp(k.inputs.x) })', body);
}

const DECLARED: readonly string[] = ['name', 'inputs', 'parameters'];

function isListOfNames(value: unknown): boolean {
  return Array.isArray(value) && Array.from(value, (name) => typeof name === 'string').every(Boolean);
}

/** Whether a body returned outputs by name, and not an expression, a list or a promise of them. */
function isRecordOfOutputs(results: unknown): boolean {
  if (typeof results !== 'object' || results === null || Array.isArray(results)) return false;
  return typeof (results as { kind?: unknown }).kind !== 'string' && !isRefusedPromise(results);
}

function refuseDuplicates(kernelName: string, names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw duplicateKernelName(kernelName, name);
    seen.add(name);
  }
}
