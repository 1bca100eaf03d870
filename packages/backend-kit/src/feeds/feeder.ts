/** @file Writes what is fed during a call: held inputs and targets once per window, the others block by block. */
import { hasLiveSource, type InputFeed, type Interruption, type SequenceFeed, type TargetFeed } from '@ndl/core';
import type { Dtype, GeneratedSource } from '@ndl/ir';
import type { FloatArray } from '@ndl/numerics';
import type { BoundProgram } from '../programs/bound-program.ts';
import type { Memory } from '../engine.ts';
import type { Declared } from './feed-checks.ts';
import { generatedInputs } from './generators.ts';
import { allocate } from '../memory/parameter-store.ts';
import { writeRows } from '../memory/row-transfers.ts';
import type { Slices } from '../memory/slices.ts';
import { waitFor, type Waiting } from '../calls/waiting.ts';

/** What flows in during a call. */
export interface CallFeed {
  readonly inputs: ReadonlyMap<string, InputFeed>;
  readonly targets: ReadonlyMap<string, TargetFeed>;
  /** Of the training; none where a program runs. */
  readonly targetDeclarations: readonly Declared[];
  /** Steps taken before the call's first. */
  readonly stepsBefore: number;
}

/** Steps of a block whose inputs are there: fewer than were asked for where a source failed. */
export interface Fed {
  readonly steps: number;
  readonly failure?: { readonly error: unknown };
}

/** An input that is written step by step. */
interface Flow<Store> {
  readonly slices: Slices<Store>;
  readonly given: InputFeed;
  /** Steps of a source, one after another, on their way to memory; and each step's part, made when it is first asked for. */
  staging: FloatArray;
  parts: FloatArray[];
}

/** Numbers that are copied at a time on their way to memory: few enough for a cache. */
const STAGED = 2 ** 16;

