/** @file Drops resets to zero: what is added to a zero is set instead. */
import { mapSections, readsOf, writesOf } from '../program/instruction-access.ts';
import type { FillInstruction, Instruction, WriteMode } from '../program/instructions.ts';
import type { Program } from '../program/program.ts';
import type { View } from '../program/view.ts';
import { hasRepeats, offsetsOf } from '../program/views.ts';
import type { ProgramPass } from './program-pass.ts';

/**
 * Exact but for the sign of zero, and exact for sums. A fill with 0 goes when the instructions after it, in the same section, write each of its
 * elements before anything reads it; each of them sets, then, what it added.
 */
export const dropZeroFills: ProgramPass = {
  name: 'dropZeroFills',
  apply(program: Program): Program {
    return mapSections(program, ({ instructions }) => withoutZeroFills(instructions));
  },
};

function withoutZeroFills(instructions: readonly Instruction[]): Instruction[] {
  const result = [...instructions];
  for (let index = 0; index < result.length; index++) {
    const fill = result[index]!;
    if (fill.kind !== 'fill' || fill.mode !== 'set' || fill.value !== 0) continue;
    const replacements = firstWrites(fill, result, index + 1);
    if (replacements === undefined) continue;
    for (const [at, instruction] of replacements) result[at] = instruction;
    result.splice(index--, 1);
  }
  return result;
}

/** The instructions, by position, that write the elements of `fill` first, made to set them; undefined if others read them first. */
function firstWrites(
  fill: FillInstruction,
  instructions: readonly Instruction[],
  from: number,
): Map<number, Instruction> | undefined {
  const zero = new Set(offsetsOf(fill.target));
  const isZero = (view: View): boolean =>
    view.buffer === fill.target.buffer && offsetsOf(view).some((offset) => zero.has(offset));
  const found = new Map<number, Instruction>();
  for (let index = from; index < instructions.length && zero.size > 0; index++) {
    const instruction = instructions[index]!;
    if (readsOf(instruction).some(isZero)) return undefined;
    const touched = writesOf(instruction)
      .map(({ target }) => target)
      .filter(isZero);
    for (const target of touched) {
      const offsets = offsetsOf(target);
      if (hasRepeats(target) || !offsets.every((offset) => zero.has(offset))) return undefined;
      for (const offset of offsets) zero.delete(offset);
    }
    // The members of a product are all set or all added.
    if (instruction.kind === 'contract' && touched.length > 0 && touched.length < instruction.members.length)
      return undefined;
    if (touched.length > 0) found.set(index, setting(instruction, touched));
  }
  return zero.size === 0 ? found : undefined;
}

/** The instruction, setting the targets `which` instead of adding to them. */
function setting(instruction: Instruction, which: readonly View[]): Instruction {
  const modeOf = (target: View, mode: WriteMode): WriteMode => (which.includes(target) ? 'set' : mode);
  switch (instruction.kind) {
    case 'host':
      return instruction;
    case 'map':
      return {
        ...instruction,
        outputs: instruction.outputs.map(({ target, mode }) => ({ target, mode: modeOf(target, mode) })),
      };
    case 'contract':
      return { ...instruction, mode: 'set' };
    default:
      return { ...instruction, mode: modeOf(instruction.target, instruction.mode) };
  }
}
