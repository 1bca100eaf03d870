/** @file Simplification: nothing is gained by adding zero. */
import { rewriteGraph, type Operator, type SignalView, type Simplification } from '@ndl/core';
import { constantValues, isConstantly } from './constant-values.ts';
import { resetOf } from './new-operators.ts';

/**
 * Drops copies and products that increment their target by a factor which is always zero; where they set their target, a
 * reset to zero takes their place.
 *
 * Exact if the other factor is finite: 0 · x = 0 and y + 0 = y. Its derivative is zero as well, so training is exact too.
 */
export const removeZeroIncs: Simplification = {
  name: 'removeZeroIncs',
  apply(graph) {
    const constantOf = constantValues(graph);
    const replaced = new Map<Operator, readonly Operator[]>();
    for (const operator of graph.operators) {
      if (operator.kind !== 'copy' && operator.kind !== 'elementwiseInc' && operator.kind !== 'dotInc') continue;
      if (!factorsOf(operator).some((view) => isConstantly(constantOf(view), 0))) continue;
      replaced.set(operator, operator.mode === 'set' ? [resetOf(operator.label, operator.target, 0)] : []);
    }
    return rewriteGraph(graph, { operators: replaced });
  },
};

function factorsOf(operator: Extract<Operator, { kind: 'copy' | 'elementwiseInc' | 'dotInc' }>): readonly SignalView[] {
  if (operator.kind === 'copy') return [operator.source];
  return operator.kind === 'dotInc' ? [operator.matrix, operator.vector] : [operator.left, operator.right];
}
