/** @file What is known of the nodes of a kernel before it runs: which are constants, and between what bounds others lie. */
import {
  type BinaryOperation,
  type Dtype,
  evaluateKernel,
  type UnaryOperation,
  type Expression,
  operandsOf,
} from '@ndl/ir';

/** Between these, or NaN. */
export interface Bounds {
  readonly least: number;
  readonly greatest: number;
  /** Whether it may be -0, where 0 is between them. */
  readonly hasNegativeZero: boolean;
}

const ANYTHING: Bounds = { least: -Infinity, greatest: Infinity, hasNegativeZero: true };

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
    const bounds = constant === undefined ? this.#bound(node) : boundsOfConstant(constant);
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
      case 'unary':
        return boundsOfOne(node.operation, this.boundsOf(node.operand));
      case 'binary':
        return boundsOfTwo(node.operation, this.boundsOf(node.left), this.boundsOf(node.right));
      case 'select': {
        const [a, b] = [this.boundsOf(node.whenTrue), this.boundsOf(node.whenFalse)];
        return {
          least: Math.min(a.least, b.least),
          greatest: Math.max(a.greatest, b.greatest),
          hasNegativeZero: a.hasNegativeZero || b.hasNegativeZero,
        };
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

function boundsOfConstant(value: number): Bounds {
  return { least: value, greatest: value, hasNegativeZero: Object.is(value, -0) };
}

function boundsOfOne(operation: UnaryOperation, { least, greatest, hasNegativeZero }: Bounds): Bounds {
  switch (operation) {
    case 'negate':
      return { least: -greatest, greatest: -least, hasNegativeZero: least <= 0 && greatest >= 0 };
    case 'abs': {
      const holdsZero = least <= 0 && greatest >= 0;
      const smallest = holdsZero ? 0 : Math.min(Math.abs(least), Math.abs(greatest));
      return { least: smallest, greatest: Math.max(-least, greatest), hasNegativeZero: false };
    }
    case 'exp':
      return { least: 0, greatest: Infinity, hasNegativeZero: false };
    case 'expm1':
      return { least: -WIDER, greatest: Infinity, hasNegativeZero };
    default:
      return ANYTHING;
  }
}

/**
 * Rounding never leads out of bounds that are numbers of the dtype; those of other results are taken a little wider. -0 comes of
 * a sum only where both are, of equal numbers that are subtracted never, and of products that become too small.
 */
function boundsOfTwo(operation: BinaryOperation, a: Bounds, b: Bounds): Bounds {
  const isEitherZeroNegative = a.hasNegativeZero || b.hasNegativeZero;
  switch (operation) {
    case 'min': {
      const greatest = isNumber(b) ? Math.min(a.greatest, b.greatest) : a.greatest;
      return { least: Math.min(a.least, b.least), greatest, hasNegativeZero: isEitherZeroNegative };
    }
    case 'max': {
      const least = isNumber(b) ? Math.max(a.least, b.least) : a.least;
      return { least, greatest: Math.max(a.greatest, b.greatest), hasNegativeZero: isEitherZeroNegative };
    }
    case 'add':
      return around([a.least + b.least, a.greatest + b.greatest], a.hasNegativeZero && b.hasNegativeZero);
    case 'subtract': {
      const isFromZero = a.hasNegativeZero && b.least <= 0 && b.greatest >= 0;
      return around([a.least - b.greatest, a.greatest - b.least], isFromZero);
    }
    case 'multiply': {
      const corners = [a.least * b.least, a.least * b.greatest, a.greatest * b.least, a.greatest * b.greatest];
      return around(corners, isEitherZeroNegative || !(keepsSign(a, b) || keepsSign(b, a)));
    }
    case 'divide':
      return boundsOfQuotient(a, b);
    case 'less':
    case 'lessEqual':
    case 'greater':
    case 'greaterEqual':
    case 'equal':
      return { least: 0, greatest: 1, hasNegativeZero: false };
    default:
      return ANYTHING;
  }
}

/** Whether it is one number, and so no NaN: of the second operand of `min` and `max`, that would leave the first as it is. */
function isNumber({ least, greatest }: Bounds): boolean {
  return least === greatest;
}

/** Whether a number, times a factor that is no zero of its own sign, gives no -0: none is negative, or no product is too small. */
function keepsSign(a: Bounds, factor: Bounds): boolean {
  return factor.least >= 1 || (factor.least >= 0 && a.least >= 0);
}

function boundsOfQuotient(a: Bounds, b: Bounds): Bounds {
  if (b.least > 0 && a.least >= 0) {
    const [least, greatest] = [a.least / b.greatest, a.greatest / b.least];
    return around([Number.isNaN(least) ? 0 : least, greatest], a.hasNegativeZero);
  }
  if (!(b.least > 0 || b.greatest < 0)) return ANYTHING;
  return around([a.least / b.least, a.least / b.greatest, a.greatest / b.least, a.greatest / b.greatest], true);
}

const WIDER = 1 + 2 ** -20;

/** A bound nearer to 0 may be 0 in float32. */
const TINY = 2 ** -100;

/** Around these corners, a little wider. */
function around(corners: readonly number[], hasNegativeZero: boolean): Bounds {
  if (corners.some(Number.isNaN)) return { ...ANYTHING, hasNegativeZero };
  const [least, greatest] = [Math.min(...corners), Math.max(...corners)];
  return { least: -wider(-least), greatest: wider(greatest), hasNegativeZero };
}

/** The bound from above, a little higher. */
function wider(greatest: number): number {
  if (greatest > 0) return greatest * WIDER;
  return greatest > -TINY ? 0 : greatest / WIDER;
}
