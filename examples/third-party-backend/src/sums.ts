/** @file Products and reductions: what adds up terms. The order of terms is ndl's law of sums. */
import {
  dropAxes,
  hasRepeats,
  isRepeatedAxis,
  transposeView,
  type ContractInstruction,
  type ContractMember,
  type View,
  type WriteMode,
} from '@ndl/ir';
import type { Elements } from './elements.ts';
import type { Action, Emitter, Extent, Workshop } from './workshop.ts';

/** What is added up in each element of a target. */
interface Terms {
  /** Terms of an element, for each step and item that it is summed over. */
  readonly count: number;
  /** What an element has before its first term. */
  readonly start: number;
  /** What it has after the term of a number, those of an element one after another. */
  next(sum: number, step: number, item: number, term: number): number;
  /** Whether a target that is added to takes all terms as one number; else they follow what is there. */
  readonly isOneNumber: boolean;
}

export const emitContract: Emitter<'contract'> = (instruction, workshop) => {
  const actions = instruction.members.map((member) => emitProduct(member, instruction, workshop));
  return (moment) => actions.forEach((action) => action(moment));
};

export const emitReduce: Emitter<'reduce'> = ({ operation, source: from, axes, target: to, mode }, workshop) => {
  const { ledger, round } = workshop;
  const summed = axes.filter((axis) => typeof axis === 'number').toSorted((a, b) => a - b);
  const source = workshop.elements(summedLast(from, summed));
  const terms: Terms = {
    count: productOf(summed.map((axis) => from.shape[axis]!)),
    start: operation === 'sum' ? 0 : -Infinity,
    next: (sum, step, item, term) => {
      ledger.operations++;
      const value = source.read(step, item, term);
      if (operation === 'sum') return round(sum + value);
      return Math.max(sum, value);
    },
    isOneNumber: operation === 'max',
  };
  const target = workshop.elements(to);
  return addUp(target, mode, terms, { extent: workshop.extent([source, target]), repeats: hasRepeats(to) });
};

function emitProduct(
  { left, right, target: to }: ContractMember,
  { events, mode }: ContractInstruction,
  workshop: Workshop,
): Action {
  const { ledger, round } = workshop;
  const summed = [...to.shape.keys()].filter((axis) => isRepeatedAxis(to, axis));
  const shown = dropAxes(to, summed);
  const [first, second] = (events === 'right' ? [right, left] : [left, right]).map((view) =>
    workshop.elements(summedLast(view, summed)),
  );
  const terms: Terms = {
    count: productOf(summed.map((axis) => to.shape[axis]!)),
    start: 0,
    next: (sum, step, item, term) => {
      const factor = first!.read(step, item, term);
      if (events !== undefined && factor === 0) return sum;
      ledger.multiplyAdds++;
      return round(sum + round(factor * second!.read(step, item, term)));
    },
    isOneNumber: false,
  };
  const target = workshop.elements(shown);
  return addUp(target, mode, terms, {
    extent: workshop.extent([first!, second!, target]),
    repeats: hasRepeats(shown),
  });
}

/**
 * Steps follow one another outermost, then items, then the terms of each. Where the target shows an element more than once, each
 * of its positions is summed by itself, step by step, and then added.
 */
function addUp(
  target: Elements,
  mode: WriteMode,
  terms: Terms,
  { extent, repeats }: { readonly extent: Extent; readonly repeats: boolean },
): Action {
  const isApart = terms.isOneNumber || repeats;
  return (moment) => {
    const steps = extent.steps(moment);
    const stepsOfSums = target.hasSteps || (repeats && !terms.isOneNumber) ? steps.map((step) => [step]) : [steps];
    const itemsOfSums = target.hasItems ? extent.items.map((item) => [item]) : [extent.items];
    for (const summedSteps of stepsOfSums) {
      for (const summedItems of itemsOfSums) {
        const [step, item] = [summedSteps[0]!, summedItems[0]!];
        for (let position = 0; position < target.length; position++) {
          let sum = mode === 'set' || isApart ? terms.start : target.read(step, item, position);
          for (const each of summedSteps) {
            for (const other of summedItems) {
              for (let term = 0; term < terms.count; term++)
                sum = terms.next(sum, each, other, position * terms.count + term);
            }
          }
          if (mode === 'add' && isApart) target.add(step, item, position, sum);
          else target.write(step, item, position, sum);
        }
      }
    }
  };
}

/** The view with these axes behind the others, so that the terms of each sum stand together. */
function summedLast(view: View, summed: readonly number[]): View {
  const kept = [...view.shape.keys()].filter((axis) => !summed.includes(axis));
  return transposeView(view, [...kept, ...summed]);
}

function productOf(lengths: readonly number[]): number {
  return lengths.reduce((product, length) => product * length, 1);
}
