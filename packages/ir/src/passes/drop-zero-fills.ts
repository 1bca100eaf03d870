/** @file Drops resets to zero: what is added to a zero is set instead. */
import { mapSections, readsOf, writesOf } from '../program/instruction-access.ts';
import type { FillInstruction, Instruction, WriteMode } from '../program/instructions.ts';
import { BufferUses } from '../program/buffer-uses.ts';
import type { Program } from '../program/program.ts';
import type { View } from '../program/view.ts';
import { hasRepeats, offsetsOf } from '../program/view-elements.ts';
import type { ProgramPass } from './program-pass.ts';

/**
 * Exact but for the sign of zero, and exact for sums. A fill with 0 goes when the instructions after it, in the same section, write each of its
 * elements before anything reads it; each of them sets, then, what it added.
 */
export const dropZeroFills: ProgramPass = {
  name: 'dropZeroFills',
  apply(program: Program): Program {
    const uses = new BufferUses(program);
    return mapSections(program, ({ instructions }, section) => withoutZeroFills(instructions, section, uses));
  },
};

function withoutZeroFills(instructions: readonly Instruction[], section: number, uses: BufferUses): Instruction[] {
  const result: (Instruction | undefined)[] = [...instructions];
  instructions.forEach((fill, index) => {
    if (fill.kind !== 'fill' || fill.mode !== 'set' || fill.value !== 0) return;
    const { buffer } = fill.target;
    const places = [...uses.readsOf(buffer), ...uses.writesOf(buffer)].filter((use) => use.section === section);
    const later = new Set(places.map((use) => use.index).filter((each) => each > index));
    const replacements = firstWrites(
      fill,
      result,
      [...later].sort((a, b) => a - b),
    );
    if (replacements === undefined) return;
    result[index] = undefined;
    for (const [at, instruction] of replacements) result[at] = instruction;
  });
  return result.filter((instruction) => instruction !== undefined);
}

/**
 * The instructions, by position, that write the elements of `fill` first, made to set them; undefined if others read them first.
 * @param later positions after the fill at which its buffer is used, ascending
 */
function firstWrites(
  fill: FillInstruction,
  instructions: readonly (Instruction | undefined)[],
  later: readonly number[],
): Map<number, Instruction> | undefined {
  const zero = new Set(offsetsOf(fill.target));
  const isZero = (view: View): boolean =>
    view.buffer === fill.target.buffer && offsetsOf(view).some((offset) => zero.has(offset));
  const found = new Map<number, Instruction>();
  for (const index of later) {
    if (zero.size === 0) break;
    const instruction = instructions[index];
    if (instruction === undefined) continue;
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
