/** @file train, evaluate and predict: data sets cut into minibatches, always on state of their own. */
import { optimizerScalars, outputName } from '@ndl/compiler';
import type { Executable, OperatorGraph, TrainRequest } from '@ndl/core';
import type { Node, Probe } from '@ndl/model';
import { NdArray, RandomState } from '@ndl/numerics';
import { minibatches, type EpochRecord, type History } from '@ndl/training';
import { dataTables, type DataOwner, type DataTable } from './data-table.ts';
import { badOption, lossNotFinite, nothingTrainable } from './errors.ts';
import type { GradientCheckOptions } from './gradient-check.ts';
import type { InputSources } from './input-sources.ts';
import { knownOptions, type EvaluateOptions, type Inputs, type PredictOptions, type Targets, type TrainOptions } from './learning-options.ts';
import { LearningTasks } from './learning-task.ts';
import { dataSet, feedOf, targetsOf, type DataSet } from './minibatch-feed.ts';
import { joinItems, ProbeRecorder, type RecordedProbe } from './probe-recorder.ts';
import { progressOf } from './progress.ts';
import { requireKnownOptions, requirePositiveInteger } from './simulator-options.ts';

/** What the learner works on. */
export interface LearnerContext {
  readonly graph: OperatorGraph;
  readonly executable: Executable;
  readonly tasks: LearningTasks;
  readonly trainable: readonly string[];
  readonly inputOwners: readonly DataOwner<Node>[];
  readonly targetOwners: readonly DataOwner<Probe>[];
  readonly probes: readonly RecordedProbe[];
  /** Fresh default sources for a batch. */
  sourcesFor(items: number): InputSources;
  readonly seed: number;
  readonly minibatchSize: number | undefined;
}

/** Items per minibatch where nothing says otherwise. */
const DEFAULT_MINIBATCH_SIZE = 128;

/** Items and steps of the noise on which gradients are checked where no data are given. */
const NOISE_ITEMS = 2;
const NOISE_STEPS = 3;

/** Means of reports over items, by name. */
export type Reports = Readonly<Record<string, number>>;

export class Learner {
  readonly #context: LearnerContext;

  constructor(context: LearnerContext) {
    this.#context = context;
  }

