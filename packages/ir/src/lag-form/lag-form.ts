/**
 * @file Lag form: every value that changes with the steps has one for each step of a block, and what the step before left is read
 * at a lag of 1. In each step an element is set once, then added to, then read. Differentiation and distribution know nothing
 * else.
 */
import type { Program } from '../program/program.ts';
import type { ProgramPass } from '../passes/program-pass.ts';
import { withDepths } from './lags.ts';
import { SectionInLags } from './section-in-lags.ts';

/**
 * Exact. State in place becomes state that each step sets: what a step reads before it has written it is read at a lag of 1, what it
 * does not write is carried on by a copy, and so is what it adds to. What a step sets, reads and sets again is several buffers.
 */
export const lagForm: ProgramPass = {
  name: 'lagForm',
  apply: toLagForm,
};

export function toLagForm(program: Program): Program {
  const added: Program['buffers'][number][] = [];
  const spread = new Set<string>();
  const sections = program.sections.map((section) => {
    if (section.kind !== 'steps' || section.direction !== 'ascending') return section;
    const inLags = new SectionInLags(section, program);
    added.push(...inLags.versions);
    for (const id of inLags.spread) spread.add(id);
    return { ...section, instructions: inLags.instructions };
  });
  if (spread.size === 0) return withDepths(program);
  const buffers = program.buffers.map((buffer) => {
    if (!spread.has(buffer.id)) return buffer;
    const lifetime = buffer.lifetime === 'run' ? ('run' as const) : ('block' as const);
    return { ...buffer, steps: { span: 'block' as const, before: 0 }, lifetime };
  });
  return withDepths({ ...program, buffers: [...buffers, ...added], sections });
}
