/** @file Back from lag form where it gains: what one loop alone looks at needs no value for each step. */
import { BufferUses, type Use } from '../program/buffer-uses.ts';
import { mapSections, mapViews } from '../program/instruction-access.ts';
import type { Instruction } from '../program/instructions.ts';
import type { Buffer, Program } from '../program/program.ts';
import type { View } from '../program/view.ts';
import { sameView } from '../program/view-elements.ts';
import { fullView, lagsOf } from '../program/views.ts';
import type { PassContext, ProgramPass } from '../passes/program-pass.ts';
import { withDepths, withLag } from './lags.ts';
import { ShownElements } from './shown-elements.ts';
import { sizeOf } from '@ndl/numerics';

/**
 * Exact. A temp that one steps section sets and reads, in the same step, lives for a step; what it reads at a lag of 1 before it sets
 * it, and in the same step after, is updated in place. What a descending loop carries down the steps is zero before its pass.
 */
export const narrow: ProgramPass = {
  name: 'narrow',
  apply(program: Program, { keep }: PassContext): Program {
    const uses = new BufferUses(program);
    const kept = new Set(keep);
    const buffers = program.buffers.map((buffer) => {
      if (kept.has(buffer.id)) return buffer;
      return narrowed(buffer, program, uses) ?? buffer;
    });
    const inPlace = new Set(buffers.filter((buffer, index) => buffer !== program.buffers[index]).map(({ id }) => id));
    if (inPlace.size === 0) return program;
    const present = (view: View): View => (inPlace.has(view.buffer) ? withLag(view, undefined) : view);
    const carried = buffers.filter(
      ({ id, role, lifetime }) => inPlace.has(id) && role === 'temp' && lifetime === 'window',
    );
    const fills = new Map<number, Instruction[]>();
    for (const buffer of carried) {
      const before = sectionBefore(program, uses.writesOf(buffer.id)[0]!.section)!;
      const label = uses.writesOf(buffer.id)[0]!.instruction.label;
      const fill: Instruction = { kind: 'fill', value: 0, target: fullView(buffer), mode: 'set' };
      fills.set(before, [...(fills.get(before) ?? []), label === undefined ? fill : { ...fill, label }]);
    }
    const changed = mapSections(program, ({ instructions }, number) => [
      ...instructions.map((each) => mapViews(each, present)).filter((each) => !isIdle(each, inPlace)),
      ...(fills.get(number) ?? []),
    ]);
    return withDepths({ ...changed, buffers });
  },
};

/** The buffer with one value, if its loops need no more: a temp's one loop, or a state's, each with elements of its own. */
function narrowed(buffer: Buffer, program: Program, uses: BufferUses): Buffer | undefined {
  const { id, steps, role } = buffer;
  if (steps === 'one' || steps.span !== 'block' || (role !== 'temp' && role !== 'state')) return undefined;
  const [reads, writes] = [uses.readsOf(id), uses.writesOf(id)];
  const homes = new Set([...reads, ...writes].map((use) => use.section));
  const section = program.sections[writes[0]?.section ?? -1];
  if (section === undefined || [...homes].some((home) => program.sections[home]!.kind !== 'steps')) return undefined;
  if (homes.size > 1) {
    const isReadOutside = program.outputs.some(({ view }) => view.buffer === id);
    if (role === 'temp' || isReadOutside || !areApart(buffer, [...reads, ...writes])) return undefined;
  }
  const lags = reads.map(({ view }) => lagsOf(view));
  if (lags.some(({ most, least }) => most > 1 || most !== least)) return undefined;
  if (role === 'temp' && lags.every(({ most }) => most === 0)) return { ...buffer, steps: 'one', lifetime: 'step' };
  if (!readsBeforeWrites(buffer, reads, writes)) return undefined;
  if (role === 'state') return { ...buffer, steps: 'one', lifetime: 'run' };
  const isCarriedDown = section.direction === 'descending' && sectionBefore(program, writes[0]!.section) !== undefined;
  return isCarriedDown ? { ...buffer, steps: 'one', lifetime: 'window' } : undefined;
}

/** The window section before the pass of a section. */
function sectionBefore({ sections }: Program, section: number): number | undefined {
  let before = section;
  while (sections[before]?.kind === 'steps' || sections[before]?.kind === 'block') before--;
  return sections[before]?.kind === 'window' ? before : undefined;
}

/** Whether no element is used in two sections. */
function areApart({ shape }: Buffer, uses: readonly Use[]): boolean {
  const home = new Int32Array(sizeOf(shape)).fill(-1);
  return uses.every(({ section, view }) =>
    new ShownElements(view).every((element) => {
      const isOwn = home[element] === -1 || home[element] === section;
      home[element] = section;
      return isOwn;
    }),
  );
}

/** Whether what lies one step back is read before it is written, and what is present after. */
function readsBeforeWrites({ shape }: Buffer, reads: readonly Use[], writes: readonly Use[]): boolean {
  const firstWrite = new Int32Array(sizeOf(shape)).fill(2 ** 31 - 1);
  for (const { index, view } of writes)
    new ShownElements(view).every((element) => {
      firstWrite[element] = Math.min(firstWrite[element]!, index);
      return true;
    });
  return reads.every(({ index, view, instruction }) => {
    const isBack = lagsOf(view).least === 1;
    // A map may read and write one element of state, where both views show the same.
    const isOwn =
      isBack &&
      instruction.kind === 'map' &&
      updates(
        instruction.outputs.map(({ target }) => target),
        view,
      );
    return new ShownElements(view).every((element) => {
      const first = firstWrite[element]!;
      return isBack ? index < first || (index === first && (isOwn || isCarry(instruction, view))) : index > first;
    });
  });
}

/** Whether one of the targets shows just what a view shows, a step on. */
function updates(targets: readonly View[], view: View): boolean {
  const present = withLag(view, undefined);
  return targets.some((target) => sameView(target, present));
}

/** Whether a copy carries on what it reads, unchanged. */
function isCarry(instruction: Instruction, view: View): boolean {
  return (
    instruction.kind === 'copy' && instruction.mode === 'set' && sameView(instruction.target, withLag(view, undefined))
  );
}

/** A copy of state in place onto itself. */
function isIdle(instruction: Instruction, inPlace: ReadonlySet<string>): boolean {
  return (
    instruction.kind === 'copy' &&
    instruction.mode === 'set' &&
    inPlace.has(instruction.target.buffer) &&
    sameView(instruction.source, instruction.target)
  );
}
