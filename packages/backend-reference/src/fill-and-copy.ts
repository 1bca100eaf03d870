/** @file The instructions `fill` and `copy`. */
import type { CopyInstruction, FillInstruction } from '@ndl/ir';
import type { Action, Binding } from './binding.ts';

/** Every element of the target becomes, or grows by, one number. */
export function bindFill({ value, target, mode }: FillInstruction, binding: Binding): Action {
  const to = binding.access(target);
  const offsets = to.offsets();
  const numberAt = binding.numberAt(value);
  const rounded = binding.allocate(1);
  const stepsOver = binding.stepsOver([to]);
  const itemsOver = binding.itemsOver([to]);
  return (steps, block) => {
    const { first, end } = itemsOver(block);
    for (const step of stepsOver(steps)) {
      rounded[0] = numberAt(step, block);
      for (let item = first; item < end; item++) {
        const start = to.start(step, item);
        for (let element = 0; element < offsets.length; element++) {
          if (mode === 'set') to.array[start + offsets[element]!] = rounded[0]!;
          else to.array[start + offsets[element]!]! += rounded[0]!;
        }
      }
    }
  };
}

/** Element by element from source to target. */
export function bindCopy({ source, target, mode }: CopyInstruction, binding: Binding): Action {
  const [from, to] = [binding.access(source), binding.access(target)];
  const [fromOffsets, toOffsets] = [from.offsets(), to.offsets()];
  const stepsOver = binding.stepsOver([from, to]);
  const itemsOver = binding.itemsOver([from, to]);
  return (steps, block) => {
    const { first, end } = itemsOver(block);
    for (const step of stepsOver(steps)) {
      for (let item = first; item < end; item++) {
        const [fromStart, toStart] = [from.start(step, item), to.start(step, item)];
        for (let element = 0; element < toOffsets.length; element++) {
          const value = from.array[fromStart + fromOffsets[element]!]!;
          if (mode === 'set') to.array[toStart + toOffsets[element]!] = value;
          else to.array[toStart + toOffsets[element]!]! += value;
        }
      }
    }
  };
}
