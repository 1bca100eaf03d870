/**
 * @file Long sums in lanes. By the law of sums the terms of an element follow one by one, each waiting for the one before. Where a
 * sum is long and its outputs are few, it is written as sums side by side, the lanes, and a last sum over these: in the program,
 * so that every backend adds in the same order.
 */
import type { ContractMember, ReduceInstruction } from './instructions.ts';
import type { View } from './view.ts';
import { insertAxis, sliceView, withoutRepeatedAxes } from './view-axes.ts';
import { hasRepeats } from './view-elements.ts';
import { indicesOf, isRepeatedAxis, lagAlong, rowMajorStrides } from './views.ts';

/** Four vectors of four float32 numbers. */
export const LANES = 16;

/** With so many outputs, these are what stands side by side. */
const ENOUGH_OUTPUTS = 4;

const LONG_SUM = 128;

/** Whether a sum of so many terms, for so many outputs, is written in lanes: by its own shape alone, whatever it is merged with. */
export function wantsLanes(outputs: number, terms: number): boolean {
  return outputs < ENOUGH_OUTPUTS && terms >= LONG_SUM;
}

/** A product whose sum along one axis is split into lanes. */
export interface SplitProduct {
  /** Sets the lanes: lane k sums terms k, k + 16, … */
  readonly lanes: ContractMember;
  /** Adds the terms that are left over, one each to the first lanes; absent where none are. */
  readonly rest: ContractMember | undefined;
  /** What sums the lanes up, in order, into the target. */
  readonly sum: Pick<ReduceInstruction, 'source' | 'axes' | 'target'>;
}

/**
 * Splits the sum of a product along `axis`, which its target repeats along.
 * @param temporary makes a place for the lanes: [...what the target shows once, lanes], with the items and steps of the target
 * @returns undefined where the axis cannot be split: a factor walks it by a list, or the target shows an element more than once
 */
export function splitIntoLanes(
  member: ContractMember,
  axis: number,
  temporary: (shape: readonly number[]) => View,
): SplitProduct | undefined {
  const { left, right, target } = member;
  const shown = withoutRepeatedAxes(target);
  const isListed = [left, right].some((view) => indicesOf(view, axis) !== undefined);
  if (isListed || !isRepeatedAxis(target, axis) || hasRepeats(shown)) return undefined;
  const length = target.shape[axis]!;
  const whole = Math.floor(length / LANES) * LANES;
  const sums = temporary([...shown.shape, LANES]);
  return {
    lanes: {
      left: inRows(sliceView(left, axis, 0, whole), axis),
      right: inRows(sliceView(right, axis, 0, whole), axis),
      target: lanesFor(insertAxis(target, axis, whole / LANES), axis + 1, LANES, sums),
    },
    rest:
      whole === length
        ? undefined
        : {
            left: sliceView(left, axis, whole, length),
            right: sliceView(right, axis, whole, length),
            target: lanesFor(target, axis, length - whole, sums),
          },
    sum: { source: sums, axes: [shown.shape.length], target: shown },
  };
}

/** An axis as two: rows of one term per lane. */
function inRows(view: View, axis: number): View {
  const rows = view.shape[axis]! / LANES;
  const [stride, lag] = [view.strides[axis]!, lagAlong(view, axis)];
  const indices = view.indices?.map((list) => (list.axis > axis ? { ...list, axis: list.axis + 1 } : list));
  return {
    ...view,
    shape: view.shape.toSpliced(axis, 1, rows, LANES),
    strides: view.strides.toSpliced(axis, 1, stride * LANES, stride),
    ...(indices && { indices }),
    ...(view.lag && { lag: { ...view.lag, perAxis: view.lag.perAxis.toSpliced(axis, 1, lag * LANES, lag) } }),
  };
}

/** The lanes over the iteration space of `target`, of whose axis `axis` each position is a lane. */
function lanesFor(target: View, axis: number, length: number, sums: View): View {
  const strides = rowMajorStrides(sums.shape);
  let next = 0;
  return {
    buffer: sums.buffer,
    offset: sums.offset,
    shape: target.shape.with(axis, length),
    strides: target.shape.map((_, position) => {
      if (position === axis) return 1;
      return isRepeatedAxis(target, position) ? 0 : strides[next++]!;
    }),
  };
}
