/** @file One loop over steps, its state read at a lag, each element set once in each step. */
import { mapViews, readsOf, writesOf } from '../program/instruction-access.ts';
import type { CopyInstruction, Instruction, Labelled } from '../program/instructions.ts';
import { type Buffer, type Program, type Section } from '../program/program.ts';
import type { View } from '../program/view.ts';
import { fullView, offsetsOf, withoutRepeatedAxes } from '../program/views.ts';
import { sizeOf } from '@ndl/numerics';
import { laterBy, liesBack } from './lags.ts';

/** What has happened, in the step so far, to the elements of a buffer. */
interface Progress {
  readonly buffer: Buffer;
  /** Per element: 0 if not yet written, 1 if written, 2 if read since. */
  readonly marks: Uint8Array;
  /** Sets of elements that were written before, or additions to what was read: each begins another version. */
  version: number;
}

const [UNWRITTEN, WRITTEN, READ] = [0, 1, 2];

export class SectionInLags {
  readonly instructions: Instruction[] = [];
  /** Buffers for what a step leaves behind when it sets something again. */
  readonly versions: Buffer[] = [];
  /** Ids of the buffers that get a value for each step. */
  readonly spread: ReadonlySet<string>;
  readonly #progress: Map<string, Progress>;
  /** How many versions there will be, by id. */
  readonly #counts: ReadonlyMap<string, number>;

  constructor({ instructions }: Section, program: Pick<Program, 'buffers'>) {
    const buffers = spreadBuffers(instructions, program);
    this.spread = new Set(buffers.map(({ id }) => id));
    this.#progress = progressOf(buffers);
    this.#counts = countVersions(instructions, this.#progress);
    this.#progress = progressOf(buffers);
    for (const instruction of instructions) this.#take(instruction);
    for (const [id, progress] of this.#progress) {
      if (progress.buffer.role !== 'state') continue;
      const label = { label: `${progress.buffer.name}, carried on` };
      this.#carry(progress, fullView({ id, shape: [progress.marks.length] }), label);
    }
  }

  #take(instruction: Instruction): void {
    for (const view of readsOf(instruction)) this.#prepareRead(view, instruction);
    const read = new Map(readsOf(instruction).map((view) => [view, this.#readAt(view)]));
    const writes = writesOf(instruction);
    for (const { target, mode } of writes) this.#prepareWrite(target, mode, instruction);
    const nameOf = ({ buffer }: View): string => this.#idOf(buffer);
    this.instructions.push(
      mapViews(
        instruction,
        (view) => read.get(view)!,
        (view) => ({ ...view, buffer: nameOf(view) }),
      ),
    );
    for (const { target } of writes) this.#mark(target, WRITTEN);
  }

  /** State of which a view shows written and unwritten elements is carried on first. */
  #prepareRead(view: View, { label }: Labelled): void {
    const progress = this.#progress.get(view.buffer);
    if (progress?.buffer.role !== 'state' || liesBack(view)) return;
    const elements = elementsOf(view);
    const written = elements.filter((element) => progress.marks[element] !== UNWRITTEN).length;
    if (written > 0 && written < elements.length) this.#carry(progress, view, { label: `carried on for ${label}` });
  }

  /** Where what an instruction reads now stands. */
  #readAt(view: View): View {
    const progress = this.#progress.get(view.buffer);
    if (progress === undefined) return view;
    const elements = elementsOf(view);
    const isUnwritten = elements.length > 0 && progress.marks[elements[0]!] === UNWRITTEN;
    if (progress.buffer.role === 'state' && (isUnwritten || liesBack(view))) {
      if (!isUnwritten) for (const element of elements) progress.marks[element] = READ;
      return liesBack(view) ? view : laterBy(view, 1);
    }
    this.#mark(view, READ);
    return { ...view, buffer: this.#idOf(view.buffer) };
  }

  #prepareWrite(target: View, mode: 'set' | 'add', instruction: Labelled): void {
    const progress = this.#progress.get(target.buffer);
    if (progress === undefined) return;
    if (mode === 'add' && progress.buffer.role === 'state')
      this.#carry(progress, target, { label: `carried on for ${instruction.label ?? target.buffer}` });
    if (startsVersion(progress, target, mode)) this.#nextVersion(progress, target, mode);
  }

  /** Copies what the step before left to elements that this one has not written. */
  #carry(progress: Progress, view: View, labelled: Labelled): void {
    const missing = elementsOf(view).filter((element) => progress.marks[element] === UNWRITTEN);
    for (const run of runsOf(missing)) {
      const source: View = { buffer: progress.buffer.id, ...run, strides: [1] };
      const target = { ...source, buffer: this.#idOf(progress.buffer.id) };
      this.instructions.push({ kind: 'copy', ...labelled, source: laterBy(source, 1), target, mode: 'set' });
      this.#mark(source, WRITTEN);
    }
  }

