/**
 * @file An interpreter of programs that is independent of every backend: one number at a time, in blocks only where the program
 * limits them. Far too slow for anything but checking.
 */
import { buffersOf, type Program, type Section, type Tables, type View } from '@ndl/ir';
import { OracleInstructions } from './oracle-instructions.ts';
import { type Formulas, MATHEMATICS } from './oracle-kernel.ts';
import { type CarriedState, OracleMemory } from './oracle-memory.ts';
import { positionsOf } from './oracle-views.ts';
import { tablesOf } from './write-program.ts';

/** What flows into an input at a step (counted from 0 within the window), `[items, size]`; of held ones, at step 0. */
export type OracleFeed = ReadonlyMap<string, (step: number) => ArrayLike<number>>;

export interface OracleOptions {
  /** Default: what `tablesOf` finds. */
  readonly tables?: Tables;
  /** What functions of one number are. Default: the mathematics, in float64. */
  readonly formulas?: Formulas;
}

/** Outputs by name: `[items, size]` for each step. */
export type OracleOutputs = ReadonlyMap<string, readonly (readonly number[])[]>;

/** A program over a fixed number of items, run window by window from its initial state. */
export class Oracle {
  readonly #program: Program;
  readonly #memory: OracleMemory;
  readonly #instructions: OracleInstructions;
  #windows = 0;

  constructor(
    program: Program,
    items: number,
    { tables = tablesOf(program), formulas = MATHEMATICS }: OracleOptions = {},
  ) {
    this.#program = program;
    this.#memory = new OracleMemory(program, tables, items);
    this.#instructions = new OracleInstructions(program, this.#memory, tables, formulas);
  }

  /** Values of scalars for the windows to come. */
  get scalars(): Map<string, number> {
    return this.#instructions.scalars;
  }

  /** State after the last window. */
  get carried(): CarriedState {
    return this.#memory.carried;
  }

  /** Goes on from a state after so many steps. */
  carryOn(state: CarriedState, stepsBefore: number): void {
    if (stepsBefore === 0) return;
    this.#memory.carryOn(state);
    this.#instructions.stepsBefore = stepsBefore;
    this.#windows = 1;
  }

  /** Replaces what a shared buffer holds. */
  fill(id: string, values: ArrayLike<number>): void {
    this.#memory.fill(id, values);
  }

  /** The numbers of a view, `[items, ...shape]` flat, at a step of the last window; what is shared repeats. */
  read(view: View, step = 0): readonly number[] {
    return Array.from({ length: this.#memory.items }, (_, item) => {
      const cells = this.#memory.cells(view.buffer, step, item);
      return positionsOf(view).map(({ offset }) => cells[offset]!);
    }).flat();
  }

  /** Runs the next window. */
  run(steps: number, feed: OracleFeed = new Map()): OracleOutputs {
    const { inputs, outputs, sections, maximumBlock = steps } = this.#program;
    this.#memory.begin(steps);
    for (const { name, buffer, held } of inputs) {
      const isSpanning = this.#memory.bufferOf(buffer).steps !== 'one';
      if (held) this.#memory.fill(buffer, feed.get(name)!(0));
      else if (isSpanning)
        for (let step = 0; step < steps; step++) this.#memory.fill(buffer, feed.get(name)!(step), step);
    }
    const samples = new Map(outputs.map(({ name }) => [name, [] as (readonly number[])[]]));
    const sample = (used: ReadonlySet<string> | undefined, step: number): void => {
      for (const { name, view } of outputs)
        if (used === undefined || used.has(view.buffer)) samples.get(name)![step] = this.read(view, step);
    };
    const ascending = [...Array(steps).keys()];
    for (const part of partsOf(sections)) {
      if (part[0]!.kind !== 'steps' && part[0]!.kind !== 'block') {
        this.#run(part[0]!, ascending, feed, sample);
        continue;
      }
      for (const step of ascending) sample(undefined, step);
      const blocks = cut(ascending, maximumBlock);
      const descends = part.some(({ direction }) => direction === 'descending');
      for (const block of descends ? blocks.toReversed() : blocks)
        for (const section of part) this.#run(section, block, feed, sample);
    }
    const isWithoutPass = sections.every(({ kind }) => kind === 'window' || kind === 'before');
    if (isWithoutPass) for (const step of ascending) sample(undefined, step);
    this.#memory.end();
    this.#instructions.stepsBefore += steps;
    this.#windows++;
    return samples;
  }

  #run(
    { kind, direction, instructions }: Section,
    ascending: readonly number[],
    feed: OracleFeed,
    sample: (used: ReadonlySet<string>, step: number) => void,
  ): void {
    const steps = direction === 'ascending' ? ascending : ascending.toReversed();
    const used = buffersOf(instructions);
    const perform = (now: readonly number[]): void => {
      for (const instruction of instructions) this.#instructions.perform(instruction, { kind, steps: now });
    };
    if (kind === 'steps') {
      for (const step of steps) {
        for (const { name, buffer, held } of this.#program.inputs) {
          const isOfStep = !held && used.has(buffer) && this.#memory.bufferOf(buffer).steps === 'one';
          if (isOfStep) this.#memory.fill(buffer, feed.get(name)!(step), step);
        }
        perform([step]);
        sample(used, step);
      }
    } else if (kind !== 'before' || this.#windows === 0) {
      perform(steps);
      if (kind === 'block') for (const step of steps) sample(used, step);
    }
  }
}

/** Sections that run one after another: those of a pass block by block, all others alone. */
function partsOf(sections: readonly Section[]): readonly (readonly Section[])[] {
  const isOfPass = (section: Section | undefined): boolean => section?.kind === 'steps' || section?.kind === 'block';
  const parts: Section[][] = [];
  sections.forEach((section, number) => {
    if (isOfPass(section) && isOfPass(sections[number - 1])) parts.at(-1)!.push(section);
    else parts.push([section]);
  });
  return parts;
}

/** Steps in pieces of so many, the last one of what is left. */
function cut(steps: readonly number[], length: number): readonly (readonly number[])[] {
  return Array.from({ length: Math.ceil(steps.length / length) }, (_, block) =>
    steps.slice(block * length, (block + 1) * length),
  );
}
