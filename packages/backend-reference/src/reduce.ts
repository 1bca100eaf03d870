/**
 * @file The instruction `reduce`: sum or maximum over axes of a view, over items and over steps. Steps, items and elements are
 * taken in ascending order, in this nesting.
 */
import { offsetsOf, type ReduceInstruction } from '@ndl/ir';
import { itemsOver, type Action, type Binding } from './binding.ts';
import { allocate } from './storage.ts';

export function bindReduce({ operation, source, axes, target, mode }: ReduceInstruction, binding: Binding): Action {
  const [from, to] = [binding.place(source), binding.place(target)];
  const destinations = destinationsOf(
    source.shape,
    axes.filter((axis) => typeof axis === 'number'),
  );
  const [fromOffsets, toOffsets] = [offsetsOf(source), offsetsOf(target)];
  const results = allocate(binding.dtype, toOffsets.length);
  const neutral = operation === 'sum' ? 0 : -Infinity;
  const combine = operation === 'sum' ? (x: number, y: number) => x + y : Math.max;
  const [overSteps, overItems] = [axes.includes('steps'), axes.includes('items')];
  const items = itemsOver(binding, to);
  const hasSlices = binding.section === 'block' && (from.buffer.history || to.buffer.history);
  const slices = hasSlices && !overSteps ? binding.steps : 1;
  const [summedSlices, summedItems] = [overSteps ? binding.steps : 1, overItems ? binding.items : 1];
  return (present) => {
    for (let own = 0; own < slices; own++) {
      const slice = binding.section === 'step' ? present : own;
      for (let item = 0; item < items; item++) {
        results.fill(neutral);
        for (let s = slice; s < slice + summedSlices; s++) {
          for (let n = item; n < item + summedItems; n++) {
            const base = s * from.stepStride + n * from.itemStride;
            for (let element = 0; element < destinations.length; element++) {
              const destination = destinations[element]!;
              results[destination] = combine(results[destination]!, from.array[base + fromOffsets[element]!]!);
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
