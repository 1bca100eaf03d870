/**
 * @file One minibatch of a training, window by window. The tape of a window differentiates its losses by the parameters; a window
 * either happens wholly or leaves parameters and optimizer memory as they were. What is reported is read once, at the end.
 */
import { checkFeed, completeFeed } from '@ndl/backend-kit';
import { executableErrors, type GradientResult, type Interruption, type TrainRequest } from '@ndl/core';
import { gradientOf, type Buffer, type TrainingGoal } from '@ndl/ir';
import { NdArray, sizeOf } from '@ndl/numerics';
import type { Engine } from '../engines/engine.ts';
import { Feeder, writeTargets } from './feeds.ts';
import { goThrough, type Work } from '../engines/fetch.ts';
import type { Frame } from './frame.ts';
import type { LoweredProgram } from '../lowering/lowered-program.ts';
import { Operations } from '../arithmetic/operations.ts';
import { RunState } from './run-state.ts';
import type { Segment } from '../lowering/segments.ts';
import { joined, partOf, storeCarried, storedParameter, storeLearnt } from './stored-values.ts';
import { Tape } from '../arithmetic/tape.ts';
import type { TensorStore } from './tensor-store.ts';
import type { Tensor } from '../engines/tensors.ts';
import { frameAt, mostSteps, throughWindow, type WindowPlace } from './window.ts';

/** Kept tensors, which whoever asked for the window disposes of. */
interface WindowResult {
  readonly steps: number;
  readonly reports: readonly Tensor[];
  /** By position in the trainable buffers, with those of the windows before; none unless they are the goal. */
  readonly gradients: readonly Tensor[];
}

/** The scalar that is set here rather than by the caller. */
const PER_ITEM_STEP = 'perItemStep';

export class TrainingRun {
  readonly #engine: Engine;
  readonly #lowered: LoweredProgram;
  readonly #parameters: TensorStore;
  readonly #request: TrainRequest;
  readonly #interruption: Interruption;

  /** @throws NdlError FEED_* */
  constructor(
    engine: Engine,
    lowered: LoweredProgram,
    parameters: TensorStore,
    request: TrainRequest,
    interruption: Interruption,
  ) {
    const { feed, targets, items, steps } = request;
    const { buffers } = lowered.job;
    checkFeed(feed, { kind: 'input', declared: lowered.program.inputs, buffers, items, steps });
    checkFeed(targets, { kind: 'target', declared: lowered.training!.targets, buffers, items, steps });
    this.#engine = engine;
    this.#lowered = lowered;
    this.#parameters = parameters;
    this.#request = request;
    this.#interruption = interruption;
  }

