/** @file What is known of the nodes of a kernel before it runs: which are constants, and between what bounds others lie. */
import { type BinaryOperation, type Dtype, evaluateKernel, type Expression, operandsOf } from '@ndl/ir';

/** Between these, or NaN. */
export interface Bounds {
  readonly least: number;
  readonly greatest: number;
}

const ANYTHING: Bounds = { least: -Infinity, greatest: Infinity };

export class KernelValues {
  readonly #dtype: Dtype;
  readonly #numberOf: (leaf: Expression) => number | undefined;
  readonly #constants = new Map<Expression, number | undefined>();
  readonly #bounds = new Map<Expression, Bounds>();

  /** @param numberOf the number that an operand is, where it is one; not yet rounded */
  constructor(dtype: Dtype, numberOf: (leaf: Expression) => number | undefined) {
    this.#dtype = dtype;
    this.#numberOf = numberOf;
  }

  /** The value of a node that depends on numbers alone, computed as it would be when the kernel runs. */
  constantOf(node: Expression): number | undefined {
    if (!this.#constants.has(node)) this.#constants.set(node, this.#fold(node));
    return this.#constants.get(node);
  }

  boundsOf(node: Expression): Bounds {
    const known = this.#bounds.get(node);
    if (known !== undefined) return known;
    const constant = this.constantOf(node);
    const bounds = constant === undefined ? this.#bound(node) : { least: constant, greatest: constant };
    this.#bounds.set(node, bounds);
    return bounds;
  }

  #fold(node: Expression): number | undefined {
    if (node.kind === 'input' || node.kind === 'parameter') {
      const value = this.#numberOf(node);
      return value === undefined ? undefined : this.#rounded(value);
    }
    if (node.kind === 'constant') return this.#rounded(node.value);
    const operands = operandsOf(node, 'values').map((operand) => this.constantOf(operand));
    if (operands.includes(undefined)) return undefined;
    return this.#evaluated(withOperands(node, operands as number[]));
  }

  #rounded(value: number): number {
    return this.#dtype === 'float32' ? Math.fround(value) : value;
  }

  #evaluated(expression: Expression): number {
    const out = this.#dtype === 'float32' ? new Float32Array(1) : new Float64Array(1);
    const kernel = { name: 'constant', inputs: [], parameters: [], outputs: [{ name: 'value', expression }] };
    evaluateKernel(kernel, [], [], [out], this.#dtype);
    return out[0]!;
  }

  #bound(node: Expression): Bounds {
    switch (node.kind) {
      case 'unary': {
        const { least, greatest } = this.boundsOf(node.operand);
        if (node.operation === 'negate') return { least: -greatest, greatest: -least };
        if (node.operation === 'abs') return { least: 0, greatest: Math.max(-least, greatest) };
        if (node.operation === 'exp') return { least: 0, greatest: Infinity };
        return ANYTHING;
      }
      case 'binary':
        return boundsOfTwo(node.operation, this.boundsOf(node.left), this.boundsOf(node.right));
      case 'select': {
        const [a, b] = [this.boundsOf(node.whenTrue), this.boundsOf(node.whenFalse)];
        return { least: Math.min(a.least, b.least), greatest: Math.max(a.greatest, b.greatest) };
      }
      case 'withDerivativeOf':
        return this.boundsOf(node.value);
      default:
        return ANYTHING;
    }
  }
}

/** The node with numbers in place of its operands. */
function withOperands(node: Expression, values: readonly number[]): Expression {
  const [first, second, third] = values.map((value): Expression => ({ kind: 'constant', value }));
  switch (node.kind) {
    case 'unary':
      return { ...node, operand: first! };
    case 'binary':
      return { ...node, left: first!, right: second! };
    case 'select':
      return { ...node, condition: first!, whenTrue: second!, whenFalse: third! };
    default:
      return first!;
  }
}

/** Rounding never leads out of bounds that are numbers of the dtype; those of products and quotients are taken a little wider. */
function boundsOfTwo(operation: BinaryOperation, a: Bounds, b: Bounds): Bounds {
  switch (operation) {
    case 'min':
      return { least: Math.min(a.least, b.least), greatest: Math.min(a.greatest, b.greatest) };
    case 'max':
      return { least: Math.max(a.least, b.least), greatest: Math.max(a.greatest, b.greatest) };
    case 'multiply':
      return around([a.least * b.least, a.least * b.greatest, a.greatest * b.least, a.greatest * b.greatest]);
    case 'divide':
      if (!(b.least > 0 || b.greatest < 0)) return ANYTHING;
      return around([a.least / b.least, a.least / b.greatest, a.greatest / b.least, a.greatest / b.greatest]);
    case 'less':
    case 'lessEqual':
    case 'greater':
    case 'greaterEqual':
    case 'equal':
      return { least: 0, greatest: 1 };
    default:
      return ANYTHING;
  }
}

const WIDER = 1 + 2 ** -20;

function around(corners: readonly number[]): Bounds {
  if (corners.some(Number.isNaN)) return ANYTHING;
  const [least, greatest] = [Math.min(...corners), Math.max(...corners)];
  return {
    least: least < 0 ? least * WIDER : least / WIDER,
    greatest: greatest > 0 ? greatest * WIDER : greatest / WIDER,
  };
}