  /** Minimizes the losses. @returns what was measured in each epoch. */
  async train(inputs: Inputs, options: TrainOptions): Promise<History> {
    const { tasks, executable, trainable } = this.#context;
    requireKnownOptions('train', options, knownOptions.train);
    const { epochs = 1, shuffle = true, optimizer, truncation, callbacks = [], signal, onProgress } = options;
    requirePositiveInteger('train', 'epochs', epochs);
    if (truncation !== undefined) requirePositiveInteger('train', 'truncation', truncation);
    if (optimizer?.update === undefined) throw badOption('train', 'optimizer', 'must be an optimizer such as adam()', optimizer);
    if (trainable.length === 0) throw nothingTrainable();
    const data = this.#dataSet('train', inputs, options.targets, options.steps);
    const validation = options.validation && this.#dataSet('train: validation', options.validation.inputs, options.validation.targets, options.steps);
    const objective = tasks.idOf(data.targets, options, optimizer);
    const size = this.#minibatchSize('train', options.minibatchSize, data.items);
    const random = new RandomState(options.seed ?? this.#context.seed);
    const perEpoch = Math.ceil(data.items / size);
    const report = progressOf('train', epochs * perEpoch, onProgress);

    executable.resetOptimizer();
    const history: EpochRecord[] = [];
    let updates = 0;
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const mean = new Mean();
      let minibatch = 0;
      for (const items of minibatches(data.items, size, { shuffle, random })) {
        signal?.throwIfAborted();
        const before = updates;
        const scalars = (block: number): Readonly<Record<string, number>> => optimizerScalars(optimizer, before + block + 1);
        const reports = await executable.trainStep({ ...this.#request(data, items, objective), scalars, truncation, signal });
        updates += Math.ceil(data.steps / (truncation ?? data.steps));
        minibatch += 1;
        if (!Number.isFinite(reports['loss'])) throw lossNotFinite(epoch, minibatch, reports['loss']!);
        mean.add(reports, items.length);
        report((epoch - 1) * perEpoch + minibatch, { epoch, loss: reports['loss']! });
      }
      const record: EpochRecord = {
        epoch,
        training: mean.values(),
        ...(validation && { validation: await this.#measure(validation, tasks.idOf(validation.targets, options, undefined), 'training', size, signal) }),
      };
      history.push(record);
      const verdicts = await Promise.all(callbacks.map((callback) => callback.onEpochEnd?.(record)));
      if (verdicts.includes('stop')) break;
    }
    return { epochs: history };
  }

  /** Losses and metrics, without learning. */
  async evaluate(inputs: Inputs, options: EvaluateOptions): Promise<Reports> {
    requireKnownOptions('evaluate', options, knownOptions.evaluate);
    const data = this.#dataSet('evaluate', inputs, options.targets, options.steps);
    const objective = this.#context.tasks.idOf(data.targets, options, undefined);
    const size = this.#minibatchSize('evaluate', options.minibatchSize, data.items);
    const neurons = neuronsOf('evaluate', options.mode);
    return this.#measure(data, objective, neurons, size, options.signal, options.onProgress);
  }

  /** What the probes record: [items, samples, size] each. */
  async predict(inputs: Inputs, options: PredictOptions): Promise<ReadonlyMap<Probe, NdArray>> {
    const { graph, executable, sourcesFor } = this.#context;
    requireKnownOptions('predict', options, knownOptions.predict);
    const data = this.#dataSet('predict', inputs, undefined, options.steps);
    const size = this.#minibatchSize('predict', options.minibatchSize, data.items);
    const program = neuronsOf('predict', options.mode);
    const wanted = this.#context.probes
      .filter(({ probe }) => options.probes?.includes(probe) ?? true)
      .map((probe) => (options.lastStepOnly === true ? { ...probe, keepHistory: false } : probe));
    const report = progressOf('predict', Math.ceil(data.items / size), options.onProgress);
    const pieces: ProbeRecorder[] = [];
    for (const items of minibatches(data.items, size, { shuffle: false })) {
      options.signal?.throwIfAborted();
      const recorder = new ProbeRecorder(wanted, items.length);
      const feed = feedOf(data.inputs, items, data.steps, sourcesFor(items.length));
      await executable.run({ program, items: items.length, steps: data.steps, feed, sink: recorder, state: 'fresh', signal: options.signal });
      pieces.push(recorder);
      report(pieces.length);
    }
    const recorded = new Map(wanted.map(({ probe }) => [probe, joinItems(pieces.map((piece) => piece.samples(probe)))] as const));
    return new Map(graph.probes.flatMap(({ probe }) => (recorded.has(probe) ? [[probe, recorded.get(probe)!] as const] : [])));
  }

  /** A training request for some items of a data set. */
  #request(data: DataSet, items: ArrayLike<number>, objective: string): TrainRequest {
    return {
      objective,
      items: items.length,
      steps: data.steps,
      feed: feedOf(data.inputs, items, data.steps, this.#context.sourcesFor(items.length)),
      targets: targetsOf(data.targets, items, data.steps),
      scalars: () => ({}),
    };
  }

  async #measure(
    data: DataSet,
    objective: string,
    neurons: 'training' | 'run',
    size: number,
    signal: AbortSignal | undefined,
    onProgress?: EvaluateOptions['onProgress'],
  ): Promise<Reports> {
    const report = progressOf('evaluate', Math.ceil(data.items / size), onProgress);
    const mean = new Mean();
    let done = 0;
    for (const items of minibatches(data.items, size, { shuffle: false })) {
      signal?.throwIfAborted();
      mean.add(await this.#context.executable.evaluate({ ...this.#request(data, items, objective), signal }, neurons), items.length);
      report(++done);
    }
    return mean.values();
  }

  #dataSet(where: string, inputs: Inputs, targets: Targets | undefined, steps: number | undefined): DataSet {
    const inputTables = dataTables(`${where}: inputs`, inputs, this.#context.inputOwners);
    for (const table of inputTables) table.requireFinite();
    const targetTables: readonly DataTable[] = targets === undefined ? [] : dataTables(`${where}: targets`, targets, this.#context.targetOwners);
    return dataSet(where, inputTables, targetTables, steps);
  }

  #minibatchSize(where: string, asked: number | undefined, items: number): number {
    if (asked !== undefined) requirePositiveInteger(where, 'minibatchSize', asked);
    return Math.min(items, asked ?? this.#context.minibatchSize ?? DEFAULT_MINIBATCH_SIZE);
  }

  /** The request that `checkGradients` compares gradients on: the given data, or seeded noise where there are none. */
  gradientRequest({ inputs, targets, steps, losses, lossWeights }: GradientCheckOptions): TrainRequest {
    const { inputOwners, targetOwners, seed, tasks } = this.#context;
    const random = new RandomState(seed);
    const noise = <Key>(owners: readonly DataOwner<Key>[]): (readonly [Key, NdArray])[] =>
      owners.map(({ key, size }) => [key, new NdArray(random.uniform(-1, 1, NOISE_ITEMS * size), [NOISE_ITEMS, size])] as const);
    const data = this.#dataSet('checkGradients', inputs ?? noise(inputOwners), targets ?? noise(targetOwners), steps ?? (inputs === undefined ? NOISE_STEPS : undefined));
    const items = Int32Array.from({ length: data.items }, (_, index) => index);
    return this.#request(data, items, tasks.idOf(data.targets, { losses, lossWeights }, undefined));
  }
}

/** Which neurons a mode runs. */
function neuronsOf(where: string, mode: string = 'spiking'): 'training' | 'run' {
  if (mode !== 'spiking' && mode !== 'rate') throw badOption(where, 'mode', "must be 'spiking' or 'rate'", mode);
  return mode === 'rate' ? 'training' : 'run';
}

/** Means of reports, weighted by items. */
class Mean {
  readonly #sums = new Map<string, number>();
  #weight = 0;

  add(reports: Reports, weight: number): void {
    this.#weight += weight;
    for (const [name, value] of Object.entries(reports)) this.#sums.set(name, (this.#sums.get(name) ?? 0) + value * weight);
  }

  values(): Reports {
    return Object.fromEntries([...this.#sums].map(([name, sum]) => [name, sum / this.#weight]));
  }
}
