/** @file Writes the sections of a backward program: instructions with their labels, and buffers for values on the way. */
import { BufferUses } from '../program/buffer-uses.ts';
import type { Instruction, Labelled } from '../program/instructions.ts';
import type { Layout } from '../program/layout.ts';
import type { Buffer, SectionKind } from '../program/program.ts';
import type { View } from '../program/view.ts';
import { fullView } from '../program/views.ts';

export class AdjointWriter {
  readonly #temporaries: Buffer[] = [];
  #instructions: Instruction[] = [];
  #section: SectionKind = 'window';
  #described: string | undefined;
  #label: string | undefined;

  /** Buffers made on the way. */
  get temporaries(): readonly Buffer[] {
    return this.#temporaries;
  }

  /** The kind of the section that is written. */
  get section(): SectionKind {
    return this.#section;
  }

  /** What is described, as emitted instructions are labelled. */
  get label(): string | undefined {
    return this.#described;
  }

  /** Instructions of the section so far. */
  get count(): number {
    return this.#instructions.length;
  }

  /** Puts instructions before number `at` of the section. */
  insert(at: number, instructions: readonly Instruction[]): void {
    this.#instructions.splice(at, 0, ...instructions);
  }

  /** Whether the section is part of a pass, run block by block. */
  get isInPass(): boolean {
    return this.#section === 'steps' || this.#section === 'block';
  }

  begin(section: SectionKind): void {
    this.#instructions = [];
    this.#section = section;
    this.#label = undefined;
  }

  /** Says whose adjoint is written from now on: what is emitted is labelled as its gradient. */
  describe({ label }: Labelled): void {
    this.#described = label;
    this.#label = label === undefined ? undefined : `gradient of ${label}`;
  }

  emit(instruction: Instruction): void {
    this.#instructions.push(this.labelled(instruction));
  }

  /** The instruction with the label of what is described, or its own; to be written elsewhere. */
  labelled(instruction: Instruction): Instruction {
    if (instruction.label !== undefined || this.#label === undefined) return instruction;
    return { ...instruction, label: this.#label };
  }

  /** A buffer for a value of this section; `forWindow`: that others will look at once its pass is over. */
  temporary(shape: readonly number[], { items, steps }: Layout, forWindow = false): View {
    const span = this.isInPass && !forWindow ? 'block' : 'window';
    return this.#make(shape, items, steps ? span : 'window', steps);
  }

  /** A buffer of one value that steps add to. */
  accumulator(shape: readonly number[], items: boolean): View {
    return this.#make(shape, items, 'window', false);
  }

  #make(shape: readonly number[], items: boolean, span: 'block' | 'window', steps: boolean): View {
    const id = `adjoint:${this.#temporaries.length}`;
    this.#temporaries.push({
      id,
      name: id,
      shape,
      items,
      steps: steps ? { span, before: 0 } : 'one',
      role: 'temp',
      lifetime: span,
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
