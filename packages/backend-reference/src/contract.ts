/**
 * @file The instruction `contract`: one nest of loops, in the order of the law of sums. What follows the order and is not
 * summed may stand anywhere in the nest, so that each element gets its terms in memory, one by one.
 */
import {
  dropAxes,
  fullView,
  hasRepeats,
  indicesOf,
  isRepeatedAxis,
  offsetsOf,
  simplifyMember,
  withoutRepeatedAxes,
  type ContractInstruction,
  type ContractMember,
  type View,
  type WriteMode,
} from '@ndl/ir';
import type { FloatArray } from '@ndl/numerics';
import { itemsOver, type Action, type Binding, type Place } from './binding.ts';
import { allocate } from './storage.ts';

/** Members one after another. */
export function bindContract({ members, events, mode }: ContractInstruction, binding: Binding): Action {
  const actions = members.map((member) => {
    // A product of two factors is the same in either order.
    const { left, right, target } = events === 'right' ? { ...member, left: member.right, right: member.left } : member;
    const factors = [binding.place(left), binding.place(right)] as const;
    return bindSum(factors, binding.place(target), events !== undefined, mode, binding);
  });
  return (present) => {
    for (const action of actions) action(present);
  };
}

/**
 * `target += left · right`, summed over all that the target lacks: axes, items and steps.
 * @param skipsZeros whether terms in which left is 0 are absent
 */
export function bindSum(
  [a, b]: readonly [left: Place, right: Place],
  to: Place,
  skipsZeros: boolean,
  mode: WriteMode,
  binding: Binding,
): Action {
  const elements = offsetsOf(withoutRepeatedAxes(to.view));
  const isScattered = hasRepeats(withoutRepeatedAxes(to.view));
  const sums = allocate(binding.dtype, isScattered ? elements.length : 0);
  const out = isScattered ? sums : to.array;
  const target = isScattered ? positionsOf(to.view) : to.view;
  const addTerms = nestOf({ left: a.view, right: b.view, target }, a.array, b.array, out, skipsZeros, binding.dtype);

  const inBlock = binding.section === 'block';
  const ownSlices = inBlock && to.buffer.history ? binding.steps : 1;
  const ownItems = itemsOver(binding, to);
  const isSummed = { steps: inBlock && !to.buffer.history, items: !to.buffer.batched };
  const summedSlices = isSummed.steps && (a.buffer.history || b.buffer.history) ? binding.steps : 1;
  const summedItems = isSummed.items && (a.buffer.batched || b.buffer.batched) ? binding.items : 1;

  const addAt = (start: number, slice: number, item: number): void => {
    for (let n = item; n < item + summedItems; n++) {
      addTerms(start, slice * a.stepStride + n * a.itemStride, slice * b.stepStride + n * b.itemStride);
    }
  };
  return (present) => {
    for (let own = 0; own < ownSlices; own++) {
      const slice = inBlock ? own : present;
      for (let item = 0; item < ownItems; item++) {
        const start = slice * to.stepStride + item * to.itemStride;
        if (mode === 'set') for (const element of elements) to.array[start + element] = 0;
        for (let s = slice; s < slice + summedSlices; s++) {
          if (!isScattered) {
            addAt(start, s, item);
            continue;
          }
          sums.fill(0);
          addAt(0, s, item);
          for (let position = 0; position < elements.length; position++)
            to.array[start + elements[position]!]! += sums[position]!;
        }
      }
    }
  };
}

/** The target's positions, one after another, under its shape: what it repeats along axes that are summed stays one. */
function positionsOf(target: View): View {
  const { strides } = fullView({ id: '', shape: withoutRepeatedAxes(target).shape });
  let next = 0;
  return {
    buffer: target.buffer,
    offset: 0,
    shape: target.shape,
    strides: target.shape.map((_, axis) => (isRepeatedAxis(target, axis) ? 0 : strides[next++]!)),
  };
}

/** Adds all terms of one item of one step; where each array begins is counted in elements. */
type Nest = (targetStart: number, leftStart: number, rightStart: number) => void;

/** The last axis as a loop with strides, all others as lists of where it begins. */
interface Loops {
  readonly starts: readonly [target: Int32Array, left: Int32Array, right: Int32Array];
  readonly strides: readonly [target: number, left: number, right: number];
  readonly count: number;
}

function loopsOf(member: ContractMember): Loops {
  const { left, right, target } = simplifyMember(member);
  const views = [target, left, right] as const;
  const last = target.shape.length - 1;
  const isListed = last < 0 || views.some((view) => indicesOf(view, last) !== undefined);
  const [x, y, z] = isListed ? views : (views.map((view) => dropAxes(view, [last])) as [View, View, View]);
  return {
    starts: [offsetsOf(x), offsetsOf(y), offsetsOf(z)],
    strides: isListed ? [0, 0, 0] : [target.strides[last]!, left.strides[last]!, right.strides[last]!],
    count: isListed ? 1 : target.shape[last]!,
  };
}

function nestOf(
  member: ContractMember,
  left: FloatArray,
  right: FloatArray,
  out: FloatArray,
  skipsZeros: boolean,
  dtype: Binding['dtype'],
): Nest {
  const { starts, strides, count } = loopsOf(member);
  const [targets, lefts, rights] = starts;
  const [dk, di, dj] = strides;
  if (dtype === 'float32') {
    const round = Math.fround;
    return (targetStart, leftStart, rightStart) => {
      for (let outer = 0; outer < targets.length; outer++) {
        let [k, i, j] = [targetStart + targets[outer]!, leftStart + lefts[outer]!, rightStart + rights[outer]!];
        let sum = out[k]!;
        for (let inner = 0; inner < count; inner++, k += dk, i += di, j += dj) {
          if (dk !== 0) sum = out[k]!;
          const x = left[i]!;
          if (!skipsZeros || x !== 0) sum = round(sum + round(x * right[j]!));
          if (dk !== 0) out[k] = sum;
        }
        if (dk === 0) out[k] = sum;
      }
    };
  }
  return (targetStart, leftStart, rightStart) => {
    for (let outer = 0; outer < targets.length; outer++) {
      let [k, i, j] = [targetStart + targets[outer]!, leftStart + lefts[outer]!, rightStart + rights[outer]!];
      let sum = out[k]!;
      for (let inner = 0; inner < count; inner++, k += dk, i += di, j += dj) {
        if (dk !== 0) sum = out[k]!;
        const x = left[i]!;
        if (!skipsZeros || x !== 0) sum += x * right[j]!;
        if (dk !== 0) out[k] = sum;
      }
      if (dk === 0) out[k] = sum;
    }
  };
}
