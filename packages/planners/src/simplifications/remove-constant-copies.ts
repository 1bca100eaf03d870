/** @file Simplification: copying a constant is resetting to it. */
import {
  forEachPosition,
  hasRepeats,
  rewriteGraphInPieces,
  signalUsesInPieces,
  type CopyOperator,
  type Operator,
  type ResetOperator,
  type SignalView,
  type Simplification,
} from '@ndl/core';
import { elementsOf, rowLengthOf, sizeOfShape, type Constant } from './constant.ts';
import { simplification } from './in-pieces.ts';
import { KnownConstants } from './known-constants.ts';
import { resetOf } from './new-operators.ts';
import { sweep } from './sweep.ts';

/**
 * Turns copies of what always holds the same numbers into resets to these numbers; a copy that increments is added to the
 * value of the reset before it. Where the numbers come from is left alone: a reset that nobody needs any more is for
 * `removeUnmodifiedResets`, which sees whether others read it.
 *
 * Exact if, for a copy that sets, no element of the target is named twice; and for one that increments, if one reset sets
 * all its targets. Sums of more than two terms may then be rounded differently, since constants are added first.
 */
export const removeConstantCopies: Simplification = simplification('removeConstantCopies', function* (graph) {
  const usesOf = yield* signalUsesInPieces(graph);
  const known = new KnownConstants(usesOf);
  const replaced = new Map<Operator, readonly Operator[]>();
  const sums = new Map<Setter, Float64Array>();
  yield* sweep(graph, usesOf, (operator) => {
    if (operator.kind !== 'copy' || operator.target.signal.role !== 'array' || replaced.has(operator)) return undefined;
    const { label, source, target, mode } = operator;
    const constant = known.of(source);
    if (constant === undefined || sizeOfShape(source.shape) !== sizeOfShape(target.shape)) return undefined;
    if (mode === 'set') {
      if (hasRepeats(target)) return undefined;
      replaced.set(operator, [resetOf(label, target, constant)]);
      known.set(operator, constant);
      return target;
    }
    const setter = resetBefore(operator, known);
    if (setter === undefined) return undefined;
    const sum = sums.get(setter) ?? elementsOf(known.valueOf(setter)!, sizeOfShape(setter.target.shape));
    increase(sum, setter.target, target, constant, known);
    sums.set(setter, sum);
    known.set(setter, sum);
    replaced.set(operator, []);
    return known.removeIncrement(operator, target) ? target : undefined;
  });
  for (const [setter, sum] of sums) replaced.set(setter, [resetOf(setter.label, setter.target, sum)]);
  return yield* rewriteGraphInPieces(graph, { operators: replaced });
});

/** A reset, or a copy that has become one. */
type Setter = ResetOperator | CopyOperator;

/** The reset that sets every element that a copy increments. */
function resetBefore({ target }: CopyOperator, known: KnownConstants): Setter | undefined {
  const setters = known.setters(target);
  const setter = setters[0]?.operator;
  if (setters.length !== 1 || (setter?.kind !== 'reset' && setter?.kind !== 'copy')) return undefined;
  if (known.valueOf(setter) === undefined || hasRepeats(setter.target)) return undefined;
  const rowOf = known.rowsOf(setter.target);
  let isCovered = true;
  forEachPosition(target, (position) => (isCovered &&= rowOf(position) !== undefined));
  return isCovered ? setter : undefined;
}

/** Adds a constant to the values of what is set, repeats included. */
function increase(
  sum: Float64Array,
  whole: SignalView,
  target: SignalView,
  constant: Constant,
  known: KnownConstants,
): void {
  const rowOf = known.rowsOf(whole);
  const rowLength = rowLengthOf(target.signal);
  forEachPosition(target, (position, index) => {
    const from = rowOf(position)! * rowLength;
    for (let column = 0; column < rowLength; column++) {
      sum[from + column]! += typeof constant === 'number' ? constant : constant[index * rowLength + column]!;
    }
  });
}
