/**
 * @file The instruction `reduce`: sum or maximum over axes of a view, over items and over steps. A sum is a product with 1,
 * so that it obeys the law of sums.
 */
import { type Buffer, insertAxis, type ReduceInstruction, type View } from '@ndl/ir';
import { Access } from './access.ts';
import type { Action, Binding } from './binding.ts';
import { bindSum } from './contract.ts';

export function bindReduce(instruction: ReduceInstruction, binding: Binding): Action {
  const { operation, source, axes, target, mode } = instruction;
  if (operation === 'max') return bindGreatest(instruction, binding);
  const factors = [binding.access(source), one(source.shape, binding)] as const;
  return bindSum(factors, binding.access(spread(target, source, axes)), false, mode, binding);
}

/** The greatest of all; NaN where one is, and +0 rather than -0. It is added as one number. */
function bindGreatest({ source, axes, target, mode }: ReduceInstruction, binding: Binding): Action {
  const [from, to] = [binding.access(source), binding.access(target)];
  const [fromOffsets, toOffsets] = [from.offsets(), to.offsets()];
  const destinations = destinationsOf(source.shape, axes);
  const results = binding.allocate(toOffsets.length);
  const stepsOver = binding.stepsOver([from, to]);
  const [itemsOver, ownItemsOver] = [binding.itemsOver([from, to]), binding.itemsOver([to])];
  return (given, block) => {
    const [steps, items, ownItems] = [stepsOver(given), itemsOver(block), ownItemsOver(block)];
    for (const step of axes.includes('steps') ? steps.slice(0, 1) : steps) {
      for (let item = ownItems.first; item < ownItems.end; item++) {
        results.fill(-Infinity);
        for (const reduced of axes.includes('steps') ? steps : [step]) {
          for (let each = item; each < (axes.includes('items') ? items.end : item + 1); each++) {
            const start = from.start(reduced, each);
            fromOffsets.forEach((offset, element) => {
              const destination = destinations[element]!;
              results[destination] = Math.max(results[destination]!, from.array[start + offset]!);
            });
          }
        }
        const start = to.start(step, item);
        toOffsets.forEach((offset, element) => {
          if (mode === 'set') to.array[start + offset] = results[element]!;
          else to.array[start + offset]! += results[element]!;
        });
      }
    }
  };
}

/** The target under the shape of the source: it repeats along the axes that are summed. */
function spread(target: View, { shape }: View, axes: ReduceInstruction['axes']): View {
  return [...shape.keys()].reduce<View>(
    (view, axis) => (axes.includes(axis) ? insertAxis(view, axis, shape[axis]) : view),
    target,
  );
}

/** The number 1 under any shape. */
function one(shape: readonly number[], binding: Binding): Access {
  const buffer: Buffer = {
    id: 'one',
    name: 'one',
    shape: [],
    items: false,
    steps: 'one',
    role: 'constant',
    lifetime: 'forever',
    initial: 1,
  };
  const view: View = { buffer: 'one', offset: 0, shape, strides: shape.map(() => 0) };
  const store = { array: binding.allocate(1).fill(1), size: 1 };
  const storeShape = { dtype: binding.dtype, slices: 1, copies: 1, size: 1 };
  return new Access(view, { buffer, store, shape: storeShape, first: 0, direction: 'ascending' }, binding.section);
}

/** For each element of an array of this shape, the element of the array without `axes` that it goes to. */
function destinationsOf(shape: readonly number[], axes: ReduceInstruction['axes']): readonly number[] {
  let destinations: readonly number[] = [0];
  shape.forEach((length, axis) => {
    const isReduced = axes.includes(axis);
    destinations = destinations.flatMap((start) =>
      Array.from({ length }, (_, index) => (isReduced ? start : start * length + index)),
    );
  });
  return destinations;
}
