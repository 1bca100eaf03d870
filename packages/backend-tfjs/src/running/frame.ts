/**
 * @file The values of one window: a tensor per segment, or several where a segment has a value for each step. Tensors are never
 * changed, so that a block that fails is undone by putting those before it back.
 */
import type { HostInstance, SectionKind } from '@ndl/ir';
import type { Fetch, TurnClock, Work } from '../engines/fetch.ts';
import { HeldTensors } from '../engines/held-tensors.ts';
import type { Action } from '../lowering/lowering.ts';
import type { Operations } from '../arithmetic/operations.ts';
import type { Segment, SegmentTable } from '../lowering/segments.ts';
import { StepValues, type StepValueContext } from './step-values.ts';
import type { Extents, Tensor, TensorFlow } from '../engines/tensors.ts';

/** What a window needs to know beside its values. */
export interface FrameContext {
  readonly tf: TensorFlow;
  readonly segments: SegmentTable;
  readonly items: number;
  /** Steps taken before the window. */
  readonly stepsBefore: number;
  readonly dt: number;
  readonly scalars: ReadonlyMap<string, number>;
  readonly clock: TurnClock;
  instancesOf(host: string): readonly HostInstance[];
  /** What a segment begins with: of what keeps steps before, those; of nothing else more than one. */
  beginning(segment: Segment): Tensor;
  /** What stands after the window in a segment that descends. */
  beyond(segment: Segment): Tensor;
  /** Initial contents. */
  initial(segment: Segment, extents: Extents): Tensor;
}

export class Frame {
  readonly context: FrameContext;
  readonly held: HeldTensors;
  /** Off the tape once gradients are known. */
  operations: Operations;
  /** Steps of the window; fewer than asked for where what feeds it has ended. */
  steps: number;
  /** Where instructions stand: in a section of this kind, at `count` steps of the window from `first` on, counted from 0. */
  kind: SectionKind = 'window';
  first = 0;
  count: number;
  isDescending = false;
  readonly #slots: (Tensor | undefined)[];
  readonly #spans = new Map<Segment, StepValues>();
  readonly #zeros = new WeakSet<Tensor>();
  /** What the last whole block left in segments that outlive it. */
  #marks: readonly { readonly segment: Segment; readonly value: Tensor | undefined }[] = [];

  constructor(context: FrameContext, operations: Operations, steps: number) {
    this.context = context;
    this.operations = operations;
    this.steps = steps;
    this.count = steps;
    this.held = new HeldTensors(context.tf, operations.tape);
    this.#slots = new Array<Tensor | undefined>(context.segments.all.length);
  }

  /** Moves to steps of the window, in a section of some kind. */
  stand(kind: SectionKind, first: number, count: number, isDescending = false): void {
    this.kind = kind;
    this.first = first;
    this.count = count;
    this.isDescending = isDescending;
  }

  /** Dimensions of a segment's value here. */
  extentsOf({ spans, buffer, length }: Segment): Extents {
    return [spans ? this.count : 1, buffer.items ? this.context.items : 1, length];
  }

  /** The value of a segment so many steps back, or on where it descends; what it begins with where nothing was written. */
  get(segment: Segment, lag = 0): Tensor {
    if (segment.spans) return this.#valuesOf(segment).range(this.first + (segment.descends ? lag : -lag), this.count);
    const known = this.#slots[segment.index];
    if (known !== undefined) return known;
    const first = this.context.beginning(segment);
    this.set(segment, first);
    return first;
  }

  /** Whether a segment was read or written. */
  has(segment: Segment): boolean {
    return segment.spans ? this.#spans.has(segment) : this.#slots[segment.index] !== undefined;
  }

  set(segment: Segment, value: Tensor): void {
    if (segment.spans) this.#valuesOf(segment).put(this.first, value);
    else this.#put(segment, value);
  }

  /** Sets what a segment begins with, before anything is read of it: of what keeps steps before, those. */
  begin(segment: Segment, value: Tensor): void {
    if (!segment.spans) this.#put(segment, value);
    else if (segment.before > 0 && !segment.descends) this.#newValues(segment).put(-segment.before, value);
  }

  /** The value itself, or a copy of what belongs to somebody else and may end before the frame does. */
  ownedOrCopy(value: Tensor): Tensor {
    const isForeign = this.operations.tape === undefined && this.held.isForeign(value);
    return isForeign ? this.operations.arithmetic.copy(value) : value;
  }

  /** Remembers that a value is 0 everywhere, so that adding to it is no work. */
  markZero(value: Tensor): void {
    this.#zeros.add(value);
  }

