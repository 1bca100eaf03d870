/**
 * @file The values of one block of steps: a tensor per segment. Tensors are never changed, so a failed step is undone by
 * putting the tensors before it back. The frame keeps what its segments hold and gives back the rest after each stretch of
 * instructions, but for what a tape needs, which it hands over to the tape.
 */
import type { HostInstance } from '@ndl/ir';
import { isNdArray } from '@ndl/numerics';
import type { Fetch, Work } from './fetch.ts';
import type { Action } from './lowering.ts';
import type { Operations } from './operations.ts';
import type { Segment, SegmentTable } from './segments.ts';
import type { Dims, Tensor, TensorFlow } from './tensors.ts';

/** Where instructions stand: in `step` a history is its present slice, in `block` the whole time axis. */
export type Section = 'step' | 'block';

/** What a block needs to know beside its values. */
export interface FrameContext {
  readonly tf: TensorFlow;
  readonly segments: SegmentTable;
  readonly operations: Operations;
  readonly items: number;
  /** Steps of the block. */
  readonly steps: number;
  /** Steps taken before the block. */
  readonly stepsBefore: number;
  readonly dt: number;
  readonly scalars: ReadonlyMap<string, number>;
  instancesOf(host: string): readonly HostInstance[];
  /** The value that a segment begins with, where that is not its initial contents: parameters, carried state. */
  load(segment: Segment): Tensor | undefined;
}

export class Frame {
  readonly context: FrameContext;
  readonly operations: Operations;
  section: Section = 'block';
  /** Step within the block, from 0; matters in `step`. */
  slice = 0;
  readonly #slots: (Tensor | undefined)[];
  /** Values of histories by segment: of single steps while these run … */
  readonly #histories = new Map<Segment, (Tensor | undefined)[]>();
  /** … and as a whole where the prologue wrote them. */
  readonly #written = new Map<Segment, Tensor>();
  /** How many places hold a tensor. */
  readonly #uses = new Map<Tensor, number>();
  readonly #touched = new Set<Tensor>();
  readonly #kept = new Set<Tensor>();
  readonly #zeros = new WeakSet<Tensor>();
  #journal: (() => void)[] = [];

  constructor(context: FrameContext) {
    this.context = context;
    this.operations = context.operations;
    this.#slots = new Array<Tensor | undefined>(context.segments.all.length);
  }

  /** Dimensions of a segment's value here. */
  dimsOf({ buffer, length }: Segment): Dims {
    const isWhole = buffer.history && this.section === 'block';
    return [isWhole ? this.context.steps : 1, buffer.batched ? this.context.items : 1, length];
  }

  /** The value of a segment; what it begins with where nothing was written. */
  get(segment: Segment): Tensor {
    const known = this.#slots[segment.index];
    if (known !== undefined) return known;
    const first = this.context.load(segment) ?? initialValue(this.operations, segment, this.dimsOf(segment));
    this.set(segment, first);
    return first;
  }

  /** Whether a segment was read or written. */
  has(segment: Segment): boolean {
    return this.#slots[segment.index] !== undefined;
  }

  set(segment: Segment, value: Tensor): void {
    this.#put(value, this.#slots[segment.index], (tensor) => (this.#slots[segment.index] = tensor));
  }

  /** The value itself, or a copy of what belongs to somebody else and may end before the frame does. */
  ownedOrCopy(value: Tensor): Tensor {
    const isForeign = value.kept && !this.#kept.has(value);
    return isForeign && this.operations.tape === undefined ? this.operations.arithmetic.copy(value) : value;
  }

  /** Remembers that a value is 0 everywhere, so that adding to it is no work. */
  markZero(value: Tensor): void {
    this.#zeros.add(value);
  }

  isZero(value: Tensor): boolean {
    return this.#zeros.has(value);
  }

  stepNumber(slice: number = this.slice): number {
    return this.context.stepsBefore + slice + 1;
  }

  /** Seconds. */
  time(slice: number = this.slice): number {
    return this.stepNumber(slice) * this.context.dt;
  }

  /** Does something to the values that waits for no device. Where it throws, the values are what they were before. */
  stretch(section: Section, work: () => void): void {
    this.through(section, [work]).next();
  }

