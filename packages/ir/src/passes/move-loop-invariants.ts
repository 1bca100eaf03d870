/**
 * @file Moves what is the same at each step into a window section before the steps: what depends on held inputs, parameters and
 * constants alone. The gradient of a product so moved is one product per window, instead of one per step.
 */
import { clocksOf, readsOf, writesOf } from '../program/instruction-access.ts';
import type { Instruction } from '../program/instructions.ts';
import type { Program, Section } from '../program/program.ts';
import type { View } from '../program/view.ts';
import { overlaps } from '../program/views.ts';
import { BufferUses } from './buffer-uses.ts';
import type { PassContext, ProgramPass } from './program-pass.ts';

/**
 * Exact. A temp moves as a whole, when everything that a step writes into it is invariant and no reader comes between. A
 * product that is one of several terms moves where it has a temp of its own, as lowerings give it.
 */
export const moveLoopInvariants: ProgramPass = {
  name: 'moveLoopInvariants',
  apply(program: Program, context: PassContext): Program {
    const at = program.sections.findIndex(({ kind }) => kind === 'steps');
    if (at < 0) return program;
    const steps = program.sections[at]!;
    const { movable } = new Invariants(program, steps, context);
    if (movable.length === 0) return program;
    const moved = new Set(movable);
    const targets = new Set(movable.flatMap(writesOf).map(({ target }) => target.buffer));
    const stays = { ...steps, instructions: steps.instructions.filter((instruction) => !moved.has(instruction)) };
    const before = program.sections[at - 1];
    const isThere = before?.kind === 'window';
    const window: Section = {
      kind: 'window',
      direction: 'ascending',
      instructions: [...(isThere ? before.instructions : []), ...movable],
    };
    return {
      ...program,
      buffers: program.buffers.map((buffer) => (targets.has(buffer.id) ? { ...buffer, lifetime: 'window' } : buffer)),
      sections: [
        ...program.sections.slice(0, isThere ? at - 1 : at),
        window,
        ...(stays.instructions.length > 0 ? [stays] : []),
        ...program.sections.slice(at + 1),
      ],
    };
  },
};

class Invariants {
  /** Instructions of the step that move, in order. */
  readonly movable: readonly Instruction[];
  readonly #steps: Section;
  readonly #uses: BufferUses;
  readonly #heldInputs: ReadonlySet<string>;
  readonly #candidates: Set<Instruction>;

  constructor(program: Program, steps: Section, context: PassContext) {
    this.#steps = steps;
    this.#uses = new BufferUses(program, context);
    this.#heldInputs = new Set(program.inputs.filter((input) => input.held).map((input) => input.buffer));
    this.#candidates = new Set(steps.instructions.filter((instruction) => instruction.kind !== 'host'));
    let size: number;
    do {
      size = this.#candidates.size;
      for (const instruction of this.#candidates) if (!this.#canMove(instruction)) this.#candidates.delete(instruction);
    } while (this.#candidates.size < size);
    this.movable = steps.instructions.filter((instruction) => this.#candidates.has(instruction));
  }

  /** Whether the contents of the view are the same at each step, and there before the first. */
  isInvariant(view: View): boolean {
    const { id, role, steps } = this.#uses.bufferOf(view);
    if (role === 'constant' || role === 'parameter') return true;
    if (role === 'input') return this.#heldInputs.has(id);
    if (role !== 'temp' || steps !== 'one') return false;
    return this.#writesInStep(id).every((write) => this.#candidates.has(write.instruction));
  }

  #canMove(instruction: Instruction): boolean {
    return (
      clocksOf(instruction).length === 0 &&
      readsOf(instruction).every((view) => this.isInvariant(view)) &&
      writesOf(instruction).every(({ target }) => this.isInvariant(target) && !this.#isReadBetweenWrites(target.buffer))
    );
  }

  /** Whether an instruction that stays behind reads something that a later one, which would move, overwrites. */
  #isReadBetweenWrites(id: string): boolean {
    const stays = this.#uses
      .readsOf(id)
      .filter((read) => read.section === this.#steps && !this.#candidates.has(read.instruction));
    return stays.some((read) =>
      this.#writesInStep(id).some((write) => write.index > read.index && overlaps(write.view, read.view)),
    );
  }

  #writesInStep(id: string): ReturnType<BufferUses['writesOf']> {
    return this.#uses.writesOf(id).filter((write) => write.section === this.#steps);
  }
}