export class Feeder<Store> {
  readonly #memory: Memory<Store>;
  readonly #bound: BoundProgram<Store>;
  readonly #feed: CallFeed;
  readonly #interruption: Interruption;
  readonly #dtype: Dtype;
  /** In the order of the feed's entries, which sources may rely on. */
  readonly #flows: readonly Flow<Store>[];
  readonly #sources: readonly Flow<Store>[];
  /** Inputs that are generated, as nothing is fed to them. */
  readonly #generated: readonly {
    readonly name: string;
    readonly source: GeneratedSource;
    readonly slices: Slices<Store>;
  }[];
  /** Slices of held feeds that are written already. */
  readonly #written = new Map<Slices<Store>, number>();

  constructor(memory: Memory<Store>, bound: BoundProgram<Store>, feed: CallFeed, interruption: Interruption) {
    this.#memory = memory;
    this.#bound = bound;
    this.#feed = feed;
    this.#interruption = interruption;
    this.#dtype = bound.program.dtype;
    const declared = new Map(bound.program.inputs.map((input) => [input.name, input]));
    this.#flows = [...feed.inputs].flatMap(([name, given]) => {
      const { buffer, held } = declared.get(name)!;
      return held ? [] : [{ slices: bound.slicesOf(buffer), given, staging: allocate(this.#dtype, 0), parts: [] }];
    });
    this.#sources = this.#flows.filter(({ given }) => given.kind === 'source');
    this.#generated = [...generatedInputs(bound.program)]
      .filter(([name]) => !feed.inputs.has(name))
      .map(([name, source]) => ({ name, source, slices: bound.slicesOf(declared.get(name)!.buffer) }));
  }

  /** Whether a source follows the world. */
  get isLive(): boolean {
    return hasLiveSource(this.#feed.inputs);
  }

  /** What a window has one value of, and the targets of its `steps` steps. */
  *writeWindow(stepsBefore: number, steps: number): Waiting {
    for (const { name, buffer, held } of this.#bound.program.inputs) {
      const given = this.#feed.inputs.get(name)!;
      if (held && given.kind === 'held') yield* this.#write(this.#bound.slicesOf(buffer), 0, given.data);
    }
    for (const { name, buffer } of this.#feed.targetDeclarations) {
      const given = this.#feed.targets.get(name)!;
      const slices = this.#bound.slicesOf(buffer);
      if (slices.span === 'one') yield* this.#write(slices, 0, given.data);
      else if (given.kind === 'sequence') yield* this.#writeSequence(slices, given, stepsBefore, steps);
      else yield* this.#writeHeld(slices, given.data, steps);
    }
  }

  /** The inputs of `steps` steps, into the present block. What a source throws shortens it. */
  *writeBlock(stepsBefore: number, steps: number): Waiting<Fed> {
    const fed = this.#ask(stepsBefore, steps);
    for (const flow of this.#flows) {
      const { slices, given } = flow;
      if (given.kind === 'sequence') yield* this.#writeSequence(slices, given, stepsBefore, fed.steps);
      else if (given.kind === 'held') yield* this.#writeHeld(slices, given.data, fed.steps);
      else yield* this.#write(slices, slices.first, flow.staging.subarray(0, fed.steps * sizeOfStep(slices)));
    }
    for (const { name, source, slices } of this.#generated) {
      const streams = this.#bound.state.generators.drawing(name, source);
      streams.draw(slices.store, slices.row(slices.first), fed.steps, slices.shape.size);
    }
    return fed;
  }

  /** Asks all sources step by step. */
  #ask(stepsBefore: number, steps: number): Fed {
    const { dt } = this.#bound.program;
    for (const source of this.#sources) {
      const length = steps * sizeOfStep(source.slices);
      if (source.staging.length >= length) continue;
      source.staging = allocate(this.#dtype, length);
      source.parts = [];
    }
    for (let step = 0; step < steps; step++) {
      const number = stepsBefore + step + 1;
      try {
        for (const { given, slices, staging, parts } of this.#sources) {
          const size = sizeOfStep(slices);
          const part = (parts[step] ??= staging.subarray(step * size, (step + 1) * size));
          if (given.kind === 'source') given.call(number * dt, number, part);
        }
      } catch (error) {
        return { steps: step, failure: { error } };
      }
    }
    return { steps };
  }

  *#writeSequence(slices: Slices<Store>, given: SequenceFeed, stepsBefore: number, steps: number): Waiting {
    const size = sizeOfStep(slices);
    const first = stepsBefore - this.#feed.stepsBefore;
    if (given.copy === undefined) {
      yield* this.#write(slices, slices.first, given.data.subarray(first * size, (first + steps) * size));
      return;
    }
    const atOnce = Math.max(1, Math.floor(STAGED / Math.max(1, size)));
    for (let step = 0; step < steps; step += atOnce) {
      const length = Math.min(atOnce, steps - step) * size;
      const slice = slices.first + step;
      const rows = length > 0 ? this.#memory.rows?.(slices.store, slices.row(slice), length) : undefined;
      const filled = rows ?? this.#bound.staging(length);
      given.copy(first + step, filled);
      if (rows === undefined) yield* this.#write(slices, slice, filled);
      yield* waitFor(this.#interruption.point());
    }
  }

  /** The same at each step; what stands there from an earlier block stays. */
  *#writeHeld(slices: Slices<Store>, data: FloatArray, steps: number): Waiting {
    const written = slices.keep === 0 ? (this.#written.get(slices) ?? 0) : 0;
    const end = slices.first + steps;
    for (let slice = Math.max(slices.first, written); slice < end; slice++) yield* this.#write(slices, slice, data);
    this.#written.set(slices, Math.max(written, end));
  }

  #write(slices: Slices<Store>, slice: number, data: FloatArray): Waiting {
    const { store, shape } = slices;
    const count = shape.size === 0 ? 0 : data.length / shape.size;
    const rows = { store, row: slices.row(slice), count, size: shape.size };
    return writeRows(this.#memory, rows, data, this.#interruption);
  }
}

function sizeOfStep<Store>({ shape }: Slices<Store>): number {
  return shape.copies * shape.size;
}
