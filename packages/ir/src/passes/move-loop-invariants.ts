/**
 * @file Moves what is the same at each step to the prologue: what depends on held inputs, parameters and constants alone.
 * The gradient of a product so moved is one product per block, instead of one per step.
 */
import { clocksOf, readsOf, writesOf } from '../program/instruction-access.ts';
import type { Instruction } from '../program/instructions.ts';
import type { Program } from '../program/program.ts';
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
    const invariants = new Invariants(program, context);
    return {
      ...program,
      prologue: [...program.prologue, ...invariants.movable],
      step: program.step.filter((instruction) => !invariants.movable.includes(instruction)),
    };
  },
};

class Invariants {
  /** Instructions of the step that move, in order. */
  readonly movable: readonly Instruction[];
  readonly #uses: BufferUses;
  readonly #heldInputs: ReadonlySet<string>;
  readonly #candidates: Set<Instruction>;

  constructor(program: Program, context: PassContext) {
    this.#uses = new BufferUses(program, context);
    this.#heldInputs = new Set(program.inputs.filter((input) => input.held).map((input) => input.buffer));
    this.#candidates = new Set(program.step.filter((instruction) => instruction.kind !== 'host'));
    let size: number;
    do {
      size = this.#candidates.size;
      for (const instruction of this.#candidates) if (!this.#canMove(instruction)) this.#candidates.delete(instruction);
    } while (this.#candidates.size < size);
    this.movable = program.step.filter((instruction) => this.#candidates.has(instruction));
  }

  /** Whether the contents of the view are the same at each step, and there before the first. */
  isInvariant(view: View): boolean {
    const { id, role, history } = this.#uses.bufferOf(view);
    if (role === 'constant' || role === 'parameter') return true;
    if (role === 'input') return this.#heldInputs.has(id);
    if (role !== 'temp' || history) return false;
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
      .filter((read) => read.section === 'step' && !this.#candidates.has(read.instruction));
    return stays.some((read) =>
      this.#writesInStep(id).some((write) => write.index > read.index && overlaps(write.view, read.view)),
    );
  }

  #writesInStep(id: string): ReturnType<BufferUses['writesOf']> {
    return this.#uses.writesOf(id).filter((write) => write.section === 'step');
  }
}
