/**
 * @file Moves what is the same at each step into a window section before the steps: what depends on held inputs, parameters and
 * constants alone. The gradient of a product so moved is one product per window, instead of one per step.
 */
import { BufferUses } from '../program/buffer-uses.ts';
import { clocksOf, readsOf, writesOf } from '../program/instruction-access.ts';
import type { Instruction } from '../program/instructions.ts';
import type { Program, Section } from '../program/program.ts';
import { sectionPasses } from '../program/section-passes.ts';
import type { ProgramPass } from './program-pass.ts';

/**
 * Exact. From the first steps section; into the window section before its pass. A temp moves as a whole, when everything that a
 * step writes into it is invariant and no reader comes between. A product that is one of several terms moves where it has a
 * temp of its own, as lowerings give it.
 */
export const moveLoopInvariants: ProgramPass = {
  name: 'moveLoopInvariants',
  apply(program: Program): Program {
    const at = program.sections.findIndex(({ kind }) => kind === 'steps');
    if (at < 0) return program;
    const steps = program.sections[at]!;
    const { movable } = new Invariants(program, at);
    if (movable.size === 0) return program;
    const moved = steps.instructions.filter((_, index) => movable.has(index));
    const stays = steps.instructions.filter((_, index) => !movable.has(index));
    const targets = new Set(moved.flatMap(writesOf).map(({ target }) => target.buffer));
    const passes = sectionPasses(program.sections);
    const start = passes.indexOf(passes[at]!);
    const before = program.sections[start - 1];
    const isThere = before?.kind === 'window';
    const window: Section = {
      kind: 'window',
      direction: 'ascending',
      instructions: [...(isThere ? before.instructions : []), ...moved],
    };
    return {
      ...program,
      buffers: program.buffers.map((buffer) => (targets.has(buffer.id) ? { ...buffer, lifetime: 'window' } : buffer)),
      sections: [
        ...program.sections.slice(0, isThere ? start - 1 : start),
        window,
        ...program.sections.slice(start, at),
        ...(stays.length > 0 ? [{ ...steps, instructions: stays }] : []),
        ...program.sections.slice(at + 1),
      ],
    };
  },
};

class Invariants {
  /** Numbers of the instructions that move. */
  readonly movable: Set<number>;
  readonly #instructions: readonly Instruction[];
  readonly #section: number;
  readonly #uses: BufferUses;
  readonly #heldInputs: ReadonlySet<string>;
  /** Ids of buffers that a pass writes, in any of its sections. */
  readonly #writtenInPasses: ReadonlySet<string>;
  /** Ids of buffers that may be found to change from step to step. */
  readonly #changing = new Set<string>();
  readonly #waiting: number[] = [];

  constructor(program: Program, section: number) {
    this.#instructions = program.sections[section]!.instructions;
    this.#section = section;
    this.#uses = new BufferUses(program);
    this.#heldInputs = new Set(program.inputs.filter((input) => input.held).map((input) => input.buffer));
    const inPasses = program.sections.filter(({ kind }) => kind === 'steps' || kind === 'block');
    this.#writtenInPasses = new Set(
      inPasses.flatMap(({ instructions }) => instructions.flatMap(writesOf)).map(({ target }) => target.buffer),
    );
    this.movable = new Set(this.#instructions.keys());
    this.#instructions.forEach((instruction, index) => {
      if (!this.#couldMove(instruction)) this.#leave(index);
    });
    for (let index = this.#waiting.pop(); index !== undefined; index = this.#waiting.pop()) this.#follow(index);
  }

  /** Whether an instruction moves as far as it alone can tell. */
  #couldMove(instruction: Instruction): boolean {
    if (instruction.kind === 'host' || clocksOf(instruction).length > 0) return false;
    return (
      readsOf(instruction).every(({ buffer }) => this.#isInvariant(buffer) || this.#isOfStep(buffer)) &&
      writesOf(instruction).every(({ target }) => this.#isOfStep(target.buffer))
    );
  }

  /** Whether a buffer holds the same at each step, and before the first. */
  #isInvariant(id: string): boolean {
    const { role, steps } = this.#uses.bufferOf({ buffer: id });
    if (role === 'constant' || role === 'parameter') return true;
    if (role === 'input') return this.#heldInputs.has(id);
    return role === 'temp' && steps === 'one' && !this.#writtenInPasses.has(id);
  }

  /** Whether each step sets a buffer anew; where it moves, it moves as a whole. */
  #isOfStep(id: string): boolean {
    const { role, lifetime } = this.#uses.bufferOf({ buffer: id });
    return role === 'temp' && lifetime === 'step';
  }

  #leave(index: number): void {
    if (this.movable.delete(index)) this.#waiting.push(index);
  }

  /** An instruction stays: so does what it writes, and what it reads before it is overwritten. */
  #follow(index: number): void {
    const instruction = this.#instructions[index]!;
    for (const { target } of writesOf(instruction)) this.#change(target.buffer);
    for (const view of readsOf(instruction)) {
      if (this.#changing.has(view.buffer)) continue;
      const isOverwritten = this.#uses
        .writesInto(view)
        .some((write) => write.section === this.#section && write.index > index);
      if (isOverwritten) this.#change(view.buffer);
    }
  }

  #change(id: string): void {
    if (this.#changing.has(id)) return;
    this.#changing.add(id);
    for (const use of [...this.#uses.readsOf(id), ...this.#uses.writesOf(id)])
      if (use.section === this.#section) this.#leave(use.index);
  }
}
