/** @file The instruction `contract`: a nest of loops, in the order of the law of sums. */
import {
  type ContractInstruction,
  hasRepeats,
  isRepeatedAxis,
  simplifyMember,
  type WriteMode,
  withoutRepeatedAxes,
} from '@ndl/ir';
import type { FloatArray } from '@ndl/numerics';
import type { Access, Distances } from './access.ts';
import type { Action, Binding } from './binding.ts';

/** Members one after another. */
export function bindContract({ members, events, mode }: ContractInstruction, binding: Binding): Action {
  const actions = members.map((member) => {
    const { left, right, target } = simplifyMember(member);
    // A product is the same in either order: the factor that is spikes comes first.
    const [first, second] = events === 'right' ? [right, left] : [left, right];
    const factors = [binding.access(first), binding.access(second)] as const;
    return bindSum(factors, binding.access(target), events !== undefined, mode, binding);
  });
  return (steps, block) => {
    for (const action of actions) action(steps, block);
  };
}

/**
 * `target += left · right`, summed over all that the target lacks: axes, items and steps.
 * @param skipsZeros whether terms in which left is 0 are absent
 */
export function bindSum(
  [left, right]: readonly [Access, Access],
  target: Access,
  skipsZeros: boolean,
  mode: WriteMode,
  binding: Binding,
): Action {
  const own = binding.access(withoutRepeatedAxes(target.view));
  const elements = own.offsets();
  const isScattered = hasRepeats(own.view);
  const sums = binding.allocate(isScattered ? elements.length : 0);
  const targetAxes = isScattered ? positionAxes(target) : target.axes;
  const addTerms = nestOf(left, right, targetAxes, skipsZeros, binding);
  const itemsOver = binding.itemsOver([left, right, target]);
  const ownItemsOver = binding.itemsOver([target]);
  const stepsOver = binding.stepsOver([left, right, target]);

  return (given, block) => {
    const [steps, items, ownItems] = [stepsOver(given), itemsOver(block), ownItemsOver(block)];
    if (mode === 'set') {
      for (const step of target.hasSteps ? steps : steps.slice(0, 1)) {
        for (let item = ownItems.first; item < ownItems.end; item++) {
          for (const element of elements) target.array[own.start(step, item) + element] = 0;
        }
      }
    }
    for (const step of steps) {
      if (!isScattered) {
        for (let item = items.first; item < items.end; item++)
          addTerms(target.array, target.start(step, item), step, item);
        continue;
      }
      // Each position of the view is summed by itself, then added.
      for (let ownItem = ownItems.first; ownItem < ownItems.end; ownItem++) {
        sums.fill(0);
        const end = target.hasItems ? ownItem + 1 : items.end;
        for (let item = ownItem; item < end; item++) addTerms(sums, 0, step, item);
        const start = own.start(step, ownItem);
        elements.forEach((element, position) => (target.array[start + element]! += sums[position]!));
      }
    }
  };
}

/** Adds all terms of an item at a step to `out`, from `start` on. */
type Nest = (out: FloatArray, start: number, step: number, item: number) => void;

function nestOf(
  left: Access,
  right: Access,
  targetAxes: readonly Distances[],
  skipsZeros: boolean,
  { dtype }: Binding,
): Nest {
  const [x, y] = [left.array, right.array];
  const isSingle = dtype === 'float32';
  // An axis of one position, where there is none.
  const axes = targetAxes.length > 0 ? targetAxes.map((k, axis) => [k, left.axes[axis]!, right.axes[axis]!]) : [POINT];
  const walk = (axis: number, out: FloatArray, k: number, i: number, j: number): void => {
    const [ks, is, js] = axes[axis] as [Distances, Distances, Distances];
    if (axis < axes.length - 1) {
      for (let n = 0; n < ks.length; n++) walk(axis + 1, out, k + ks[n]!, i + is[n]!, j + js[n]!);
      return;
    }
    for (let n = 0; n < ks.length; n++) {
      if (skipsZeros && x[i + is[n]!] === 0) continue;
      const product = x[i + is[n]!]! * y[j + js[n]!]!;
      // Storing rounds the sum.
      out[k + ks[n]!]! += isSingle ? Math.fround(product) : product;
    }
  };
  return (out, start, step, item) => walk(0, out, start, left.start(step, item), right.start(step, item));
}

const POINT: readonly Distances[] = [new Int32Array(1), new Int32Array(1), new Int32Array(1)];

/** As if the target's positions stood one after another; what it repeats along axes that are summed stays one. */
function positionAxes({ view }: Access): readonly Distances[] {
  const axes: Distances[] = [];
  let stride = 1;
  for (let axis = view.shape.length - 1; axis >= 0; axis--) {
    const isRepeated = isRepeatedAxis(view, axis);
    const distance = isRepeated ? 0 : stride;
    axes.unshift(Int32Array.from({ length: view.shape[axis]! }, (_, index) => index * distance));
    if (!isRepeated) stride *= view.shape[axis]!;
  }
  return axes;
}
