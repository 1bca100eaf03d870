/**
 * @file Lag form: every value that changes with the steps has one for each step of a block, and what the step before left is read
 * at a lag of 1. In each step an element is set once, then added to, then read. Differentiation and distribution know nothing
 * else.
 */
import type { ProgramPass } from '../passes/program-pass.ts';
import { readsOf, writesOf } from '../program/instruction-access.ts';
import type { Instruction } from '../program/instructions.ts';
import type { Buffer, Program, Section } from '../program/program.ts';
import { sectionPasses } from '../program/section-passes.ts';
import { withDepths } from './lags.ts';
import { LagWriter } from './lag-writer.ts';

/**
 * Exact. State in place becomes state that each step sets: what a step reads before it has written it is read at a lag of 1, what it
 * does not write is carried on by a copy, and so is what it adds to. What is set, read and set again is several buffers.
 */
export const lagForm: ProgramPass = {
  name: 'lagForm',
  apply: toLagForm,
};

/** The program in lag form; one that is in lag form stays as it is. */
export function toLagForm(program: Program): Program {
  const spread = spreadBuffers(program);
  const writer = new LagWriter(program, spread);
  const passes = sectionPasses(program.sections);
  const isOne = ({ id, role, steps }: Buffer): boolean => role === 'temp' && steps === 'one' && !spread.has(id);
  const holdsOne = new Set(program.buffers.filter(isOne).map(({ id }) => id));
  const lasting = new Set<string>();
  const sections: Section[] = [];
  let start = 0;
  program.sections.forEach((section, number) => {
    const isInPass = passes[number] !== -1;
    if (isInPass && passes[number] !== passes[number - 1]) {
      writer.beginPass();
      start = sections.length;
    }
    if (section.kind === 'before') {
      sections.push(section);
      return;
    }
    const instructions = writer.section(number);
    const once = new Set(isInPass ? instructions.filter((each) => isSetOnce(each, holdsOne)) : []);
    if (once.size === 0) {
      sections.push({ ...section, instructions });
      return;
    }
    // What is the same at each step is set before the pass.
    for (const { target } of [...once].flatMap(writesOf)) lasting.add(target.buffer);
    sections.push({ ...section, instructions: instructions.filter((each) => !once.has(each)) });
    sections.splice(start++, 0, { kind: 'window', direction: 'ascending', instructions: [...once] });
  });
  const buffers = program.buffers.map((buffer): Buffer => {
    if (lasting.has(buffer.id)) return { ...buffer, lifetime: 'window' };
    if (!spread.has(buffer.id)) return buffer;
    const lifetime = buffer.lifetime === 'run' ? 'run' : 'block';
    return { ...buffer, steps: { span: 'block', before: 0 }, lifetime };
  });
  return withDepths({
    ...program,
    buffers: [...buffers, ...writer.versions],
    sections: sections.filter(({ instructions }) => instructions.length > 0),
  });
}

/** Whether an instruction sets what has one value for all steps of its pass; `holdsOne`: ids of the temps that do. */
function isSetOnce(instruction: Instruction, holdsOne: ReadonlySet<string>): boolean {
  const writes = writesOf(instruction);
  return writes.length > 0 && writes.every(({ target, mode }) => mode === 'set' && holdsOne.has(target.buffer));
}

/** Ids of what changes with the steps and has one value: what lives for a step, and state that is updated in place. */
function spreadBuffers({ buffers, sections }: Program): ReadonlySet<string> {
  const [used, written] = [new Set<string>(), new Set<string>()];
  for (const { kind, direction, instructions } of sections) {
    if (kind !== 'steps' || direction !== 'ascending') continue;
    for (const instruction of instructions) {
      for (const { buffer } of readsOf(instruction)) used.add(buffer);
      for (const { target } of writesOf(instruction)) written.add(target.buffer);
    }
  }
  const isSpread = ({ id, steps, lifetime, role }: Buffer): boolean => {
    if (steps !== 'one') return false;
    const isOfStep = lifetime === 'step' && (used.has(id) || written.has(id));
    return isOfStep || (role === 'state' && lifetime === 'run' && written.has(id));
  };
  return new Set(buffers.filter(isSpread).map(({ id }) => id));
}
