/**
 * @file What the backward program reads of the forward one. Each value is set once in each step and stands where it was set; one that
 * lives within a block is kept for the window, or set once more.
 */
import { instructionsOf } from '../program/instruction-access.ts';
import type { Buffer, Program } from '../program/program.ts';
import type { View } from '../program/view.ts';

export class Tape {
  readonly #program: Program;
  readonly #buffers: ReadonlyMap<string, Buffer>;
  /** Ids of the buffers that are to live for the window. */
  readonly #kept = new Set<string>();

  readonly #recomputes: boolean;

  /**
   * @param program the forward program in lag form, its last section the loss
   * @param recomputes whether what its pass sets is set once more before it is read
   */
  constructor(program: Program, recomputes: boolean) {
    this.#program = program;
    this.#recomputes = recomputes;
    this.#buffers = new Map(program.buffers.map((buffer) => [buffer.id, buffer]));
    if (!recomputes) return;
    // Each block begins with a copy of the steps before; of several, these copies overlap and are more than the window has.
    for (const { id, steps } of program.buffers)
      if (steps !== 'one' && steps.span === 'block' && steps.before > 1) this.#kept.add(id);
    // A host is called once for each step.
    for (const instruction of instructionsOf(program))
      if (instruction.kind === 'host') for (const output of instruction.outputs) this.#keep(output);
  }

  /** Where the backward program finds what an instruction read through `view`. */
  valueOf(view: View): View {
    if (!this.#recomputes) this.#keep(view);
    return view;
  }

  #keep({ buffer }: View): void {
    const { id, lifetime, steps } = this.#buffers.get(buffer)!;
    if (lifetime === 'block' || (steps !== 'one' && steps.span === 'block')) this.#kept.add(id);
  }

  /** The forward program with what the tape needs. */
  recorded(): Program {
    return {
      ...this.#program,
      buffers: this.#program.buffers.map((buffer) => (this.#kept.has(buffer.id) ? keptForWindow(buffer) : buffer)),
    };
  }
}

/** The buffer with all that it holds within a window in places of their own; what is carried on stays so. */
function keptForWindow(buffer: Buffer): Buffer {
  const { steps, lifetime } = buffer;
  return {
    ...buffer,
    steps: steps === 'one' ? 'one' : { ...steps, span: 'window' },
    lifetime: lifetime === 'run' ? 'run' : 'window',
  };
}
