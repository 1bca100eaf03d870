/** @file Writes the sections of a program anew: state read at a lag, and each element set once. */
import { sizeOf } from '@ndl/numerics';
import { mapViews, readsOf, writesOf } from '../program/instruction-access.ts';
import type { Instruction, Labelled, WriteMode } from '../program/instructions.ts';
import type { Buffer, Program } from '../program/program.ts';
import type { View } from '../program/view.ts';
import { fullView } from '../program/views.ts';
import { furtherBack, liesBack } from './lags.ts';
import { SetOnce } from './set-once.ts';
import { runsOf, ShownElements, type Run } from './shown-elements.ts';

export class LagWriter {
  readonly #program: Program;
  /** Ids of the buffers that get a value for each step. */
  readonly #spread: ReadonlySet<string>;
  readonly #progress: SetOnce;
  /** By id of state, the last section that writes it: there it is carried on. */
  readonly #lastSection = new Map<string, number>();
  #instructions: Instruction[] = [];

  constructor(program: Program, spread: ReadonlySet<string>) {
    this.#program = program;
    this.#spread = spread;
    this.#progress = new SetOnce(program);
    program.sections.forEach(({ kind, instructions }, number) => {
      if (kind !== 'steps') return;
      for (const { target } of instructions.flatMap(writesOf)) this.#lastSection.set(target.buffer, number);
    });
  }

  /** Buffers for what is set again later. */
  get versions(): readonly Buffer[] {
    return this.#progress.versions;
  }

  beginPass(): void {
    this.#progress.beginPass();
  }

  /** The instructions of a section in lag form; to be asked for in the order of sections. */
  section(number: number): readonly Instruction[] {
    const { instructions, direction } = this.#program.sections[number]!;
    this.#instructions = [];
    for (const instruction of instructions) this.#take(instruction);
    if (direction === 'ascending') {
      for (const { id, name, shape } of this.#program.buffers) {
        if (this.#lastSection.get(id) !== number || !this.#isUpdated(id)) continue;
        this.#carry(fullView({ id, shape: [sizeOf(shape)] }), { label: `${name}, carried on` });
      }
    }
    return this.#instructions;
  }

  #take(instruction: Instruction): void {
    const reads = readsOf(instruction);
    for (const view of reads) this.#prepareRead(view, instruction);
    const places = new Map(reads.map((view) => [view, this.#placeOf(view)]));
    for (const view of reads) if (!liesBack(places.get(view)!)) this.#progress.read(view);
    const writes = writesOf(instruction);
    for (const { target, mode } of writes) this.#prepareWrite(target, mode, instruction);
    const named = (view: View): View => this.#named(view);
    this.#instructions.push(mapViews(instruction, (view) => places.get(view)!, named));
    for (const { target } of writes) this.#progress.written(target);
  }

  /** State of which a view shows written and unwritten elements is carried on first. */
  #prepareRead(view: View, { label = view.buffer }: Labelled): void {
    if (!this.#isUpdated(view.buffer) || liesBack(view)) return;
    const missing = this.#progress.missing(view) ?? [];
    if (missing.length > 0) this.#carryRuns(view.buffer, missing, { label: `carried on for ${label}` });
  }

  /** Where what an instruction reads now stands. */
  #placeOf(view: View): View {
    if (liesBack(view)) return view;
    const isUnwritten = this.#isUpdated(view.buffer) && this.#progress.isBegun(view) === false;
    return isUnwritten ? furtherBack(view, 1) : this.#named(view);
  }

  #prepareWrite(target: View, mode: WriteMode, { label = target.buffer }: Labelled): void {
    if (mode === 'add' && this.#isUpdated(target.buffer)) this.#carry(target, { label: `carried on for ${label}` });
    const kept = this.#progress.nextVersion(target, mode);
    if (kept === undefined) return;
    for (const run of runsOf(kept.elements)) {
      const source: View = { buffer: kept.from, ...run, strides: [1] };
      const into = this.#named({ ...source, buffer: target.buffer });
      this.#instructions.push({ kind: 'copy', label: `kept for ${label}`, source, target: into, mode: 'set' });
    }
  }

  /** Copies what the step before left to elements that this one has not written. */
  #carry(view: View, labelled: Labelled): void {
    this.#carryRuns(view.buffer, this.#progress.missing(view) ?? new ShownElements(view).runs(), labelled);
  }

  #carryRuns(buffer: string, runs: readonly Run[], labelled: Labelled): void {
    for (const run of runs) {
      const source: View = { buffer, ...run, strides: [1] };
      const target = this.#named(source);
      this.#instructions.push({ kind: 'copy', ...labelled, source: furtherBack(source, 1), target, mode: 'set' });
      this.#progress.written(source);
    }
  }

  /** Whether it is state that was updated in place. */
  #isUpdated(id: string): boolean {
    return this.#spread.has(id) && this.#lastSection.has(id) && this.#progress.bufferOf(id).role === 'state';
  }

  #named(view: View): View {
    const buffer = this.#progress.idOf(view.buffer);
    return buffer === view.buffer ? view : { ...view, buffer };
  }
}
