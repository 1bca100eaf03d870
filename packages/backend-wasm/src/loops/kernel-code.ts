/** @file `KernelCode`: the nodes of a kernel as vector code, each computed once. */
import { type Expression, topologicalOrder } from '@ndl/ir';
import { elementaryForms } from '@ndl/numerics';
import { codeOf } from '@ndl/wasm-module';
import type { Bounds, KernelValues } from './kernel-values.ts';
import type { Lanes, Vector } from '../views/lanes.ts';

const { exp, log, tanh, sigmoid, softplus } = elementaryForms;

/** What has no instruction of its own. */
const FORMS = { exp, log, tanh, sigmoid, softplus } as const;

/** Below this in magnitude, `expm1` needs no powers of two. */
const SMALL = 0.34;

export class KernelCode {
  readonly #lanes: Lanes;
  readonly #values: KernelValues;
  readonly #operand: (leaf: Expression) => Vector;
  readonly #vectors: Map<Expression, Vector>;
  readonly #masks: Map<Expression, Vector>;

  /** @param operand the vector of an input or a parameter */
  constructor(lanes: Lanes, values: KernelValues, operand: (leaf: Expression) => Vector, known?: KernelCode) {
    this.#lanes = lanes;
    this.#values = values;
    this.#operand = operand;
    this.#vectors = new Map(known === undefined ? [] : known.#vectors);
    this.#masks = new Map(known === undefined ? [] : known.#masks);
  }

  /** Computes these nodes, and all that they need, here. */
  compute(nodes: readonly Expression[]): void {
    for (const node of topologicalOrder(nodes, 'values')) {
      if (!this.has(node)) this.#compute(node);
    }
  }

  has(node: Expression): boolean {
    return this.#vectors.has(node) || this.#masks.has(node) || this.#values.constantOf(node) !== undefined;
  }

  /** Says what a node is, which is not computed then. */
  define(node: Expression, vector: Vector): void {
    this.#vectors.set(node, vector);
  }

  /** The value of a node that was computed. */
  value(node: Expression): Vector {
    const constant = this.#values.constantOf(node);
    if (constant !== undefined) return this.#lanes.constant(constant);
    const known = this.#vectors.get(node);
    if (known !== undefined) return known;
    const made = this.#lanes.keep(this.#lanes.where(this.#masks.get(node)!, this.#lanes.constant(1)));
    this.#vectors.set(node, made);
    return made;
  }

  /** Where a node is not 0. */
  mask(node: Expression): Vector {
    const known = this.#masks.get(node);
    if (known !== undefined) return known;
    const made = this.#kept(this.#lanes.different(this.value(node), this.#lanes.constant(0)));
    this.#masks.set(node, made);
    return made;
  }

  #compute(node: Expression): void {
    if (this.#values.constantOf(node) !== undefined) return;
    if (isTest(node)) this.#masks.set(node, this.#kept(this.#test(node)));
    else this.#vectors.set(node, this.#kept(this.#vectorOf(node)));
  }

  #kept(vector: Vector): Vector {
    return this.#lanes.keep(vector);
  }

  #vectorOf(node: Expression): Vector {
    const o = this.#lanes;
    switch (node.kind) {
      case 'constant':
        return o.constant(node.value);
      case 'input':
      case 'parameter':
        return this.#operand(node);
      case 'withDerivativeOf':
        return this.value(node.value);
      case 'unary':
        return this.#unary(node);
      case 'binary':
        return this.#binary(node);
      case 'select':
        return this.#select(node);
    }
  }

  #unary({ operation, operand }: Extract<Expression, { kind: 'unary' }>): Vector {
    const o = this.#lanes;
    const x = this.value(operand);
    const bounds = this.#values.boundsOf(operand);
    switch (operation) {
      case 'negate':
        return o.negate(x);
      case 'abs':
        return o.absolute(x);
      case 'sqrt':
        return o.root(x);
      case 'floor':
        return o.floor(x);
      case 'expm1':
        return elementaryForms.expm1(o, x, knownOfExpm1(bounds));
      case 'log1p':
        return elementaryForms.log1p(o, x, bounds.least >= 0 && !bounds.hasNegativeZero ? 'positive' : undefined);
      case 'isNan':
        return o.where(o.different(x, x), o.constant(1));
      default:
        return FORMS[operation](o, x);
    }
  }

  #binary({ operation, left, right }: Extract<Expression, { kind: 'binary' }>): Vector {
    const o = this.#lanes;
    const [x, y] = [this.value(left), this.value(right)];
    switch (operation) {
      case 'add':
        return o.add(x, y);
      case 'subtract':
        return o.subtract(x, y);
      case 'multiply':
        return o.multiply(x, y);
      case 'divide':
        return o.divide(x, y);
      case 'min':
        return o.minimum(x, y);
      default:
        return o.maximum(x, y);
    }
  }

  #test(node: Extract<Expression, { kind: 'binary' }>): Vector {
    const o = this.#lanes;
    const [x, y] = [this.value(node.left), this.value(node.right)];
    switch (node.operation) {
      case 'less':
        return o.less(x, y);
      case 'lessEqual':
        return o.lessEqual(x, y);
      case 'greater':
        return o.less(y, x);
      case 'greaterEqual':
        return o.lessEqual(y, x);
      default:
        return o.equal(x, y);
    }
  }

  /** What is +0 on one side is a mask on the other. */
  #select({ condition, whenTrue, whenFalse }: Extract<Expression, { kind: 'select' }>): Vector {
    const o = this.#lanes;
    const mask = this.mask(condition);
    const isZero = (node: Expression): boolean => Object.is(this.#values.constantOf(node), 0);
    if (isZero(whenFalse)) return o.where(mask, this.value(whenTrue));
    if (isZero(whenTrue)) return o.whereNot(mask, this.value(whenFalse));
    return o.select(mask, this.value(whenTrue), this.value(whenFalse));
  }
}

/** What need not be looked after within these bounds. */
function knownOfExpm1({ least, greatest, hasNegativeZero }: Bounds): elementaryForms.KnownArgument {
  const isSmall = least >= -SMALL && greatest <= SMALL;
  const within = isSmall ? { within: 'small' as const } : greatest <= 0 ? { within: 'negative' as const } : {};
  return { ...within, isNeverNegativeZero: !hasNegativeZero };
}

const TESTS: readonly string[] = ['less', 'lessEqual', 'greater', 'greaterEqual', 'equal'];

/** Whether a node is a comparison, and so a mask. */
function isTest(node: Expression): node is Extract<Expression, { kind: 'binary' }> {
  return node.kind === 'binary' && TESTS.includes(node.operation);
}

/** A vector in all of whose lanes a local stands. */
export function variable(vector: Parameters<typeof codeOf<'v128'>>[1]): Vector {
  return codeOf('v128', vector);
}