  isZero(value: Tensor): boolean {
    return this.#zeros.has(value);
  }

  /** From 1 at the first step ever. */
  stepNumber(step: number = this.first): number {
    return this.context.stepsBefore + step + 1;
  }

  /** Seconds. */
  time(step: number = this.first): number {
    return this.stepNumber(step) * this.context.dt;
  }

  /** Does something to the values, where the frame stands, that waits for no device and takes no long time. */
  stretch(work: () => void): void {
    this.context.tf.tidy(() => {
      work();
      this.held.settle();
    });
  }

  /** Runs instructions where the frame stands; others may get their turn between them. */
  *through(actions: readonly Action[]): Work {
    const waiting: Tensor[] = [];
    let fetch: Fetch | undefined;
    let arrays: readonly Float32Array[] = [];
    let next = 0;
    let isPaused = false;
    try {
      do {
        this.context.tf.tidy(() => {
          fetch?.proceed(arrays);
          fetch = undefined;
          isPaused = false;
          while (fetch === undefined && !isPaused && next < actions.length) {
            fetch = actions[next++]!(this) ?? undefined;
            isPaused = this.context.clock.isDue();
          }
          this.held.settle();
          for (const tensor of fetch?.tensors ?? []) if (!tensor.kept) waiting.push(this.context.tf.keep(tensor));
        });
        if (fetch !== undefined || isPaused) arrays = yield fetch;
      } while (fetch !== undefined || next < actions.length);
    } finally {
      for (const tensor of waiting) this.held.giveBack(tensor);
    }
  }

  /** At the end of a block: `segments` keep what they hold, and values of steps before `end` that nobody asks for any more go. */
  commit(segments: readonly Segment[], end: number): void {
    for (const { value } of this.#marks) if (value !== undefined) this.held.release(value);
    this.#marks = segments.map((segment) => {
      const value = this.#slots[segment.index];
      if (value !== undefined) this.held.hold(value);
      return { segment, value };
    });
    for (const [segment, values] of this.#spans)
      if (!segment.livesOn) values.dropBefore(end - Math.max(1, segment.before));
  }

  /** After a failure: back to what was committed at the end of step `end`; all other values go. */
  rollBack(end: number): void {
    this.stretch(() => {
      const marked = new Map(this.#marks.map(({ segment, value }) => [segment.index, value]));
      for (const segment of this.context.segments.all) this.#put(segment, marked.get(segment.index));
      for (const values of this.#spans.values()) values.dropFrom(end);
    });
  }

  /** Makes one value of those that a block left in what has one for each step. */
  joinSteps(first: number, count: number): void {
    if (this.#spans.size === 0) return;
    this.stretch(() => {
      for (const [segment, values] of this.#spans) if (segment.livesOn) values.join(first, count);
    });
  }

  /** A tensor that the caller disposes of: the value of a segment where the frame stands, which the frame gives up where nothing else holds it. */
  release(segment: Segment): Tensor {
    return this.held.handOver(this.get(segment), (value) => this.operations.arithmetic.copy(value));
  }

  dispose(): void {
    this.held.dispose();
    this.#spans.clear();
    this.#marks = [];
    this.#slots.fill(undefined);
  }

  #put(segment: Segment, value: Tensor | undefined): void {
    const before = this.#slots[segment.index];
    if (value === before) return;
    this.#slots[segment.index] = value;
    if (value !== undefined) this.held.hold(value);
    if (before !== undefined) this.held.release(before);
  }

  #valuesOf(segment: Segment): StepValues {
    const known = this.#spans.get(segment);
    if (known !== undefined) return known;
    const values = this.#newValues(segment);
    if (segment.before === 0) return values;
    if (segment.descends) values.put(this.steps, this.context.beyond(segment));
    else values.put(-segment.before, this.context.beginning(segment));
    return values;
  }

  #newValues(segment: Segment): StepValues {
    const values = new StepValues(new SpanContext(this, segment));
    this.#spans.set(segment, values);
    return values;
  }
}

/** What the values of a segment at many steps are put together with. */
class SpanContext implements StepValueContext {
  readonly #frame: Frame;
  readonly fill: (count: number) => Tensor;

  constructor(frame: Frame, segment: Segment) {
    const { context } = frame;
    const items = segment.buffer.items ? context.items : 1;
    this.#frame = frame;
    this.fill = (count) => context.initial(segment, [count, items, segment.length]);
  }

  get held(): HeldTensors {
    return this.#frame.held;
  }

  get operations(): Operations {
    return this.#frame.operations;
  }
}
