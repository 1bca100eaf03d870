/**
 * @file One minibatch of a training program, block by block. tfjs differentiates the losses of a block by the parameters; a
 * block either happens wholly or leaves parameters and optimizer memory as they were.
 */
import { executableErrors, type Interruption, type TrainRequest } from '@ndl/core';
import { gradientOf, type Buffer } from '@ndl/ir';
import { NdArray, sizeOf } from '@ndl/numerics';
import { buffersIn, frameAt, joined, partOf, storeBuffers, throughBlock, wholeOf, type BlockPlace } from './block.ts';
import type { Engine } from './engine.ts';
import { checkFeed, Feeder, writeTargets } from './feeds.ts';
import type { Frame } from './frame.ts';
import type { LoweredProgram } from './lowered-program.ts';
import { Operations } from './operations.ts';
import type { Segment } from './segments.ts';
import { RunState, type TensorStore } from './stored-tensors.ts';
import { differentiate } from './tape.ts';
import type { Tensor } from './tensors.ts';

/** What is done once the losses of a block are known. */
export type TrainingGoal = 'evaluate' | 'gradients' | 'update';

export interface TrainingResult {
  /** Averaged over blocks, weighted by their steps. */
  readonly reports: Readonly<Record<string, number>>;
  /** By id of the parameter buffer, summed over blocks; empty unless the goal is `gradients`. */
  readonly gradients: ReadonlyMap<string, NdArray>;
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
    checkFeed('input', lowered.program.inputs, feed, lowered.segments, items, steps);
    checkFeed('target', lowered.training!.targets, targets, lowered.segments, items, steps);
    this.#engine = engine;
    this.#lowered = lowered;
    this.#parameters = parameters;
    this.#request = request;
    this.#interruption = interruption;
  }

  /** The whole minibatch, on fresh state from step 0. @throws NdlError SCALAR_UNKNOWN */
  async run(goal: TrainingGoal): Promise<TrainingResult> {
    const { items, steps, truncation = steps } = this.#request;
    const engine = this.#engine;
    const state = new RunState(engine.tf, engine.arithmetic, items);
    const reports = new Map<string, number>();
    const gradients = new Map<string, Float32Array>();
    try {
      for (let start = 0; start < steps; start += truncation) {
        await this.#interruption.point();
        const length = Math.min(truncation, steps - start);
        const scalars = this.#scalarsOf(start / truncation, length);
        const place = { engine, lowered: this.#lowered, parameters: this.#parameters, state, steps: length, scalars };
        const values =
          goal === 'evaluate'
            ? await this.#evaluate(place, start)
            : engine.within(() => this.#learn(place, start, goal === 'update', gradients));
        for (const [name, value] of values) reports.set(name, (reports.get(name) ?? 0) + (value * length) / steps);
      }
    } finally {
      engine.within(() => state.reset());
    }
    const shaped =
      goal !== 'gradients'
        ? []
        : this.#trainable().map(({ id, shape }) => [id, new NdArray(gradients.get(id)!, shape)] as const);
    return { reports: Object.fromEntries(reports), gradients: new Map(shaped) };
  }

  /** Losses and metrics of a block, step by step, without a tape. */
  async #evaluate(place: BlockPlace, start: number): Promise<Reports> {
    const { engine, lowered } = place;
    const frame = engine.within(() => frameAt(place));
    try {
      const stretches = this.#stretches(frame, start);
      while (!engine.within(() => stretches.next().done === true)) await this.#interruption.point();
      return engine.within(() => {
        this.#loss(frame, start);
        storeBuffers(frame, ['state'], place.state.tensors);
        place.state.step += place.steps;
        return readReports(frame, lowered);
      });
    } finally {
      engine.within(() => frame.dispose());
    }
  }

  /** Gradients of a block, added to `sums`, or its update. The whole block is one task: tfjs differentiates synchronously. */
  #learn(place: BlockPlace, start: number, update: boolean, sums: Map<string, Float32Array>): Reports {
    const { engine, lowered, state } = place;
    const { tf, arithmetic } = engine;
    const untaped = new Operations(arithmetic, engine.kernelGradients);
    const trainable = this.#trainable();
    const sources = new Map(
      trainable
        .flatMap(({ id }) => lowered.segments.of(id))
        .map((segment) => {
          const whole = this.#parameters.get(segment.buffer);
          return [segment, tf.keep(partOf(untaped, whole, segment))] as const;
        }),
    );
    let reports: Reports = [];
    const carried = new Map<Buffer, Tensor>();
    let gradients: readonly (Tensor | undefined)[] = [];
    const forward = (frame: Frame): void => {
      const stretches = this.#stretches(frame, start);
      while (stretches.next().done !== true) this.#interruption.check();
      this.#loss(frame, start);
      reports = readReports(frame, lowered);
      for (const buffer of buffersIn(frame, ['state'])) carried.set(buffer, tf.keep(wholeOf(frame, buffer)));
    };
    try {
      if (sources.size === 0) {
        const frame = frameAt(place);
        try {
          forward(frame);
        } finally {
          frame.dispose();
        }
      } else {
        gradients = differentiate(tf, [...sources.values()], (tape) => {
          const frame = frameAt(place, tape);
          for (const [segment, value] of sources) frame.set(segment, value);
          forward(frame);
          return lowered.objective!(frame);
        });
      }
      const bySegment = new Map([...sources.keys()].map((segment, index) => [segment, gradients[index]]));
      const whole = (buffer: Buffer): Tensor => {
        const valueOf = (segment: Segment): Tensor =>
          bySegment.get(segment) ?? arithmetic.filled(0, [1, 1, segment.length]);
        return joined(arithmetic, lowered.segments.of(buffer.id), valueOf, sizeOf(buffer.shape));
      };
      if (update) this.#update(place, trainable, whole);
      else tf.tidy(() => trainable.forEach((buffer) => addTo(sums, buffer.id, arithmetic.toArray(whole(buffer)))));
      for (const [buffer, tensor] of carried) state.tensors.replace(buffer, tensor);
      carried.clear();
      state.step += place.steps;
      return reports;
    } finally {
      for (const tensor of carried.values()) tensor.dispose();
      for (const gradient of gradients) gradient?.dispose();
      for (const [segment, value] of sources)
        if (value !== this.#parameters.get(segment.buffer) && !value.isDisposed) value.dispose();
    }
  }

  #update(place: BlockPlace, trainable: readonly Buffer[], gradientOfBuffer: (buffer: Buffer) => Tensor): void {
    const { lowered, parameters } = place;
    const frame = frameAt({ ...place, steps: 1 });
    try {
      frame.stretch('block', () => {
        for (const buffer of trainable) {
          const whole = gradientOfBuffer(buffer);
          for (const segment of lowered.segments.of(gradientOf(buffer.id)))
            frame.set(segment, partOf(frame.operations, whole, segment));
        }
        lowered.runUpdate(frame);
      });
      storeBuffers(frame, ['parameter', 'optimizer'], parameters);
    } finally {
      frame.dispose();
    }
  }

  #stretches(frame: Frame, start: number): Generator<void> {
    const feeder = new Feeder(this.#lowered.program.inputs, this.#request.feed, start);
    return throughBlock(frame, this.#lowered, feeder, () => {});
  }

  #loss(frame: Frame, start: number): void {
    const { training } = this.#lowered;
    frame.stretch('block', () => {
      writeTargets(training!.targets, this.#request.targets, frame, start);
      this.#lowered.runLoss(frame);
    });
  }

  #trainable(): readonly Buffer[] {
    const { training, segments } = this.#lowered;
    return training!.trainable.map((id) => segments.buffer(id));
  }

  #scalarsOf(block: number, steps: number): ReadonlyMap<string, number> {
    const { program, training } = this.#lowered;
    const values = new Map([...program.scalars, ...training!.scalars].map(({ name, initial }) => [name, initial]));
    for (const [name, value] of Object.entries(this.#request.scalars(block))) {
      if (!values.has(name)) throw executableErrors.scalarUnknown(name, [...values.keys()]);
      values.set(name, value);
    }
    if (values.has(PER_ITEM_STEP)) values.set(PER_ITEM_STEP, 1 / (this.#request.items * steps));
    return values;
  }
}

type Reports = readonly (readonly [name: string, value: number])[];

function readReports(frame: Frame, lowered: LoweredProgram): Reports {
  const reports: (readonly [string, number])[] = [];
  frame.stretch('block', () => {
    for (const { name, read } of lowered.reports)
      reports.push([name, frame.operations.arithmetic.toArray(read(frame))[0]!]);
  });
  return reports;
}

function addTo(sums: Map<string, Float32Array>, id: string, gradient: Float32Array): void {
  const sum = sums.get(id);
  if (sum === undefined) sums.set(id, gradient.slice());
  else gradient.forEach((value, index) => (sum[index]! += value));
}
