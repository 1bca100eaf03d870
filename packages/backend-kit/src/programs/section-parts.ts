/**
 * @file Sections that take long, in parts that do not: instruction by instruction and, where an engine can, for some items at a time.
 * No bit depends on it: what is split over items gives each of them a result of its own.
 */
import { type Buffer, type Instruction, type Program, type Section, writesOf } from '@ndl/ir';
import { workWithin } from './work-estimate.ts';

/** Operations after which a section is done in parts, where an engine says nothing else: some ten milliseconds of plain loops. */
export const LONG: number = 2 ** 21;

/** Parts of what is done at once that one part has, where it can be chosen. */
const PARTS = 4;

/** A section, or an instruction of it. */
export interface SectionPart {
  readonly section: Section;
  readonly itemsAtOnce: number;
}

/** What the length of sections depends on. */
export interface Extent {
  readonly items: number;
  /** Steps of a window. */
  readonly windowSteps: number;
  /** Operations that are done at once. */
  readonly longestWork: number;
  /** Whether every instruction is a part, however little it takes. */
  readonly isApart: boolean;
}

/** Operations of a section for all items, over one step, or the window where it runs once for all of it. */
export function workOfSection(
  section: Section,
  buffers: ReadonlyMap<string, Buffer>,
  { items, windowSteps }: Pick<Extent, 'items' | 'windowSteps'>,
): number {
  return workWithin(section, buffers, { items, steps: section.kind === 'window' ? windowSteps : 1 });
}

/** A section whole, where it takes no longer than others may wait, or else its parts. */
export function partsOf(
  section: Section,
  buffers: ReadonlyMap<string, Buffer>,
  extent: Extent,
  takesItemRanges: boolean,
): readonly SectionPart[] {
  const { items, longestWork, isApart } = extent;
  const isShort = !isApart && workOfSection(section, buffers, extent) <= longestWork;
  // Outputs may be read after a section without instructions.
  if (isShort || section.instructions.length === 0) return [{ section, itemsAtOnce: items }];
  return section.instructions.map((instruction) => {
    const part = { ...section, instructions: [instruction] };
    const ofItem = workOfSection(part, buffers, { ...extent, items: 1 });
    const isSplit = takesItemRanges && hasItemsThroughout(instruction, buffers);
    return { section: part, itemsAtOnce: isSplit ? Math.max(1, Math.floor(longestWork / PARTS / ofItem)) : items };
  });
}

/** Whether each item is worked on by itself: what is shared by items, or done for all at once, needs all of them. */
function hasItemsThroughout(instruction: Instruction, buffers: ReadonlyMap<string, Buffer>): boolean {
  const targets = writesOf(instruction);
  return instruction.kind !== 'host' && targets.every(({ target }) => buffers.get(target.buffer)!.items);
}

const throughBlocks = new WeakMap<Program, Program>();

/** The program with memory for what lives for a step, so that parts of a section may hand it on to each other. */
export function livingThroughBlocks(program: Program): Program {
  const known = throughBlocks.get(program);
  if (known !== undefined) return known;
  const buffers = program.buffers.map((buffer): Buffer => {
    return buffer.lifetime === 'step' ? { ...buffer, lifetime: 'block' } : buffer;
  });
  const changed = { ...program, buffers };
  throughBlocks.set(program, changed);
  return changed;
}

/** Whether a section moves parameters, or what optimizers remember. */
export function movesParameters({ instructions }: Section, buffers: ReadonlyMap<string, Buffer>): boolean {
  return instructions.some((instruction) =>
    writesOf(instruction).some(({ target }) => {
      const { role } = buffers.get(target.buffer)!;
      return role === 'parameter' || role === 'optimizer';
    }),
  );
}
