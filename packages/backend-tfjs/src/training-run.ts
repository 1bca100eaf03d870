/**
 * @file One minibatch of a training program, block by block. The tape of a block differentiates its losses by the parameters; a
 * block either happens wholly or leaves parameters and optimizer memory as they were. What is reported is read once, at the end.
 */
import { executableErrors, type Interruption, type TrainRequest } from '@ndl/core';
import { gradientOf, type Buffer } from '@ndl/ir';
import { NdArray, sizeOf } from '@ndl/numerics';
import { frameAt, joined, partOf, storeBuffers, throughBlock, type BlockPlace } from './block.ts';
import type { Engine } from './engine.ts';
import { checkFeed, Feeder, writeTargets } from './feeds.ts';
import { goThrough, type Work } from './fetch.ts';
import type { Frame } from './frame.ts';
import type { LoweredProgram } from './lowered-program.ts';
import { Operations } from './operations.ts';
import type { Segment } from './segments.ts';
import { RunState, type TensorStore } from './stored-tensors.ts';
import { Tape } from './tape.ts';
import type { Tensor } from './tensors.ts';

/** What is done once the losses of a block are known. */
export type TrainingGoal = 'evaluate' | 'gradients' | 'update';

export interface TrainingResult {
  /** Averaged over blocks, weighted by their steps. */
  readonly reports: Readonly<Record<string, number>>;
  /** By id of the parameter buffer, summed over blocks; empty unless the goal is `gradients`. */
  readonly gradients: ReadonlyMap<string, NdArray>;
}

