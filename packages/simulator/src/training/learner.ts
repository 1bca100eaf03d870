/** @file train and evaluate: data sets cut into minibatches, always on state of their own. */
import type { Optimizer } from '@ndl/core';
import type { Dtype } from '@ndl/ir';
import type { RandomState } from '@ndl/numerics';
import { minibatches, type EpochRecord, type History, type Reports } from '@ndl/training';
import type { ContinuedProcesses, ProcessContinuation } from '../inputs/continued-processes.ts';
import { explainDivergence } from '../finite/divergence.ts';
import { begin, isStopped } from './training-callbacks.ts';
import { nothingTrainable } from '../errors.ts';
import { finiteScalars } from '../finite/finite-task.ts';
import type { LearningData } from './learning-data.ts';
import {
  checkedTrainOptions,
  neuronsOf,
  type CheckedTrainOptions,
  type EvaluateOptions,
  type Inputs,
  type TrainOptions,
} from './learning-options.ts';
import type { LearningTasks } from './learning-task.ts';
import type { LearningExtent, MemoryBudget } from '../memory/memory-budget.ts';
import type { DataSet } from '../inputs/minibatch-feed.ts';
import type { NetworkExecutable } from '../composition/network-executable.ts';
import { OptimizerProgresses, type OptimizerProgress } from './optimizer-progress.ts';
import type { ParameterCache } from '../parameters/parameter-cache.ts';
import { progressOf } from '../progress/progress.ts';
import { CallMeasures } from './reports.ts';
import { takeTurns } from '../turns.ts';

/** What the learner works on. */
export interface LearnerContext {
  readonly executable: NetworkExecutable;
  readonly processes: ProcessContinuation;
  /** Seconds per step. */
  readonly dt: number;
  readonly data: LearningData;
  readonly tasks: LearningTasks;
  /** Told once of each task that takes its gradients over single steps. */
  readonly onSingleSteps: (task: string) => void;
  /** Name of the backend, if it keeps all that gradients need, whatever it is asked for. */
  readonly keepsTape: string | undefined;
  readonly onWarning: (message: string) => void;
  /** Waits for a promise of the user's, as long as the call may. */
  readonly waitFor: <Result>(promise: Promise<Result>) => Promise<Result>;
  /** Buffers that training may move. */
  readonly trainable: readonly string[];
  readonly parameters: ParameterCache;
  readonly memory: MemoryBudget;
  readonly dtype: Dtype;
  /** Of the shuffling, where a call brings none. */
  readonly seed: number;
}

export class Learner {
  readonly #context: LearnerContext;
  /** Over all calls, so that many short ones give turns too. */
  readonly #turn: () => Promise<void> = takeTurns();
  readonly #notedSingleSteps = new Set<string>();
  readonly #notedEmpty = new Set<string>();
  readonly #optimizers: OptimizerProgresses;
  #notedTape = false;

  constructor(context: LearnerContext) {
    this.#context = context;
    this.#optimizers = new OptimizerProgresses(context.executable, context.onWarning);
  }

