/** @file Removes instructions whose results nobody uses, and buffers that no instruction names any more. */
import { buffersOf, instructionsOf, mapSections, readsOf, writesOf } from '../program/instruction-access.ts';
import type { Instruction, MapInstruction } from '../program/instructions.ts';
import { makeKernel } from '../kernel/kernel-builder.ts';
import { pruneKernel } from '../kernel/kernel-rewriting.ts';
import { BufferUses } from '../program/buffer-uses.ts';
import type { BufferRole, Program } from '../program/program.ts';
import type { PassContext, ProgramPass } from './program-pass.ts';

/** What stays even if no instruction names it: it carries data in, out, or on. */
const LASTING: readonly BufferRole[] = ['parameter', 'state', 'input', 'target', 'optimizer'];

/**
 * Exact. Alive are outputs, kept buffers, state, and what live instructions read; hosts always live, since a
 * host function may act on the world. Symbols of removed buffers go with them.
 */
export const removeDeadBuffers: ProgramPass = {
  name: 'removeDeadBuffers',
  apply(program: Program, { keep }: PassContext): Program {
    const live = liveBuffers(program, keep);
    const slim = mapSections(program, ({ instructions }) =>
      instructions.flatMap((instruction) => withoutDeadOutputs(instruction, live)),
    );
    const named = buffersOf(instructionsOf(slim));
    for (const id of [...keep, ...program.outputs.map(({ view }) => view.buffer)]) named.add(id);
    const buffers = program.buffers.filter(({ id, role }) => named.has(id) || LASTING.includes(role));
    if (buffers.length === program.buffers.length) return slim;
    const left = new Set(buffers.map((buffer) => buffer.id));
    const symbols = Object.fromEntries(Object.entries(program.symbols).filter(([, view]) => left.has(view.buffer)));
    return { ...slim, buffers, symbols };
  },
};

/** From what lasts or is looked at, back through what writes it, to what that reads. */
function liveBuffers(program: Program, keep: readonly string[]): Set<string> {
  const uses = new BufferUses(program);
  const live = new Set([...keep, ...program.outputs.map(({ view }) => view.buffer)]);
  for (const { id, role } of program.buffers) if (role !== 'temp' && role !== 'constant') live.add(id);
  for (const instruction of instructionsOf(program)) {
    if (instruction.kind === 'host')
      for (const { buffer } of [...instruction.inputs, ...instruction.outputs]) live.add(buffer);
  }
  // A set is iterated in the order of insertion, what is added on the way included.
  const done = new Set<Instruction>();
  for (const id of live) {
    for (const { instruction } of uses.writesOf(id)) {
      if (done.has(instruction)) continue;
      done.add(instruction);
      for (const view of readsOf(instruction)) live.add(view.buffer);
    }
  }
  return live;
}

function withoutDeadOutputs(instruction: Instruction, live: ReadonlySet<string>): Instruction[] {
  if (instruction.kind === 'host') return [instruction];
  const isLive = ({ target }: ReturnType<typeof writesOf>[number]): boolean => live.has(target.buffer);
  const writes = writesOf(instruction);
  if (writes.every(isLive)) return [instruction];
  if (instruction.kind === 'contract') {
    const members = instruction.members.filter(({ target }) => live.has(target.buffer));
    return members.length === 0 ? [] : [{ ...instruction, members }];
  }
  if (instruction.kind !== 'map' || !writes.some(isLive)) return [];
  return [withOutputs(instruction, writes.map(isLive))];
}

/** The map with some of its outputs only, and the operands that those need. */
function withOutputs(instruction: MapInstruction, isKept: readonly boolean[]): MapInstruction {
  const { kernel, inputs, parameters, outputs } = instruction;
  const kept = makeKernel(
    kernel.name,
    kernel.inputs,
    kernel.parameters,
    kernel.outputs.filter((_, index) => isKept[index]),
  );
  const pruned = pruneKernel(kept);
  return {
    ...instruction,
    kernel: pruned,
    inputs: pruned.inputs.map((name) => inputs[kernel.inputs.indexOf(name)]!),
    parameters: pruned.parameters.map((name) => parameters[kernel.parameters.indexOf(name)]!),
    outputs: outputs.filter((_, index) => isKept[index]),
  };
}
