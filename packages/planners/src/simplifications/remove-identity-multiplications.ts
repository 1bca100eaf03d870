/** @file Simplification: multiplying by one is copying. */
import {
  OperationCount,
  rewriteGraphInPieces,
  signalUsesInPieces,
  type Operator,
  type SignalView,
  type Simplification,
} from '@ndl/core';
import { isConstantly, type Constant } from './constant.ts';
import { LOOK_COST, simplification } from './in-pieces.ts';
import { KnownConstants } from './known-constants.ts';
import { copyOf } from './new-operators.ts';

/**
 * Turns elementwise products with a factor that is always one, and products with a matrix that is always the identity, into
 * copies.
 *
 * Exact if the other factor is finite and has the shape of the target: 1 · x = x, and x + 0 · y = x.
 */
export const removeIdentityMultiplications: Simplification = simplification(
  'removeIdentityMultiplications',
  function* (graph) {
    const known = new KnownConstants(yield* signalUsesInPieces(graph));
    const replaced = new Map<Operator, readonly Operator[]>();
    const operations = new OperationCount();
    for (const operator of graph.operators) {
      const done = operations.add(LOOK_COST);
      if (done !== undefined) yield done;
      if (operator.kind !== 'elementwiseInc' && operator.kind !== 'dotInc') continue;
      const source = otherFactor(operator, known);
      if (source === undefined || !haveSameShape(source, operator.target)) continue;
      replaced.set(operator, [copyOf(operator.label, source, operator.target, operator.mode)]);
    }
    yield operations.rest();
    return yield* rewriteGraphInPieces(graph, { operators: replaced });
  },
);

/** What is multiplied by one, if anything is. */
function otherFactor(
  operator: Extract<Operator, { kind: 'elementwiseInc' | 'dotInc' }>,
  known: KnownConstants,
): SignalView | undefined {
  if (operator.kind === 'dotInc') {
    return isIdentity(known.of(operator.matrix), operator.matrix.shape) ? operator.vector : undefined;
  }
  const { left, right, target } = operator;
  if (isConstantly(known.of(left), 1) && haveSameShape(right, target)) return right;
  return isConstantly(known.of(right), 1) ? left : undefined;
}

function isIdentity(constant: Constant | undefined, [rows, columns]: readonly number[]): boolean {
  if (constant === undefined || rows === undefined || rows !== columns) return false;
  if (typeof constant === 'number') return rows === 1 && constant === 1;
  for (let index = 0; index < constant.length; index++) {
    if (constant[index] !== (index % (rows + 1) === 0 ? 1 : 0)) return false;
  }
  return true;
}

function haveSameShape(a: SignalView, b: SignalView): boolean {
  return a.shape.length === b.shape.length && a.shape.every((length, axis) => length === b.shape[axis]);
}