  /** Runs instructions. Where one of them, or a fetch, fails, the values are what they were before. */
  *through(section: Section, actions: readonly Action[]): Work {
    const waiting: Tensor[] = [];
    let fetch: Fetch | undefined;
    let arrays: readonly Float32Array[] = [];
    let next = 0;
    try {
      do {
        this.section = section;
        this.context.tf.tidy(() => {
          fetch?.proceed(arrays);
          fetch = undefined;
          while (fetch === undefined && next < actions.length) fetch = actions[next++]!(this) ?? undefined;
          if (fetch === undefined) this.#settle();
          else waiting.push(...this.#keepMeanwhile(fetch.tensors));
        });
        if (fetch !== undefined) arrays = yield fetch;
      } while (fetch !== undefined);
    } catch (error) {
      for (const undo of this.#journal.reverse()) undo();
      this.#settle();
      throw error;
    } finally {
      for (const tensor of waiting) this.#giveBack(tensor);
    }
  }

  /** To be called once, between prologue and steps: what the prologue wrote into histories waits for its steps. */
  beginSteps(histories: readonly Segment[]): void {
    this.stretch('block', () => {
      for (const segment of histories) {
        const value = this.#slots[segment.index];
        if (value === undefined) continue;
        this.#written.set(segment, value);
        this.#count(value, 1);
        this.#clear(segment);
      }
    });
  }

  /** At the beginning of a step, within its stretch. */
  enterStep(slice: number): void {
    this.slice = slice;
    for (const [segment, whole] of this.#written) this.set(segment, this.operations.sliceSteps(whole, slice, 1));
  }

  /** At the end of a step, within its stretch. */
  leaveStep(histories: readonly Segment[]): void {
    for (const segment of histories) {
      const value = this.#slots[segment.index];
      if (value === undefined) continue;
      const list = this.#histories.get(segment) ?? new Array<Tensor | undefined>(this.context.steps);
      this.#histories.set(segment, list);
      const { slice } = this;
      this.#put(value, list[slice], (tensor) => (list[slice] = tensor));
    }
  }

  /** After the last step: histories become whole. */
  endSteps(histories: readonly Segment[]): void {
    this.stretch('block', () => {
      for (const segment of histories) {
        const list = this.#histories.get(segment);
        if (list === undefined) {
          this.#clear(segment);
          continue;
        }
        const missing = list.findIndex((value) => value === undefined);
        const values =
          missing < 0
            ? (list as Tensor[])
            : list.map(
                (value) =>
                  value ?? initialValue(this.operations, segment, [1, this.dimsOf(segment)[1], segment.length]),
              );
        this.set(segment, this.operations.joinSteps(values));
        list.forEach(
          (value, slice) => value !== undefined && this.#put(undefined, value, (tensor) => (list[slice] = tensor)),
        );
      }
    });
  }

  /** A tensor that the frame gives up to the caller, who disposes of it: the segment's own where nothing else holds it. */
  release(segment: Segment): Tensor {
    const { tf } = this.context;
    const value = this.get(segment);
    if (this.#kept.has(value) && this.#uses.get(value) === 1) {
      this.#kept.delete(value);
      return value;
    }
    return tf.keep(this.operations.arithmetic.copy(value));
  }

  dispose(): void {
    for (const tensor of this.#kept) this.#giveBack(tensor);
    this.#kept.clear();
    this.#uses.clear();
    this.#histories.clear();
    this.#written.clear();
    this.#slots.fill(undefined);
  }

  #clear(segment: Segment): void {
    this.#put(undefined, this.#slots[segment.index], (tensor) => (this.#slots[segment.index] = tensor));
  }

  #put(value: Tensor | undefined, before: Tensor | undefined, place: (tensor: Tensor | undefined) => void): void {
    if (value === before) return;
    place(value);
    if (value !== undefined) this.#count(value, 1);
    if (before !== undefined) this.#count(before, -1);
    this.#journal.push(() => {
      place(before);
      if (before !== undefined) this.#count(before, 1);
      if (value !== undefined) this.#count(value, -1);
    });
  }

  #count(tensor: Tensor, change: number): void {
    this.#uses.set(tensor, (this.#uses.get(tensor) ?? 0) + change);
    this.#touched.add(tensor);
  }

  /** Keeps what came to be held since the last time, gives back what is not held any more. */
  #settle(): void {
    for (const tensor of this.#touched) {
      if (this.#uses.get(tensor)! > 0) {
        this.#keep(tensor);
      } else {
        this.#uses.delete(tensor);
        if (this.#kept.delete(tensor)) this.#giveBack(tensor);
      }
    }
    this.#touched.clear();
    this.#journal = [];
  }

  /** Keeps what is held in the middle of a stretch; keeps, and tells, which of `others` nobody else keeps. */
  #keepMeanwhile(others: readonly Tensor[]): readonly Tensor[] {
    for (const tensor of this.#touched) if (this.#uses.get(tensor)! > 0) this.#keep(tensor);
    return others.filter((tensor) => !tensor.kept).map((tensor) => this.context.tf.keep(tensor));
  }

  /** What is kept already belongs to somebody else: parameters, constants, what a tape needs. */
  #keep(tensor: Tensor): void {
    if (!tensor.kept) this.#kept.add(this.context.tf.keep(tensor));
  }

  #giveBack(tensor: Tensor): void {
    if (this.operations.tape?.adopt(tensor) !== true) tensor.dispose();
  }
}

/** A segment's initial contents, repeated for each item and step. */
export function initialValue(
  { arithmetic }: Pick<Operations, 'arithmetic'>,
  { buffer, start, length }: Segment,
  dims: Dims,
): Tensor {
  const { initial } = buffer;
  if (!isNdArray(initial)) return arithmetic.filled(initial, dims);
  const own = arithmetic.fromArray(Float32Array.from(initial.data.subarray(start, start + length)), [1, 1, length]);
  if (dims[0] === 1 && dims[1] === 1) return own;
  const expanded = arithmetic.expand(own, dims);
  own.dispose();
  return expanded;
}