  /** Minimizes the losses. @returns what was measured in each epoch. */
  async train(inputs: Inputs, options: TrainOptions): Promise<History> {
    const checked = checkedTrainOptions(options);
    const { epochs = 1, shuffle = true, callbacks, signal, onProgress } = checked;
    const { pass, size, random, validation } = await this.#preparedTraining(inputs, options, checked);
    const { items } = pass.data;
    const perEpoch = Math.ceil(items / size);
    const report = progressOf('train', epochs * perEpoch, onProgress);

    await begin(callbacks, this.#context.waitFor);
    const history: EpochRecord[] = [];
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const done = (epoch - 1) * perEpoch;
      // An epoch that does not end counts for nothing in the order of items.
      const drawn = random.save();
      const order = minibatches(items, size, { shuffle, random });
      const training = await this.#trainEpoch(
        epoch,
        order,
        pass,
        () => this.#optimizers.forget(options.optimizer),
        (minibatch, loss) => report(done + minibatch, { epoch, loss }),
      ).catch((error: unknown) => {
        random.restore(drawn);
        throw error;
      });
      const measured =
        validation &&
        (await this.#measure('train: validation', validation.data, validation.objective, 'training', size, signal));
      const record: EpochRecord = { epoch, training, ...(measured && { validation: measured }) };
      history.push(record);
      if (await isStopped(callbacks, record, this.#context.waitFor)) break;
    }
    return { epochs: history };
  }

  /** Data read, tasks found, memory and optimizer seen to: all that is refused is refused here, before anything is trained. */
  async #preparedTraining(
    inputs: Inputs,
    options: TrainOptions,
    { optimizer, truncation, processes = 'restart', memory: bytes, signal }: CheckedTrainOptions,
  ): Promise<PreparedTraining> {
    const { tasks, trainable, data: source, memory, dt } = this.#context;
    source.requireProbes('train');
    if (trainable.length === 0) throw nothingTrainable();
    const data = source.measured('train', inputs, options.targets, options.steps);
    const given = options.validation;
    const validation = given && source.measured('train: validation', given.inputs, given.targets, options.steps);
    const objective = tasks.idOf('train', data.targets, options, optimizer);
    const validationObjective = validation && tasks.idOf('train: validation', validation.targets, options, undefined);
    const size = source.minibatchSize(options.minibatchSize, data.items);
    const window = truncation ?? data.steps;
    const steps = Math.min(data.steps, window);
    if (steps === 1) this.#noteSingleSteps(objective);
    const block = { objective, items: size, steps, neurons: 'training', differentiates: true } as const;
    const extent = source.extentOf(data, block);
    const tape = bytes === undefined ? 'keep' : this.#tapeWithin(bytes, extent);
    memory.requireLearning('train', { ...extent, tape });
    const progress = await this.#optimizers.begin(options.optimizer);
    const continued =
      processes === 'continue' ? this.#context.processes.begin(source.sources(data, size), dt) : undefined;
    const updatesPerMinibatch = Math.ceil(data.steps / window);
    return {
      pass: { data, progress, optimizer, truncation, tape, signal, objective, continued, updatesPerMinibatch },
      size,
      random: progress.orderOf(options.seed ?? this.#context.seed),
      validation: validation && { data: validation, objective: validationObjective! },
    };
  }

  /** Whether values are kept. Says once where the backend does so anyway. */
  #tapeWithin(bytes: number, extent: LearningExtent): 'keep' | 'recompute' {
    const { memory, keepsTape, onWarning } = this.#context;
    const tape = memory.tapeWithin(bytes, extent);
    if (tape === 'keep' || keepsTape === undefined) return tape;
    if (!this.#notedTape)
      onWarning(`train: memory has no effect on backend ${keepsTape}, which keeps what gradients need.`);
    this.#notedTape = true;
    return 'keep';
  }

  #noteSingleSteps(objective: string): void {
    if (this.#notedSingleSteps.has(objective)) return;
    this.#notedSingleSteps.add(objective);
    this.#context.onSingleSteps(objective);
  }

  /**
   * One pass over the data. Where losses or parameters stop being finite, the parameters go back to those at its start.
   * @param forget is called then: what the optimizer remembers is not to be gone on with
   */
  async #trainEpoch(
    epoch: number,
    order: Iterable<readonly number[]>,
    { data, objective, optimizer, progress, truncation, tape, updatesPerMinibatch, signal, continued }: EpochOfTraining,
    forget: () => void,
    report: (minibatch: number, loss: number) => Promise<unknown> | undefined,
  ): Promise<Reports> {
    const { executable, processes, parameters, tasks, data: source } = this.#context;
    const measures = new CallMeasures(tasks.taskOf(objective), data.steps);
    let minibatch = 0;
    let first: readonly number[] = [];
    let last: readonly number[] = [];
    const diverged = async (loss: number, items: readonly number[], suspects: readonly (readonly number[])[]) => {
      forget();
      return explainDivergence(
        { epoch, minibatch, loss, objective, items, suspects },
        { executable, parameters, tasks, request: (some, task) => source.request(data, some, task) },
      );
    };
    for (const items of order) {
      await this.#turn();
      signal?.throwIfAborted();
      const before = progress.updates;
      const scalars = (block: number): Readonly<Record<string, number>> =>
        finiteScalars(optimizer, before + block + 1, this.#context.dtype);
      const request = source.request(data, items, objective, { continued });
      const reports = await processes.during(continued, () =>
        executable.trainStep({ ...request, scalars, truncation, tape, signal }),
      );
      continued?.advance(data.steps);
      progress.updates += updatesPerMinibatch;
      minibatch += 1;
      if (minibatch === 1) first = items;
      const loss = reports['loss']!;
      if (!Number.isFinite(loss)) throw await diverged(loss, items, minibatch === 1 ? [items] : [last, first]);
      last = items;
      await report(minibatch, measures.add(reports, items.length));
    }
    if (!(await parameters.refreshIfFinite())) throw await diverged(0, last, [last, first]);
    return this.#reportsOf('train', objective, measures);
  }

  /** The reports of a call. Warns, once per task, where a mean is one over nothing. */
  #reportsOf(where: string, objective: string, measures: CallMeasures): Reports {
    const { reports, empty } = measures.whole();
    const key = `${objective} ${empty.join()}`;
    if (empty.length > 0 && !this.#notedEmpty.has(key)) {
      this.#notedEmpty.add(key);
      this.#context.onWarning(
        `${where}: nothing was asked for of ${empty.join(', ')}, since the targets are NaN: reported is NaN, and nothing is learnt from it.`,
      );
    }
    return reports;
  }