  /** What was written so far and is not set now goes on in another buffer. */
  #nextVersion(progress: Progress, target: View, mode: 'set' | 'add'): void {
    const { buffer, marks } = progress;
    const before = this.#idOf(buffer.id);
    progress.version++;
    const replaced = new Set(mode === 'set' ? elementsOf(target) : []);
    const kept = [...marks.keys()].filter((element) => marks[element] !== UNWRITTEN && !replaced.has(element));
    for (const run of runsOf(kept)) {
      const source: View = { buffer: before, ...run, strides: [1] };
      const copy: CopyInstruction = {
        kind: 'copy',
        label: `${buffer.name}, kept`,
        source,
        target: { ...source, buffer: this.#idOf(buffer.id) },
        mode: 'set',
      };
      this.instructions.push(copy);
    }
    for (const element of replaced) marks[element] = UNWRITTEN;
    for (const element of kept) marks[element] = WRITTEN;
  }

  /** The last version is the buffer itself: that is what the next step, and whoever looks from outside, sees. */
  #idOf(id: string): string {
    const progress = this.#progress.get(id);
    const last = (this.#counts.get(id) ?? 1) - 1;
    if (progress === undefined || progress.version >= last) return id;
    const version = `${id}, version ${progress.version + 1}`;
    if (!this.versions.some((known) => known.id === version)) {
      const { name, shape, items } = progress.buffer;
      this.versions.push({
        id: version,
        name: `${name}, version ${progress.version + 1}`,
        shape,
        items,
        steps: { span: 'block', before: 0 },
        role: 'temp',
        lifetime: 'block',
        initial: 0,
      });
    }
    return version;
  }

  #mark(view: View, mark: number): void {
    const marks = this.#progress.get(view.buffer)?.marks;
    if (marks !== undefined) for (const element of elementsOf(view)) marks[element] = mark;
  }
}

/** What changes with the steps and has one value: state and temps of the section, and what is fed to each step. */
function spreadBuffers(instructions: readonly Instruction[], { buffers }: Pick<Program, 'buffers'>): readonly Buffer[] {
  const written = new Set(instructions.flatMap((each) => writesOf(each).map(({ target }) => target.buffer)));
  const used = new Set([...written, ...instructions.flatMap((each) => readsOf(each).map(({ buffer }) => buffer))]);
  return buffers.filter(({ id, steps, lifetime, role }) => {
    if (steps !== 'one' || !used.has(id)) return false;
    return lifetime === 'step' || (role === 'state' && lifetime === 'run' && written.has(id));
  });
}

function progressOf(buffers: readonly Buffer[]): Map<string, Progress> {
  return new Map(
    buffers.map((buffer) => {
      const marks = new Uint8Array(sizeOf(buffer.shape));
      if (buffer.role === 'input') marks.fill(WRITTEN);
      return [buffer.id, { buffer, marks, version: 0 }];
    }),
  );
}

/** Walks the instructions once to see how often buffers are set again. */
function countVersions(
  instructions: readonly Instruction[],
  progress: ReadonlyMap<string, Progress>,
): ReadonlyMap<string, number> {
  for (const instruction of instructions) {
    for (const view of readsOf(instruction)) {
      const known = progress.get(view.buffer);
      if (known === undefined || liesBack(view)) continue;
      const elements = elementsOf(view);
      const isMixed = elements.some((element) => known.marks[element] !== UNWRITTEN);
      if (isMixed) for (const element of elements) known.marks[element] = READ;
    }
    for (const { target, mode } of writesOf(instruction)) {
      const known = progress.get(target.buffer);
      if (known === undefined) continue;
      if (startsVersion(known, target, mode)) {
        known.version++;
        known.marks.forEach((mark, element) => {
          if (mark === READ) known.marks[element] = WRITTEN;
        });
      }
      for (const element of elementsOf(target)) known.marks[element] = WRITTEN;
    }
  }
  return new Map([...progress].map(([id, { version }]) => [id, version + 1]));
}

/** Whether a write sets what was written in this step already, or adds to what was read. */
function startsVersion({ marks }: Progress, target: View, mode: 'set' | 'add'): boolean {
  return elementsOf(target).some((element) =>
    mode === 'set' ? marks[element] !== UNWRITTEN : marks[element] === READ,
  );
}

/** The elements that a view shows, repeats along an axis left out. */
function elementsOf(view: View): Int32Array {
  return offsetsOf(withoutRepeatedAxes(view));
}

/** Elements as runs of neighbours. */
function runsOf(elements: Iterable<number>): readonly { readonly offset: number; readonly shape: readonly number[] }[] {
  const runs: { offset: number; shape: [number] }[] = [];
  for (const element of [...new Set(elements)].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && last.offset + last.shape[0] === element) last.shape[0]++;
    else runs.push({ offset: element, shape: [1] });
  }
  return runs;
}
