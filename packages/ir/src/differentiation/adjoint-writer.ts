/** @file Writes the sections of a backward program: instructions with their labels, and buffers for values on the way. */
import { BufferUses } from '../program/buffer-uses.ts';
import type { Instruction, Labelled } from '../program/instructions.ts';
import type { Layout } from '../program/layout.ts';
import type { Buffer, Lifetime, SectionKind } from '../program/program.ts';
import type { View } from '../program/view.ts';
import { fullView } from '../program/views.ts';

/** How long what an instruction leaves for the next ones lives. */
const LIFETIME_IN: Readonly<Record<SectionKind, Lifetime>> = {
  steps: 'step',
  block: 'block',
  window: 'window',
  before: 'window',
};

export class AdjointWriter {
  readonly #temporaries: Buffer[] = [];
  #instructions: Instruction[] = [];
  #section: SectionKind = 'window';
  #label: string | undefined;

  /** Buffers made on the way. */
  get temporaries(): readonly Buffer[] {
    return this.#temporaries;
  }

  /** The kind of the section that is written. */
  get section(): SectionKind {
    return this.#section;
  }

  begin(section: SectionKind): void {
    this.#instructions = [];
    this.#section = section;
    this.#label = undefined;
  }

  /** Says whose adjoint is written from now on: what is emitted is labelled as its gradient. */
  describe({ label }: Labelled): void {
    this.#label = label === undefined ? undefined : `gradient of ${label}`;
  }

  emit(instruction: Instruction): void {
    this.#instructions.push(this.#label === undefined ? instruction : { ...instruction, label: this.#label });
  }

  /** A buffer for a value of this section. */
  temporary(shape: readonly number[], { items, steps }: Layout): View {
    const id = `adjoint:${this.#temporaries.length}`;
    this.#temporaries.push({
      id,
      name: id,
      shape,
      items,
      steps: steps ? { span: this.#section === 'block' ? 'block' : 'window', before: 0 } : 'one',
      role: 'temp',
      lifetime: LIFETIME_IN[this.#section],
      initial: 0,
    });
    return fullView({ id, shape });
  }

  /** Ends the section: its instructions, without fills that none after them looks at, but for those of `kept`, by buffer id. */
  finish(kept: ReadonlySet<string>): readonly Instruction[] {
    const written = this.#instructions;
    const uses = new BufferUses({ buffers: [], sections: [{ instructions: written }] });
    const isSeen = (view: View, index: number): boolean =>
      [...uses.readsFrom(view), ...uses.writesInto(view)].some((use) => use.index > index);
    return written.filter(
      (instruction, index) =>
        instruction.kind !== 'fill' || kept.has(instruction.target.buffer) || isSeen(instruction.target, index),
    );
  }
}
