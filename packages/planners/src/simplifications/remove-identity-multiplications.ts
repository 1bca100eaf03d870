/** @file Simplification: multiplying by one is copying. */
import { rewriteGraph, type Operator, type SignalView, type Simplification } from '@ndl/core';
import { constantValues, isConstantly, type ConstantOf } from './constant-values.ts';
import { copyOf } from './new-operators.ts';

/**
 * Turns elementwise products with a factor that is always one, and products with a matrix that is always the identity, into
 * copies.
 *
 * Exact if the other factor is finite and has the shape of the target: 1 · x = x, and x + 0 · y = x.
 */
export const removeIdentityMultiplications: Simplification = {
  name: 'removeIdentityMultiplications',
  apply(graph) {
    const constantOf = constantValues(graph);
    const replaced = new Map<Operator, readonly Operator[]>();
    for (const operator of graph.operators) {
      if (operator.kind !== 'elementwiseInc' && operator.kind !== 'dotInc') continue;
      const source = otherFactor(operator, constantOf);
      if (source === undefined || !haveSameShape(source, operator.target)) continue;
      replaced.set(operator, [copyOf(operator.label, source, operator.target, operator.mode)]);
    }
    return rewriteGraph(graph, { operators: replaced });
  },
};

/** What is multiplied by one, if anything is. */
function otherFactor(
  operator: Extract<Operator, { kind: 'elementwiseInc' | 'dotInc' }>,
  constantOf: ConstantOf,
): SignalView | undefined {
  if (operator.kind === 'dotInc') {
    return isIdentity(constantOf(operator.matrix), operator.matrix.shape) ? operator.vector : undefined;
  }
  const { left, right, target } = operator;
  if (isConstantly(constantOf(left), 1) && haveSameShape(right, target)) return right;
  return isConstantly(constantOf(right), 1) ? left : undefined;
}

function isIdentity(values: Float64Array | undefined, [rows, columns]: readonly number[]): boolean {
  if (values === undefined || rows === undefined || rows !== columns) return false;
  return values.every((value, index) => value === (index % (rows + 1) === 0 ? 1 : 0));
}

function haveSameShape(a: SignalView, b: SignalView): boolean {
  return a.shape.length === b.shape.length && a.shape.every((length, axis) => length === b.shape[axis]);
}
