/** @file Simplification: nothing is gained by adding zero. */
import {
  rewriteGraphInPieces,
  signalUsesInPieces,
  type Operator,
  type SignalView,
  type Simplification,
} from '@ndl/core';
import { isConstantly } from './constant.ts';
import { simplification } from './in-pieces.ts';
import { KnownConstants } from './known-constants.ts';
import { resetOf } from './new-operators.ts';
import { sweep } from './sweep.ts';

/**
 * Drops copies and products that increment their target by a factor which is always zero; where they set their target, a
 * reset to zero takes their place.
 *
 * Exact if the other factor is finite: 0 · x = 0 and y + 0 = y. Its derivative is zero as well, so training is exact too.
 */
export const removeZeroIncs: Simplification = simplification('removeZeroIncs', function* (graph) {
  const usesOf = yield* signalUsesInPieces(graph);
  const known = new KnownConstants(usesOf);
  const replaced = new Map<Operator, readonly Operator[]>();
  yield* sweep(graph, usesOf, (operator) => {
    if (operator.kind !== 'copy' && operator.kind !== 'elementwiseInc' && operator.kind !== 'dotInc') return undefined;
    if (replaced.has(operator)) return undefined;
    if (!factorsOf(operator).some((view) => isConstantly(known.of(view), 0))) return undefined;
    const { target } = operator;
    if (operator.mode === 'set') {
      replaced.set(operator, [resetOf(operator.label, target, 0)]);
      known.set(operator, 0);
      return target;
    }
    replaced.set(operator, []);
    return known.removeIncrement(operator, target) ? target : undefined;
  });
  return yield* rewriteGraphInPieces(graph, { operators: replaced });
});

function factorsOf(operator: Extract<Operator, { kind: 'copy' | 'elementwiseInc' | 'dotInc' }>): readonly SignalView[] {
  if (operator.kind === 'copy') return [operator.source];
  return operator.kind === 'dotInc' ? [operator.matrix, operator.vector] : [operator.left, operator.right];
}
