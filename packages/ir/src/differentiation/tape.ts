/**
 * @file What the backward program reads of the forward one. A value that is still there when the adjoint needs it is read
 * where it stands; one of a step, or of a block, is kept for the window; one that is overwritten is copied just before it is
 * used.
 */
import { BufferUses } from '../program/buffer-uses.ts';
import { mapSections } from '../program/instruction-access.ts';
import type { Instruction, Labelled } from '../program/instructions.ts';
import type { Buffer, Program, StepAxis } from '../program/program.ts';
import type { View } from '../program/view.ts';
import { broadcastView, fullView, isRepeatedAxis } from '../program/views.ts';

/** A copy of what an instruction is about to read. */
interface Snapshot {
  readonly buffer: Buffer;
  readonly instruction: Instruction;
  /** The copy, under the shape of the view that was copied. */
  readonly view: View;
}

export class Tape {
  readonly #program: Program;
  readonly #uses: BufferUses;
  /** Ids of the buffers that are to live for the window. */
  readonly #kept = new Set<string>();
  /** By what they show. */
  readonly #snapshots = new Map<string, Snapshot>();
  /** The copies before each instruction: by section, then by number of the instruction. */
  readonly #copies: readonly Map<number, Instruction[]>[];

  /** @param program the forward program, its last section the loss */
  constructor(program: Program) {
    this.#program = program;
    this.#uses = new BufferUses(program);
    this.#copies = program.sections.map(() => new Map<number, Instruction[]>());
  }

  /** Where the backward program finds what instruction `index` of section `section` read through `view`. */
  valueOf(section: number, index: number, view: View): View {
    const buffer = this.#uses.bufferOf(view);
    const { lifetime, steps } = buffer;
    const writes = this.#uses.writesInto(view);
    const isOverwritten = writes.some(
      (write) => write.section > section || (write.section === section && write.index >= index),
    );
    // What one place holds for all steps, each step of a loop may overwrite.
    const isOfLoop = steps === 'one' && (lifetime === 'window' || lifetime === 'run');
    const isWalked = this.#program.sections[section]!.kind === 'steps';
    if (isOverwritten || (isOfLoop && isWalked && writes.some((write) => write.section === section)))
      return this.#snapshot(section, index, view);
    if (lifetime === 'step' || lifetime === 'block' || (steps !== 'one' && steps.span === 'block'))
      this.#kept.add(buffer.id);
    return view;
  }

  /** The forward program with what the tape needs. */
  recorded(): Program {
    return {
      ...mapSections(this.#program, ({ instructions }, section) =>
        instructions.flatMap((instruction, index) => [...(this.#copies[section]!.get(index) ?? []), instruction]),
      ),
      buffers: [
        ...this.#program.buffers.map((buffer) => (this.#kept.has(buffer.id) ? keptForWindow(buffer) : buffer)),
        ...[...this.#snapshots.values()].map((snapshot) => snapshot.buffer),
      ],
    };
  }

  #snapshot(section: number, index: number, view: View): View {
    const isEarlier = (write: { readonly section: number; readonly index: number }): boolean =>
      write.section === section && write.index < index;
    const version = this.#uses.writesInto(view).filter(isEarlier).length;
    const key = JSON.stringify([section, version, view]);
    const known = this.#snapshots.get(key);
    if (known !== undefined) return known.view;
    const snapshot = this.#copyOf(section, index, view);
    this.#snapshots.set(key, snapshot);
    const copies = this.#copies[section]!;
    copies.set(index, [...(copies.get(index) ?? []), snapshot.instruction]);
    return snapshot.view;
  }

  #copyOf(section: number, index: number, view: View): Snapshot {
    const source = cutToOne(view);
    const { name, items, steps } = this.#uses.bufferOf(view);
    const { kind } = this.#program.sections[section]!;
    const buffer: Buffer = {
      id: `taped:${this.#snapshots.size}:${view.buffer}`,
      name: `${name} as read by ${kind} ${index}`,
      shape: source.shape,
      items,
      steps: steps !== 'one' || kind === 'steps' ? EACH_STEP : 'one',
      role: 'temp',
      lifetime: 'window',
      initial: 0,
    };
    const copy = fullView(buffer);
    return {
      buffer,
      instruction: { kind: 'copy', ...this.#labelOf(section, index), source, target: copy, mode: 'set' },
      view: broadcastView(copy, view.shape),
    };
  }

  #labelOf(section: number, index: number): Labelled {
    const { label } = this.#program.sections[section]!.instructions[index]!;
    return label === undefined ? {} : { label: `tape of ${label}` };
  }
}

const EACH_STEP: StepAxis = { span: 'window', before: 0 };

/** The buffer with all that it holds within a window in places of their own; what is carried on stays so. */
function keptForWindow(buffer: Buffer): Buffer {
  const { steps, lifetime } = buffer;
  const kept: StepAxis = steps === 'one' ? (lifetime === 'step' ? EACH_STEP : 'one') : { ...steps, span: 'window' };
  return { ...buffer, steps: kept, lifetime: lifetime === 'run' ? 'run' : 'window' };
}

/** The view with axes that repeat one element cut to length 1. */
function cutToOne(view: View): View {
  return {
    ...view,
    shape: view.shape.map((length, axis) => (isRepeatedAxis(view, axis) ? Math.min(length, 1) : length)),
  };
}