  /** Losses and metrics, without learning. Each item of the data set has noise of its own, whatever the minibatches. */
  async evaluate(inputs: Inputs, options: EvaluateOptions): Promise<Reports> {
    const { data: source, tasks, memory } = this.#context;
    const data = source.measured('evaluate', inputs, options.targets, options.steps);
    const objective = tasks.idOf('evaluate', data.targets, options, undefined);
    const size = source.minibatchSize(options.minibatchSize, data.items);
    const neurons = neuronsOf(options.mode);
    const minibatch = { objective, items: size, neurons, differentiates: false };
    memory.requireLearning('evaluate', source.extentOf(data, minibatch));
    return this.#measure('evaluate', data, objective, neurons, size, options.signal, options.onProgress);
  }

  async #measure(
    where: string,
    data: DataSet,
    objective: string,
    neurons: 'training' | 'run',
    size: number,
    signal: AbortSignal | undefined,
    onProgress?: EvaluateOptions['onProgress'],
  ): Promise<Reports> {
    const { executable, tasks, data: source } = this.#context;
    const report = progressOf('evaluate', Math.ceil(data.items / size), onProgress);
    const measures = new CallMeasures(tasks.taskOf(objective), data.steps);
    let done = 0;
    for (const items of minibatches(data.items, size, { shuffle: false })) {
      await this.#turn();
      signal?.throwIfAborted();
      const firstItem = items[0];
      const request = source.request(data, items, objective, { firstItem });
      const reports = await executable.evaluate({ ...request, firstItem, signal }, neurons);
      measures.add(reports, items.length);
      await report(++done);
    }
    return this.#reportsOf(where, objective, measures);
  }
}

/** What a training goes by, once all of it is found to fit. */
interface PreparedTraining {
  readonly pass: EpochOfTraining;
  /** Items of a minibatch. */
  readonly size: number;
  /** Draws the order of items. */
  readonly random: RandomState;
  readonly validation: { readonly data: DataSet; readonly objective: string } | undefined;
}

/** What stays the same from epoch to epoch. */
interface EpochOfTraining {
  readonly data: DataSet;
  readonly objective: string;
  readonly optimizer: Optimizer;
  readonly progress: OptimizerProgress;
  readonly truncation: number | undefined;
  readonly tape: 'keep' | 'recompute';
  readonly updatesPerMinibatch: number;
  readonly signal: AbortSignal | undefined;
  /** Processes that go on, where they do. */
  readonly continued: ContinuedProcesses | undefined;
}
