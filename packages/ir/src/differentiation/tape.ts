/**
 * @file What the backward program reads of the forward one. A value that is still there when the adjoint needs it is read
 * where it stands; one that a step writes is kept for each step; one that is overwritten is copied just before it is used.
 */
import { mapSections, writesOf } from '../program/instruction-access.ts';
import type { Instruction, Labelled } from '../program/instructions.ts';
import type { Buffer, Program, StepAxis } from '../program/program.ts';
import type { View } from '../program/view.ts';
import { broadcastView, fullView, isRepeatedAxis, overlaps } from '../program/views.ts';

interface Snapshot {
  /** Number of the section. */
  readonly section: number;
  /** The instruction that it stands before. */
  readonly index: number;
  readonly instruction: Instruction;
  readonly buffer: Buffer;
  /** The copy, under the shape of the view that was copied. */
  readonly view: View;
}

export class Tape {
  readonly #program: Program;
  readonly #buffers: ReadonlyMap<string, Buffer>;
  readonly #heldInputs: ReadonlySet<string>;
  readonly #histories = new Set<string>();
  readonly #snapshots = new Map<string, Snapshot>();

  /** @param program the forward program, its last section the loss */
  constructor(program: Program) {
    this.#program = program;
    this.#buffers = new Map(program.buffers.map((buffer) => [buffer.id, buffer]));
    this.#heldInputs = new Set(program.inputs.filter((input) => input.held).map((input) => input.buffer));
  }

  /** Where the backward program finds what instruction `index` of section `section` read through `view`. */
  valueOf(section: number, index: number, view: View): View {
    const buffer = this.#buffers.get(view.buffer)!;
    const inStep = this.#program.sections[section]!.kind === 'steps';
    const isFed = buffer.role === 'input' && !this.#heldInputs.has(buffer.id);
    if (isFed && inStep) {
      this.#histories.add(buffer.id);
      return view;
    }
    const isLost = this.#program.sections.some(
      (_, later) => later >= section && this.#writesTo(later, view).some((at) => later !== section || at >= index),
    );
    if (isLost) return this.#snapshot(section, index, view);
    if (!inStep || this.#writesTo(section, view).length === 0) return view;
    if (buffer.role !== 'temp') return this.#snapshot(section, index, view);
    this.#histories.add(buffer.id);
    return view;
  }

  /** The forward program with what the tape needs. */
  recorded(): Program {
    const snapshots = [...this.#snapshots.values()];
    const copiesBefore = (section: number, index: number): Instruction[] =>
      snapshots.filter((copy) => copy.section === section && copy.index === index).map((copy) => copy.instruction);
    const { buffers } = this.#program;
    return {
      ...mapSections(this.#program, ({ instructions }, section) =>
        instructions.flatMap((instruction, index) => [...copiesBefore(section, index), instruction]),
      ),
      buffers: [
        ...buffers.map((buffer) => (this.#histories.has(buffer.id) ? keptForEachStep(buffer) : buffer)),
        ...snapshots.map((snapshot) => snapshot.buffer),
      ],
    };
  }

  #snapshot(section: number, index: number, view: View): View {
    const version = this.#writesTo(section, view).filter((at) => at < index).length;
    const key = JSON.stringify([section, version, view]);
    const known = this.#snapshots.get(key);
    if (known !== undefined) return known.view;
    const source = cutToOne(view);
    const { name, items, steps } = this.#buffers.get(view.buffer)!;
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
    const snapshot: Snapshot = {
      section,
      index,
      buffer,
      instruction: { kind: 'copy', ...this.#labelOf(section, index), source, target: copy, mode: 'set' },
      view: broadcastView(copy, view.shape),
    };
    this.#snapshots.set(key, snapshot);
    return snapshot.view;
  }

  #labelOf(section: number, index: number): Labelled {
    const { label } = this.#program.sections[section]!.instructions[index]!;
    return label === undefined ? {} : { label: `tape of ${label}` };
  }

  /** Numbers of the instructions of a section that write into the view. */
  #writesTo(section: number, view: View): number[] {
    return this.#program.sections[section]!.instructions.flatMap((instruction, index) =>
      writesOf(instruction).some(({ target }) => overlaps(target, view)) ? [index] : [],
    );
  }
}

const EACH_STEP: StepAxis = { span: 'window', before: 0 };

function keptForEachStep(buffer: Buffer): Buffer {
  return { ...buffer, steps: EACH_STEP, lifetime: 'window' };
}

/** The view with axes that repeat one element cut to length 1. */
function cutToOne(view: View): View {
  return {
    ...view,
    shape: view.shape.map((length, axis) => (isRepeatedAxis(view, axis) ? Math.min(length, 1) : length)),
  };
}