/** Kept tensors, which whoever asked for the block disposes of. */
interface BlockResult {
  readonly steps: number;
  readonly reports: readonly Tensor[];
  /** By position in the trainable buffers, with those of the blocks before; none unless they are the goal. */
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
    const blocks: BlockResult[] = [];
    try {
      for (let start = 0; start < steps; start += truncation) {
        await this.#interruption.point();
        const length = Math.min(truncation, steps - start);
        const scalars = this.#scalarsOf(start / truncation, length);
        const place = { engine, lowered: this.#lowered, parameters: this.#parameters, state, steps: length, scalars };
        const gradients = blocks.at(-1)?.gradients ?? [];
        const work = goal === 'evaluate' ? this.#evaluate(place, start) : this.#learn(place, start, goal, gradients);
        blocks.push(await goThrough(engine, work, () => this.#interruption.point()));
      }
      return await this.#resultOf(blocks);
    } finally {
      for (const { reports, gradients } of blocks) for (const tensor of [...reports, ...gradients]) tensor.dispose();
      engine.within(() => state.reset());
    }
  }

  /** Losses and metrics of a block, without a tape. */
  *#evaluate(place: BlockPlace, start: number): Work<BlockResult> {
    const frame = frameAt(place);
    try {
      yield* this.#forward(frame, start);
      const reports = this.#reports(frame);
      storeBuffers(frame, ['state'], place.state.tensors);
      place.state.step += place.steps;
      return { steps: place.steps, reports, gradients: [] };
    } finally {
      frame.dispose();
    }
  }

  /** The update of a block, or its gradients, added to those of the blocks before. */
  *#learn(place: BlockPlace, start: number, goal: TrainingGoal, sums: readonly Tensor[]): Work<BlockResult> {
    const { engine, lowered, state } = place;
    const { tf, arithmetic } = engine;
    const trainable = this.#trainable();
    const untaped = new Operations(arithmetic, engine.kernelGradients);
    const segments = trainable.flatMap(({ id }) => lowered.segments.of(id));
    const sources = segments.map((segment) =>
      tf.tidy(() => tf.keep(partOf(untaped, this.#parameters.get(segment.buffer), segment))),
    );
    const tape = new Tape(tf, arithmetic, sources);
    const frame = frameAt(place, tape);
    const made: Tensor[] = [];
    let reports: readonly Tensor[] = [];
    let isDone = false;
    try {
      frame.stretch('block', () => segments.forEach((segment, index) => frame.set(segment, sources[index]!)));
      yield* this.#forward(frame, start);
      reports = this.#reports(frame);
      const objective = tf.tidy(() => tape.keep(lowered.objective!(frame)));
      const bySource = yield* tape.gradientsOf(objective, sources);
      for (const gradient of bySource) if (gradient !== undefined) made.push(gradient);
      const bySegment = new Map(segments.map((segment, index) => [segment, bySource[index]]));
      const gradientOfBuffer = (buffer: Buffer): Tensor => {
        const valueOf = (segment: Segment): Tensor =>
          bySegment.get(segment) ?? arithmetic.filled(0, [1, 1, segment.length]);
        return joined(arithmetic, lowered.segments.of(buffer.id), valueOf, sizeOf(buffer.shape));
      };
      const gradients =
        goal === 'update'
          ? []
          : trainable.map((buffer, index) =>
              tf.tidy(() => {
                const own = gradientOfBuffer(buffer);
                return tf.keep(sums.length === 0 ? own : arithmetic.add(sums[index]!, own));
              }),
            );
      if (goal === 'update') yield* this.#update(place, trainable, gradientOfBuffer);
      storeBuffers(frame, ['state'], state.tensors);
      state.step += place.steps;
      isDone = true;
      return { steps: place.steps, reports, gradients };
    } finally {
      frame.dispose();
      tape.dispose();
      for (const tensor of made) tensor.dispose();
      if (!isDone) for (const tensor of reports) tensor.dispose();
      segments.forEach((segment, index) => {
        if (sources[index] !== this.#parameters.get(segment.buffer)) sources[index]!.dispose();
      });
    }
  }

  *#update(place: BlockPlace, trainable: readonly Buffer[], gradientOfBuffer: (buffer: Buffer) => Tensor): Work {
    const { lowered, parameters } = place;
    const frame = frameAt({ ...place, steps: 1 });
    const setGradients = (): void => {
      for (const buffer of trainable) {
        const whole = gradientOfBuffer(buffer);
        for (const segment of lowered.segments.of(gradientOf(buffer.id)))
          frame.set(segment, partOf(frame.operations, whole, segment));
      }
    };
    try {
      yield* frame.through('block', [setGradients, ...lowered.update]);
      storeBuffers(frame, ['parameter', 'optimizer'], parameters);
    } finally {
      frame.dispose();
    }
  }

  /** Steps and losses of a block. */
  *#forward(frame: Frame, start: number): Work {
    const { program, training, loss } = this.#lowered;
    const { feed, targets } = this.#request;
    yield* throughBlock(frame, this.#lowered, new Feeder(program.inputs, feed, start), () => {});
    yield* frame.through('block', [() => writeTargets(training!.targets, targets, frame, start), ...loss]);
  }

  /** Copies of the reports, in the order of the program's. */
  #reports(frame: Frame): readonly Tensor[] {
    const { arithmetic, tf } = this.#engine;
    const copies: Tensor[] = [];
    frame.stretch('block', () => {
      for (const { read } of this.#lowered.reports) copies.push(tf.keep(arithmetic.copy(read(frame))));
    });
    return copies;
  }

  /** Everything that was asked for, with one read. */
  async #resultOf(blocks: readonly BlockResult[]): Promise<TrainingResult> {
    const { steps } = this.#request;
    const gradients = blocks.at(-1)!.gradients;
    const arrays = await this.#engine.fetch([...blocks.flatMap(({ reports }) => reports), ...gradients]);
    const names = this.#lowered.reports.map(({ name }) => name);
    const reports = names.map((name, index) => {
      const values = blocks.map((block, number) => (arrays[number * names.length + index]![0]! * block.steps) / steps);
      return [name, values.reduce((sum, value) => sum + value, 0)] as const;
    });
    const shaped = gradients.map((_, index) => {
      const { id, shape } = this.#trainable()[index]!;
      return [id, new NdArray(arrays[blocks.length * names.length + index]!.slice(), shape)] as const;
    });
    return { reports: Object.fromEntries(reports), gradients: new Map(shaped) };
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
