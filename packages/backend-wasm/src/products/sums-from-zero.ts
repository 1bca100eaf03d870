/** @file Sums that began at +0, and so never are -0: where terms that are zeros may be left out, and no bit shows it. */
import { type Instruction, instructionsOf, writesOf } from '@ndl/ir';
import type { SectionContext } from '../sections/section-context.ts';
import type { Sum } from './sum.ts';

export function isFromZero(context: SectionContext, { mode, target }: Pick<Sum, 'mode' | 'target'>): boolean {
  if (mode === 'set') return true;
  const { program } = context.shared.frame;
  // What lasts may have begun, or been written, as anything.
  const { role } = context.shared.frame.place(target.view.buffer).buffer;
  return role === 'temp' && beganAtZero(instructionsOf(program), target.view.buffer);
}

/** Whether a buffer holds sums alone that began at +0. */
function beganAtZero(instructions: readonly Instruction[], buffer: string): boolean {
  return instructions.every((instruction) => {
    if (!writesOf(instruction).some(({ target }) => target.buffer === buffer)) return true;
    if (instruction.kind === 'fill') return instruction.mode === 'set' && Object.is(instruction.value, 0);
    return instruction.kind === 'contract';
  });
}
