/** @file Simplification: copying a constant is resetting to it. */
import {
  hasRepeats,
  positionsOf,
  rewriteGraph,
  signalUses,
  viewCovers,
  viewsOverlap,
  type CopyOperator,
  type Operator,
  type ResetOperator,
  type SignalView,
  type Simplification,
  type UsesOf,
} from '@ndl/core';
import { constantValues, resetValues, rowLengthOf } from './constant-values.ts';
import { resetOf } from './new-operators.ts';

/**
 * Turns copies of what always holds the same numbers into resets to these numbers; a copy that increments is added to the
 * value of the reset before it. Where the numbers come from is left alone: a reset that nobody needs any more is for
 * `removeUnmodifiedResets`, which sees whether others read it.
 *
 * Exact if, for a copy that sets, no element of the target is named twice; and for one that increments, if one reset sets
 * all its targets. Sums of more than two terms may then be rounded differently, since constants are added first.
 */
export const removeConstantCopies: Simplification = {
  name: 'removeConstantCopies',
  apply(graph) {
    const constantOf = constantValues(graph);
    const usesOf = signalUses(graph);
    const replaced = new Map<Operator, readonly Operator[]>();
    const additions = new Map<ResetOperator, Float64Array>();
    for (const operator of graph.operators) {
      if (operator.kind !== 'copy' || operator.target.signal.role !== 'array') continue;
      const constant = constantOf(operator.source);
      if (constant === undefined || constant.length !== sizeOf(operator.target)) continue;
      if (operator.mode === 'set') {
        if (!hasRepeats(operator.target)) replaced.set(operator, [resetOf(operator.label, operator.target, constant)]);
        continue;
      }
      const reset = resetBefore(operator, usesOf);
      if (reset === undefined) continue;
      additions.set(reset, increased(reset, additions.get(reset) ?? resetValues(reset), operator, constant));
      replaced.set(operator, []);
    }
    for (const [reset, values] of additions) replaced.set(reset, [resetOf(reset.label, reset.target, values)]);
    return rewriteGraph(graph, { operators: replaced });
  },
};

function sizeOf({ shape }: SignalView): number {
  return shape.reduce((product, length) => product * length, 1);
}

/** The reset that sets every element that a copy increments. */
function resetBefore({ target }: CopyOperator, usesOf: UsesOf): ResetOperator | undefined {
  const setters = usesOf(target.signal).sets.filter(({ view }) => viewsOverlap(view, target));
  const setter = setters[0]?.operator;
  if (setters.length !== 1 || setter?.kind !== 'reset' || hasRepeats(setter.target)) return undefined;
  return viewCovers(setter.target, target) ? setter : undefined;
}

/** The values of a reset after a constant copy has been added, repeats included. */
function increased(
  reset: ResetOperator,
  values: Float64Array,
  { target }: CopyOperator,
  constant: Float64Array,
): Float64Array {
  const result = Float64Array.from(values);
  const rowLength = rowLengthOf(target.signal);
  const rowOf = new Map(positionsOf(reset.target).map((position, row) => [position, row]));
  positionsOf(target).forEach((position, index) => {
    for (let column = 0; column < rowLength; column++) {
      result[rowOf.get(position)! * rowLength + column]! += constant[index * rowLength + column]!;
    }
  });
  return result;
}
