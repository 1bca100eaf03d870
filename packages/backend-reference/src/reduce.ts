/**
 * @file The instruction `reduce`: sum or maximum over axes of a view, over items and over steps. A sum is a product with 1,
 * so that it obeys the law of sums.
 */
import { insertAxis, offsetsOf, type Buffer, type ReduceInstruction, type View } from '@ndl/ir';
import { itemsOver, type Action, type Binding, type Place } from './binding.ts';
import { bindSum } from './contract.ts';
import { allocate, createStorage } from './storage.ts';

export function bindReduce(instruction: ReduceInstruction, binding: Binding): Action {
  return instruction.operation === 'sum' ? bindTotal(instruction, binding) : bindGreatest(instruction, binding);
}

function bindTotal({ source, axes, target, mode }: ReduceInstruction, binding: Binding): Action {
  const { shape } = source;
  const spread = [...shape.keys()].reduce<View>(
    (view, axis) => (axes.includes(axis) ? insertAxis(view, axis, shape[axis]) : view),
    target,
  );
  return bindSum([binding.place(source), one(shape, binding)], binding.place(spread), false, mode, binding);
}

/** The number 1 under any shape. */
function one(shape: readonly number[], { dtype }: Binding): Place {
  const buffer: Buffer = {
    id: 'one',
    name: 'one',
    shape: [],
    batched: false,
    history: false,
    role: 'constant',
    initial: 1,
  };
  const view: View = { buffer: 'one', offset: 0, shape, strides: shape.map(() => 0) };
  return { ...createStorage(buffer, dtype, 1, 1), view };
}

function bindGreatest({ source, axes, target, mode }: ReduceInstruction, binding: Binding): Action {
  const [from, to] = [binding.place(source), binding.place(target)];
  const destinations = destinationsOf(
    source.shape,
    axes.filter((axis) => typeof axis === 'number'),
  );
  const [fromOffsets, toOffsets] = [offsetsOf(source), offsetsOf(target)];
  const results = allocate(binding.dtype, toOffsets.length);
  const [overSteps, overItems] = [axes.includes('steps'), axes.includes('items')];
  const items = itemsOver(binding, to);
  const hasSlices = binding.section === 'block' && (from.buffer.history || to.buffer.history);
  const slices = hasSlices && !overSteps ? binding.steps : 1;
  const [summedSlices, summedItems] = [overSteps ? binding.steps : 1, overItems ? binding.items : 1];
  return (present) => {
    for (let own = 0; own < slices; own++) {
      const slice = binding.section === 'step' ? present : own;
      for (let item = 0; item < items; item++) {
        results.fill(-Infinity);
        for (let s = slice; s < slice + summedSlices; s++) {
          for (let n = item; n < item + summedItems; n++) {
            const base = s * from.stepStride + n * from.itemStride;
            for (let element = 0; element < destinations.length; element++) {
              const destination = destinations[element]!;
              results[destination] = Math.max(results[destination]!, from.array[base + fromOffsets[element]!]!);
            }
          }
        }
        const base = slice * to.stepStride + item * to.itemStride;
        for (let element = 0; element < results.length; element++) {
          const position = base + toOffsets[element]!;
          to.array[position] = mode === 'set' ? results[element]! : to.array[position]! + results[element]!;
        }
      }
    }
  };
}

/** For each element of an array of this shape, the element of the array without `axes` that it goes to. */
function destinationsOf(shape: readonly number[], axes: readonly number[]): Int32Array {
  let destinations: number[] = [0];
  shape.forEach((length, axis) => {
    const reduced = axes.includes(axis);
    destinations = destinations.flatMap((start) =>
      Array.from({ length }, (_, index) => (reduced ? start : start * length + index)),
    );
  });
  return Int32Array.from(destinations);
}
