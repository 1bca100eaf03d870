/**
 * @file What the backward program reads of the forward one. A value that is still there when the adjoint needs it is read
 * where it stands; one that a step writes is kept as a history; one that is overwritten is copied just before it is used.
 */
import { type Section, SECTIONS, writesOf } from '../program/instruction-access.ts';
import type { Instruction, Labelled } from '../program/instructions.ts';
import type { Buffer, Program } from '../program/program.ts';
import type { View } from '../program/view.ts';
import { broadcastView, fullView, isRepeatedAxis, overlaps } from '../program/views.ts';

interface Snapshot {
  readonly section: Section;
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

  /** @param program the forward program, its epilogue ending in the loss */
  constructor(program: Program) {
    this.#program = program;
    this.#buffers = new Map(program.buffers.map((buffer) => [buffer.id, buffer]));
    this.#heldInputs = new Set(program.inputs.filter((input) => input.held).map((input) => input.buffer));
  }

  /** Where the backward program finds what instruction `index` of `section` read through `view`. */
  valueOf(section: Section, index: number, view: View): View {
    const buffer = this.#buffers.get(view.buffer)!;
    const inStep = section === 'step';
    const isFed = buffer.role === 'input' && !this.#heldInputs.has(buffer.id);
    if (isFed && inStep) {
      this.#histories.add(buffer.id);
      return view;
    }
    const isLost = SECTIONS.slice(SECTIONS.indexOf(section)).some((later) =>
      this.#writesTo(later, view).some((at) => later !== section || at >= index),
    );
    if (isLost) return this.#snapshot(section, index, view);
    if (!inStep || this.#writesTo('step', view).length === 0) return view;
    if (buffer.role !== 'temp') return this.#snapshot(section, index, view);
    this.#histories.add(buffer.id);
    return view;
  }

  /** The forward program with what the tape needs. */
  recorded(): Program {
    const snapshots = [...this.#snapshots.values()];
    const withCopies = (section: Section): Instruction[] =>
      this.#program[section].flatMap((instruction, index) => [
        ...snapshots.filter((copy) => copy.section === section && copy.index === index).map((copy) => copy.instruction),
        instruction,
      ]);
    return {
      ...this.#program,
      buffers: [
        ...this.#program.buffers.map((buffer) =>
          this.#histories.has(buffer.id) ? { ...buffer, history: true } : buffer,
        ),
        ...snapshots.map((snapshot) => snapshot.buffer),
      ],
      prologue: withCopies('prologue'),
      step: withCopies('step'),
      epilogue: withCopies('epilogue'),
    };
  }

  #snapshot(section: Section, index: number, view: View): View {
    const version = this.#writesTo(section, view).filter((at) => at < index).length;
    const key = JSON.stringify([section, version, view]);
    const known = this.#snapshots.get(key);
    if (known !== undefined) return known.view;
    const source = cutToOne(view);
    const { name, batched, history } = this.#buffers.get(view.buffer)!;
    const buffer: Buffer = {
      id: `taped:${this.#snapshots.size}:${view.buffer}`,
      name: `${name} as read by ${section} ${index}`,
      shape: source.shape,
      batched,
      history: history || section === 'step',
      role: 'temp',
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

  #labelOf(section: Section, index: number): Labelled {
    const { label } = this.#program[section][index]!;
    return label === undefined ? {} : { label: `tape of ${label}` };
  }

  /** Numbers of the instructions of a section that write into the view. */
  #writesTo(section: Section, view: View): number[] {
    return this.#program[section].flatMap((instruction, index) =>
      writesOf(instruction).some(({ target }) => overlaps(target, view)) ? [index] : [],
    );
  }
}

/** The view with axes that repeat one element cut to length 1. */
function cutToOne(view: View): View {
  return {
    ...view,
    shape: view.shape.map((length, axis) => (isRepeatedAxis(view, axis) ? Math.min(length, 1) : length)),
  };
}