  /** The whole minibatch, on fresh state from step 0. @throws NdlError UNKNOWN_SCALAR */
  async run(goal: TrainingGoal): Promise<GradientResult> {
    const { items, steps, truncation = steps } = this.#request;
    const engine = this.#engine;
    const state = new RunState(engine.tf, items);
    const windows: WindowResult[] = [];
    try {
      for (let start = 0; start < steps; start += truncation) {
        await this.#interruption.point();
        const length = Math.min(truncation, steps - start);
        const scalars = this.#scalarsOf(start / truncation, length);
        const place = { engine, lowered: this.#lowered, parameters: this.#parameters, state, steps: length, scalars };
        const sums = windows.at(-1)?.gradients ?? [];
        const work = goal === 'evaluate' ? this.#evaluate(place, start) : this.#learn(place, start, goal, sums);
        windows.push(await goThrough(engine, work, () => this.#interruption.point()));
      }
      return await this.#resultOf(windows);
    } finally {
      for (const { reports, gradients } of windows) for (const tensor of [...reports, ...gradients]) tensor.dispose();
      engine.within(() => state.reset());
    }
  }

  /** Losses and metrics of a window, without a tape. */
  *#evaluate(place: WindowPlace, start: number): Work<WindowResult> {
    const frame = frameAt(place);
    try {
      yield* this.#forward(place, frame, start);
      const reports = this.#reports(frame);
      this.#carryOn(place, frame);
      return { steps: place.steps, reports, gradients: [] };
    } finally {
      frame.dispose();
    }
  }

  /** The update of a window, or its gradients, added to those of the windows before. */
  *#learn(place: WindowPlace, start: number, goal: TrainingGoal, sums: readonly Tensor[]): Work<WindowResult> {
    const { engine, lowered } = place;
    const { tf, arithmetic } = engine;
    const trainable = this.#trainable();
    const untaped = new Operations(arithmetic, engine.kernelGradients);
    const segments = trainable.flatMap(({ id }) => lowered.segments.of(id));
    const sources = segments.map((segment) =>
      tf.tidy(() => tf.keep(partOf(untaped, storedParameter(segment.buffer, lowered.job, place), segment))),
    );
    const tape = new Tape(tf, arithmetic, sources);
    const frame = frameAt(place, tape);
    const made: Tensor[] = [];
    let reports: readonly Tensor[] = [];
    let isDone = false;
    try {
      frame.stretch(() => segments.forEach((segment, index) => frame.set(segment, sources[index]!)));
      yield* this.#forward(place, frame, start);
      reports = this.#reports(frame);
      const objective = tf.tidy(() => tape.keep(lowered.objective!(frame)));
      const bySource = yield* tape.gradientsOf(objective, sources, frame.context.clock);
      for (const gradient of bySource) if (gradient !== undefined) made.push(gradient);
      const bySegment = new Map(segments.map((segment, index) => [segment, bySource[index]]));
      const gradientOfBuffer = (buffer: Buffer): Tensor => {
        const valueOf = (segment: Segment): Tensor =>
          bySegment.get(segment) ?? arithmetic.filled(0, [1, 1, segment.length]);
        return joined(arithmetic, lowered.segments.of(buffer.id), valueOf, sizeOf(buffer.shape));
      };
      frame.operations = untaped;
      if (goal === 'update') yield* this.#update(frame, gradientOfBuffer);
      const gradients =
        goal === 'update'
          ? []
          : trainable.map((buffer, index) =>
              tf.tidy(() => {
                const own = gradientOfBuffer(buffer);
                return tf.keep(sums.length === 0 ? own : arithmetic.add(sums[index]!, own));
              }),
            );
      this.#carryOn(place, frame);
      if (goal === 'update') storeLearnt(frame, lowered, place);
      isDone = true;
      return { steps: place.steps, reports, gradients };
    } finally {
      frame.dispose();
      tape.dispose();
      for (const tensor of made) tensor.dispose();
      if (!isDone) for (const tensor of reports) tensor.dispose();
      segments.forEach((segment, index) => {
        if (sources[index] !== storedParameter(segment.buffer, lowered.job, place)) sources[index]!.dispose();
      });
    }
  }

  *#update(frame: Frame, gradientOfBuffer: (buffer: Buffer) => Tensor): Work {
    const { segments, update } = this.#lowered;
    const setGradients = this.#trainable().map((buffer) => (): void => {
      const whole = gradientOfBuffer(buffer);
      for (const segment of segments.of(gradientOf(buffer.id)))
        frame.set(segment, partOf(frame.operations, whole, segment));
    });
    frame.stand('window', 0, frame.steps);
    yield* frame.through([...setGradients, ...update]);
  }

  /** Steps and losses of a window. */
  *#forward(place: WindowPlace, frame: Frame, start: number): Work {
    const { program, training, loss } = this.#lowered;
    const { feed, targets } = this.#request;
    const feeder = new Feeder(program.inputs, completeFeed(feed, program, place.state.generators), start);
    const most = mostSteps(this.#lowered, place.state.items);
    // A window happens wholly or not at all, so that short blocks are good for nothing.
    const pace = { next: (left: number) => Math.min(most, left), begin: () => () => {} };
    const onFailure = (reason: unknown): never => {
      throw reason;
    };
    try {
      yield* throughWindow({ place, frame, feeder, pace, events: { onFailure } });
    } finally {
      feeder.dispose();
    }
    frame.stand('window', 0, place.steps);
    yield* frame.through([() => writeTargets(training!.targets, targets, frame, start), ...loss]);
  }

  /** What the next window begins with. */
  #carryOn(place: WindowPlace, frame: Frame): void {
    frame.stretch(() => storeCarried(frame, place.steps, this.#lowered, place));
    place.state.advance(place.steps);
  }

  /** Copies of the reports, in the order of the program's. */
  #reports(frame: Frame): readonly Tensor[] {
    const { arithmetic, tf } = this.#engine;
    const copies: Tensor[] = [];
    frame.stretch(() => {
      for (const { read } of this.#lowered.reports) copies.push(tf.keep(arithmetic.copy(read(frame))));
    });
    return copies;
  }

  /** Everything that was asked for, with one read. */
  async #resultOf(windows: readonly WindowResult[]): Promise<GradientResult> {
    const { steps } = this.#request;
    const gradients = windows.at(-1)!.gradients;
    const arrays = await this.#engine.fetch([...windows.flatMap(({ reports }) => reports), ...gradients]);
    const names = this.#lowered.reports.map(({ name }) => name);
    const reports = names.map((name, index) => {
      const values = windows.map(
        (window, number) => arrays[number * names.length + index]![0]! * (window.steps / steps),
      );
      return [name, values.reduce((sum, value) => sum + value, 0)] as const;
    });
    const shaped = gradients.map((_, index) => {
      const { id, shape } = this.#trainable()[index]!;
      return [id, new NdArray(arrays[windows.length * names.length + index]!.slice(), shape)] as const;
    });
    return { reports: Object.fromEntries(reports), gradients: new Map(shaped) };
  }

  #trainable(): readonly Buffer[] {
    const { training, segments } = this.#lowered;
    return training!.trainable.map((id) => segments.buffer(id));
  }

  #scalarsOf(window: number, steps: number): ReadonlyMap<string, number> {
    const { program, training } = this.#lowered;
    const values = new Map([...program.scalars, ...training!.scalars].map(({ name, initial }) => [name, initial]));
    for (const [name, value] of Object.entries(this.#request.scalars(window))) {
      if (!values.has(name)) throw executableErrors.scalarUnknown(name, [...values.keys()]);
      values.set(name, value);
    }
    if (values.has(PER_ITEM_STEP)) values.set(PER_ITEM_STEP, 1 / (this.#request.items * steps));
    return values;
  }
}
