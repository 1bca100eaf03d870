/**
 * @file The instruction `outer`: grouped outer products, summed over the items and steps that the target does not have.
 * Sums run over ascending steps, within each over ascending items, from 0 or from what stood in the target.
 */
import type { OuterInstruction } from '@ndl/ir';
import type { FloatArray } from '@ndl/numerics';
import { groupStarts, itemsOver, type Action, type Binding } from './binding.ts';

/** Adds `x` times a strided vector to a strided row. */
type AddScaled = (row: Strided, x: number, vector: Strided, count: number) => void;

interface Strided {
  readonly array: FloatArray;
  start: number;
  readonly stride: number;
}

export function bindOuter({ left, right, target, mode }: OuterInstruction, binding: Binding): Action {
  const [a, b, to] = [binding.place(left), binding.place(right), binding.place(target)];
  const [groups, rows, columns] = target.shape as [number, number, number];
  const [leftStarts, rightStarts, targetStarts] = [groupStarts(left), groupStarts(right), groupStarts(target)];
  const vector: Strided = { array: b.array, start: 0, stride: right.strides[1]! };
  const row: Strided = { array: to.array, start: 0, stride: target.strides[2]! };
  const addScaled = binding.dtype === 'float32' ? addScaledSingle : addScaledDouble;

  const inBlock = binding.section === 'block';
  const factorSlices = inBlock && (a.buffer.history || b.buffer.history) ? binding.steps : 1;
  const factorItems = a.buffer.batched || b.buffer.batched ? binding.items : 1;
  const ownSlices = inBlock && to.buffer.history ? binding.steps : 1;
  const ownItems = itemsOver(binding, to);
  const summedSlices = to.buffer.history ? 1 : factorSlices;
  const summedItems = to.buffer.batched ? 1 : factorItems;

  /** One group of the target at one of its slices and items. Rows outermost, so that a row stays in the cache. */
  const sumInto = (start: number, group: number, slice: number, item: number): void => {
    for (let index = 0; index < rows; index++) {
      row.start = start + index * target.strides[1]!;
      if (mode === 'set') clear(row, columns);
      for (let s = slice; s < slice + summedSlices; s++) {
        for (let n = item; n < item + summedItems; n++) {
          const x = a.array[s * a.stepStride + n * a.itemStride + leftStarts[group]! + index * left.strides[1]!]!;
          vector.start = s * b.stepStride + n * b.itemStride + rightStarts[group]!;
          addScaled(row, x, vector, columns);
        }
      }
    }
  };

  return (present) => {
    for (let own = 0; own < ownSlices; own++) {
      const slice = inBlock ? own : present;
      for (let item = 0; item < ownItems; item++) {
        const base = slice * to.stepStride + item * to.itemStride;
        for (let group = 0; group < groups; group++) sumInto(base + targetStarts[group]!, group, slice, item);
      }
    }
  };
}

function clear({ array, start, stride }: Strided, count: number): void {
  for (let index = 0, i = start; index < count; index++, i += stride) array[i] = 0;
}

const addScaledDouble: AddScaled = (row, x, vector, count) => {
  let [i, j] = [row.start, vector.start];
  for (let index = 0; index < count; index++, i += row.stride, j += vector.stride)
    row.array[i]! += x * vector.array[j]!;
};

/** Each product rounded to float32; storing rounds the sums. */
const addScaledSingle: AddScaled = (row, x, vector, count) => {
  let [i, j] = [row.start, vector.start];
  for (let index = 0; index < count; index++, i += row.stride, j += vector.stride) {
    row.array[i]! += Math.fround(x * vector.array[j]!);
  }
};
