/**
 * @file Makes expressions so that equal ones are one object: common sub-expressions are found as they are built. Folds
 * constants and drops what does nothing (`x + 0`, `x · 1`, a select of equal branches); results are the same but for the
 * sign of zero.
 */
import { operatorOnExpression } from '../errors.ts';
import type { BinaryOperation, Expression, UnaryOperation } from './kernel.ts';
import { applyBinary, applyUnary } from './scalar-loops.ts';

/** Whether the expression is the constant 0: for a derivative, that there is none. */
export function isZero(expression: Expression): boolean {
  return isConstant(expression, 0);
}

function isConstant(expression: Expression, value: number): boolean {
  return expression.kind === 'constant' && expression.value === value;
}

/** A set of expressions, each made once. Operands made elsewhere are rebuilt inside on first use. */
export class ExpressionPool {
  readonly #byKey = new Map<string, Expression>();
  readonly #numberOf = new Map<Expression, number>();
  /** Expressions of other pools that were rebuilt here. */
  readonly #adopted = new Map<Expression, Expression>();

  constant(value: number): Expression {
    return this.#unique(`constant ${Object.is(value, -0) ? '-0' : value}`, { kind: 'constant', value });
  }

  input(name: string): Expression {
    return this.#unique(`input ${name}`, { kind: 'input', name });
  }

  parameter(name: string): Expression {
    return this.#unique(`parameter ${name}`, { kind: 'parameter', name });
  }

  unary(operation: UnaryOperation, operand: Expression): Expression {
    const x = this.adopt(operand);
    if (x.kind === 'constant') return this.constant(applyUnary(operation, x.value));
    if (operation === 'negate' && x.kind === 'unary' && x.operation === 'negate') return x.operand;
    return this.#unique(`${operation} ${this.#number(x)}`, { kind: 'unary', operation, operand: x });
  }

  binary(operation: BinaryOperation, left: Expression, right: Expression): Expression {
    const x = this.adopt(left);
    const y = this.adopt(right);
    if (x.kind === 'constant' && y.kind === 'constant') return this.constant(applyBinary(operation, x.value, y.value));
    return this.#simplified(operation, x, y) ?? this.#binary(operation, x, y);
  }

  select(condition: Expression, whenTrue: Expression, whenFalse: Expression): Expression {
    const [c, yes, no] = [this.adopt(condition), this.adopt(whenTrue), this.adopt(whenFalse)];
    if (c.kind === 'constant') return c.value !== 0 ? yes : no;
    if (yes === no) return yes;
    const key = `select ${this.#number(c)} ${this.#number(yes)} ${this.#number(no)}`;
    return this.#unique(key, { kind: 'select', condition: c, whenTrue: yes, whenFalse: no });
  }

  withDerivativeOf(value: Expression, approximation: Expression): Expression {
    const [x, slope] = [this.adopt(value), this.adopt(approximation)];
    if (x === slope) return x;
    const key = `withDerivativeOf ${this.#number(x)} ${this.#number(slope)}`;
    return this.#unique(key, { kind: 'withDerivativeOf', value: x, approximation: slope });
  }

  /** The same expression as a member of this pool. */
  adopt(expression: Expression): Expression {
    if (this.#numberOf.has(expression)) return expression;
    const known = this.#adopted.get(expression);
    if (known !== undefined) return known;
    const rebuilt = this.#rebuild(expression);
    this.#adopted.set(expression, rebuilt);
    return rebuilt;
  }

  // prettier-ignore
  #rebuild(expression: Expression): Expression {
    switch (expression.kind) {
      case 'constant': return this.constant(expression.value);
      case 'input': return this.input(expression.name);
      case 'parameter': return this.parameter(expression.name);
      case 'unary': return this.unary(expression.operation, expression.operand);
      case 'binary': return this.binary(expression.operation, expression.left, expression.right);
      case 'select': return this.select(expression.condition, expression.whenTrue, expression.whenFalse);
      case 'withDerivativeOf': return this.withDerivativeOf(expression.value, expression.approximation);
    }
  }

  #simplified(operation: BinaryOperation, x: Expression, y: Expression): Expression | undefined {
    switch (operation) {
      case 'add':
        if (isZero(y)) return x;
        if (isZero(x)) return y;
        if (isNegation(y)) return this.#binary('subtract', x, y.operand);
        if (isNegation(x)) return this.#binary('subtract', y, x.operand);
        return undefined;
      case 'subtract':
        if (isZero(y)) return x;
        if (isZero(x)) return this.unary('negate', y);
        if (isNegation(y)) return this.#binary('add', x, y.operand);
        return undefined;
      case 'multiply':
        if (isConstant(y, 1)) return x;
        if (isConstant(x, 1)) return y;
        if (isConstant(y, -1)) return this.unary('negate', x);
        if (isConstant(x, -1)) return this.unary('negate', y);
        return undefined;
      case 'divide':
        return isConstant(y, 1) ? x : undefined;
      default:
        return undefined;
    }
  }

  #binary(operation: BinaryOperation, left: Expression, right: Expression): Expression {
    const operands = [this.#number(left), this.#number(right)];
    if (operation === 'add' || operation === 'multiply') operands.sort((a, b) => a - b);
    return this.#unique(`${operation} ${operands.join(' ')}`, { kind: 'binary', operation, left, right });
  }

  #unique(key: string, expression: Expression): Expression {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const frozen = Object.freeze(Object.defineProperty(expression, Symbol.toPrimitive, { value: refuseOperators }));
    this.#byKey.set(key, frozen);
    this.#numberOf.set(frozen, this.#numberOf.size);
    return frozen;
  }

  #number(expression: Expression): number {
    return this.#numberOf.get(expression)!;
  }
}

/** Of every expression, out of sight: JavaScript's operators would take it for NaN, and its comparisons for false. */
function refuseOperators(this: Expression, hint: string): string {
  if (hint === 'string') return `[${this.kind} of a kernel]`;
  throw operatorOnExpression('name' in this ? `${this.kind} "${this.name}"` : `an expression of kind '${this.kind}'`);
}

function isNegation(expression: Expression): expression is Extract<Expression, { kind: 'unary' }> {
  return expression.kind === 'unary' && expression.operation === 'negate';
}

/** The nodes that `expression` is made of. `values` leaves out approximations, which are never computed. */
export function operandsOf(expression: Expression, which: 'all' | 'values' = 'all'): readonly Expression[] {
  switch (expression.kind) {
    case 'constant':
    case 'input':
    case 'parameter':
      return [];
    case 'unary':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    case 'select':
      return [expression.condition, expression.whenTrue, expression.whenFalse];
    case 'withDerivativeOf':
      return which === 'all' ? [expression.value, expression.approximation] : [expression.value];
  }
}

/** Every node that `roots` are made of, once, operands before those that use them. */
export function topologicalOrder(roots: readonly Expression[], which: 'all' | 'values' = 'all'): Expression[] {
  const seen = new Set<Expression>();
  const order: Expression[] = [];
  // Nodes whose operands are being visited, and the number of the next one: kernels may be deeper than the call stack.
  const open: { readonly node: Expression; readonly operands: readonly Expression[]; next: number }[] = [];
  const visit = (node: Expression): void => {
    if (seen.has(node)) return;
    seen.add(node);
    open.push({ node, operands: operandsOf(node, which), next: 0 });
  };
  for (const root of roots) {
    visit(root);
    for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
      const operand = last.operands[last.next++];
      if (operand !== undefined) visit(operand);
      else order.push(open.pop()!.node);
    }
  }
  return order;
}
