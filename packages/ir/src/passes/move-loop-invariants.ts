/**
 * @file Moves what is the same at each step to the prologue: what depends on held inputs, parameters and constants alone.
 * The gradient of a product so moved is one product per block, instead of one per step.
 */
import { readsOf, writesOf } from '../instruction-access.ts';
import type { DotInstruction, Instruction } from '../instructions.ts';
import type { Buffer, Program, View } from '../program.ts';
import { fullView, overlaps } from '../views.ts';
import { BufferUses } from './buffer-uses.ts';
import type { PassContext, ProgramPass } from './program-pass.ts';

/**
 * Exact. A temp moves as a whole, when everything that a step writes into it is invariant and no reader comes between.
 * Of a temp that cannot move, invariant products move alone: the step then copies, or adds, their result.
 */
export const moveLoopInvariants: ProgramPass = {
  name: 'moveLoopInvariants',
  apply(program: Program, context: PassContext): Program {
    const invariants = new Invariants(program, context);
    const { step, products } = hoistProducts(program, invariants);
    return {
      ...program,
      buffers: [...program.buffers, ...products.map((product) => product.buffer)],
      prologue: [...program.prologue, ...invariants.movable, ...products.map((product) => product.instruction)],
      step,
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

interface Product {
  readonly buffer: Buffer;
  readonly instruction: DotInstruction;
}

/** The step without what moves; invariant products that stay are replaced by copies of what the prologue computes. */
function hoistProducts(program: Program, invariants: Invariants): { step: Instruction[]; products: Product[] } {
  const products: Product[] = [];
  const step = program.step.flatMap((instruction): Instruction[] => {
    if (invariants.movable.includes(instruction)) return [];
    if (instruction.kind !== 'dot' || !readsOf(instruction).every((view) => invariants.isInvariant(view)))
      return [instruction];
    const { target, mode } = instruction;
    const buffer = productBuffer(program, target, products.length);
    products.push({ buffer, instruction: { ...instruction, target: fullView(buffer), mode: 'set' } });
    return [{ kind: 'copy', source: fullView(buffer), target, mode }];
  });
  return { step, products };
}

function productBuffer(program: Program, target: View, number: number): Buffer {
  const name = `invariant part of ${program.buffers.find(({ id }) => id === target.buffer)!.name}`;
  const taken = program.buffers.filter(({ id }) => id.startsWith('invariant:')).length;
  return {
    id: `invariant:${taken + number}:${target.buffer}`,
    name,
    shape: target.shape,
    batched: true,
    history: false,
    role: 'temp',
    initial: 0,
  };
}
