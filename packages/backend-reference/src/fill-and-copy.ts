/** @file The instructions `fill` and `copy`. */
import { offsetsOf, type CopyInstruction, type FillInstruction } from '@ndl/ir';
import { itemsOver, numberOf, slicesOver, type Action, type Binding } from './binding.ts';

/** Every element of the target becomes, or grows by, one number. */
export function bindFill({ value, target, mode }: FillInstruction, binding: Binding): Action {
  const to = binding.place(target);
  const numberAt = numberOf(value, binding);
  const items = itemsOver(binding, to);
  const forEachSlice = slicesOver(binding, [to]);
  const offsets = offsetsOf(target);
  return (present) =>
    forEachSlice(present, (slice) => {
      const number = numberAt(slice);
      for (let item = 0; item < items; item++) {
        const base = slice * to.stepStride + item * to.itemStride;
        for (let element = 0; element < offsets.length; element++) {
          const position = base + offsets[element]!;
          to.array[position] = mode === 'set' ? number[0]! : to.array[position]! + number[0]!;
        }
      }
    });
}

/** Element by element from source to target. */
export function bindCopy({ source, target, mode }: CopyInstruction, binding: Binding): Action {
  const from = binding.place(source);
  const to = binding.place(target);
  const items = itemsOver(binding, to);
  const forEachSlice = slicesOver(binding, [from, to]);
  const [fromOffsets, toOffsets] = [offsetsOf(source), offsetsOf(target)];
  return (present) =>
    forEachSlice(present, (slice) => {
      for (let item = 0; item < items; item++) {
        const fromBase = slice * from.stepStride + item * from.itemStride;
        const toBase = slice * to.stepStride + item * to.itemStride;
        for (let element = 0; element < toOffsets.length; element++) {
          const value = from.array[fromBase + fromOffsets[element]!]!;
          const position = toBase + toOffsets[element]!;
          to.array[position] = mode === 'set' ? value : to.array[position]! + value;
        }
      }
    });
}
