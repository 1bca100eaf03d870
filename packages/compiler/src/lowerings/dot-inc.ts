/** @file Lowering of dotInc: matrices of one shape become one grouped product. */
import type { DotIncOperator, OperatorLowering, SignalView } from '@ndl/core';

export const dotIncLowering: OperatorLowering<DotIncOperator> = {
  kind: 'dotInc',
  mergeClass: ({ mode, matrix, vector, target }) =>
    `${mode} ${matrix.shape.join('x')} ${stepOf(vector)} ${stepOf(target)}`,
  lower(group, context) {
    context.emit({
      kind: 'dot',
      matrix: context.stacked(group.map((operator) => operator.matrix)),
      vector: context.stacked(group.map((operator) => operator.vector)),
      target: context.stacked(group.map((operator) => operator.target)),
      mode: group[0]!.mode === 'inc' ? 'add' : 'set',
    });
  },
};

/** Distance between neighbouring elements: vectors stack only where it is the same. */
function stepOf({ selection }: SignalView): number {
  return selection?.kind === 'slice' ? selection.step : 1;
}
