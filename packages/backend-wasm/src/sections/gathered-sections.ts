/**
 * @file Sections of a pass, with elementwise work moved into the steps next to it: what was taken apart for the sake of products goes
 * back where it saves a way through memory. It is done for the same steps, in the same order; only what lies between moves.
 */
import type { EmittedSection } from '@ndl/backend-kit';
import { type Instruction, readsOf, writesOf } from '@ndl/ir';
import type { Store } from '../memory/memory.ts';

type Section = EmittedSection<Store>;

/** The sections, as many as before; some may have become empty. @param isMovable whether work is elementwise, with a value for each step */
export function gathered(
  sections: readonly Section[],
  isMovable: (instruction: Instruction) => boolean,
): readonly Section[] {
  const changed = [...sections];
  for (let at = 0; at + 1 < changed.length; at++) {
    const [first, second] = [changed[at]!, changed[at + 1]!];
    if (first.direction !== second.direction) continue;
    if (first.kind === 'block' && second.kind === 'steps' && first.samples.length === 0) {
      const { kept, moved } = parted(first.instructions.toReversed(), isMovable);
      changed[at] = { ...first, instructions: kept.toReversed() };
      changed[at + 1] = { ...second, instructions: [...moved.toReversed(), ...second.instructions] };
    } else if (first.kind === 'steps' && second.kind === 'block') {
      const { kept, moved } = parted(second.instructions, isMovable);
      const sampled = new Set(second.samples.map(({ view }) => view.buffer));
      if (moved.some((instruction) => writesOf(instruction).some(({ target }) => sampled.has(target.buffer)))) continue;
      changed[at] = { ...first, instructions: [...first.instructions, ...moved] };
      changed[at + 1] = { ...second, instructions: kept };
    }
  }
  return changed;
}

/** Work that can be done before all other: what is movable, and touches nothing of what stays before it. */
function parted(
  instructions: readonly Instruction[],
  isMovable: (instruction: Instruction) => boolean,
): { readonly kept: readonly Instruction[]; readonly moved: readonly Instruction[] } {
  const kept: Instruction[] = [];
  const moved: Instruction[] = [];
  const [read, written] = [new Set<string>(), new Set<string>()];
  for (const instruction of instructions) {
    const reads = readsOf(instruction).map(({ buffer }) => buffer);
    const writes = writesOf(instruction).map(({ target }) => target.buffer);
    const isFree =
      reads.every((buffer) => !written.has(buffer)) &&
      writes.every((buffer) => !written.has(buffer) && !read.has(buffer));
    if (isFree && isMovable(instruction)) {
      moved.push(instruction);
      continue;
    }
    kept.push(instruction);
    for (const buffer of reads) read.add(buffer);
    for (const buffer of writes) written.add(buffer);
  }
  return { kept, moved };
}
