/** @file Lowering of delays: what comes in is remembered, and what goes out is read there at a lag. */
import type { DelayOperator, LoweringContext, OperatorLowering, SignalView } from '@ndl/core';

/** Delays merge; those of one length are two copies together. */
export const delayLowering: OperatorLowering<DelayOperator> = {
  kind: 'delay',
  mergeClass: () => '',
  lower(group, context) {
    for (const family of familiesOf(group)) lowerFamily(family, context);
  },
};

function lowerFamily(family: readonly DelayOperator[], context: LoweringContext): void {
  const { steps } = family[0]!;
  const together = (pick: (operator: DelayOperator) => SignalView) => context.concatenated(family.map(pick));
  const input = together((operator) => operator.input);
  const output = together((operator) => operator.output);
  if (steps === 1) {
    context.emit({ kind: 'copy', source: input, target: output, mode: 'set' });
    return;
  }
  const history = together((operator) => operator.history!);
  context.emit({ kind: 'copy', source: input, target: history, mode: 'set' });
  // The output is seen one step later.
  const source = { ...history, lag: { base: steps - 1, perAxis: history.shape.map(() => 0) } };
  context.emit({ kind: 'copy', source, target: output, mode: 'set' });
}

/** Delays of the same length. */
function familiesOf(group: readonly DelayOperator[]): readonly (readonly DelayOperator[])[] {
  const families = new Map<number, DelayOperator[]>();
  for (const operator of group) {
    const family = families.get(operator.steps);
    if (family === undefined) families.set(operator.steps, [operator]);
    else family.push(operator);
  }
  return [...families.values()];
}
