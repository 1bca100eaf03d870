/** @file train, evaluate and predict: data sets cut into minibatches, always on state of their own. */
import type { Feed, Optimizer } from '@ndl/core';
import type { Node, Probe } from '@ndl/model';
import { NdArray, RandomState } from '@ndl/numerics';
import { minibatches, type EpochRecord, type History, type Reports } from '@ndl/training';
import type { Dtype } from '@ndl/ir';
import type { BuiltNetwork } from './built-network.ts';
import { dataTables, type DataOwner, type DataRefusals } from './data-table.ts';
import { explainDivergence } from './divergence.ts';
import { isStopped } from './epoch-callbacks.ts';
import { checkedLossNotFinite } from './divergence-errors.ts';
import { badOption, noData, noProbe, nothingAskedFor, nothingTrainable } from './errors.ts';
import type { GradientCheckOptions } from './gradient-check.ts';
import type { MakeInputSources } from './input-sources.ts';
import {
  checkedTrainOptions,
  type EvaluateOptions,
  type Inputs,
  type PredictOptions,
  type Targets,
  type TrainOptions,
} from './learning-options.ts';
import type { LearningTasks } from './learning-task.ts';
import type { MemoryBudget } from './memory-budget.ts';
import { finiteScalars } from './finite-task.ts';
import { dataSet, feedOf, targetsOf, type DataSet } from './minibatch-feed.ts';
import type { LearningRequest, NetworkExecutable } from './network-executable.ts';
import type { ParameterCache } from './parameter-cache.ts';
import { joinItems, ProbeRecorder, type RecordedProbe } from './probe-recorder.ts';
import { progressOf } from './progress.ts';
import { CallMeasures } from './reports.ts';
import { takeTurns } from './turns.ts';

/** What the learner works on. */
export interface LearnerContext {
  readonly executable: NetworkExecutable;
  readonly tasks: LearningTasks;
  /** Told once of each task that takes its gradients over single steps. */
  readonly onSingleSteps: (task: string) => void;
  readonly onWarning: (message: string) => void;
  /** Buffers that training may move. */
  readonly trainable: readonly string[];
  readonly parameters: ParameterCache;
  readonly inputs: readonly DataOwner<Node>[];
  readonly inputRefusals: DataRefusals;
  readonly targets: readonly DataOwner<Probe>[];
  readonly targetRefusals: DataRefusals;
  /** Why an object was not built. */
  readonly refusalOf: BuiltNetwork['refusalOf'];
  readonly dtype: Dtype;
  readonly memory: MemoryBudget;
  readonly probes: readonly RecordedProbe[];
  readonly sources: MakeInputSources;
  readonly seed: number;
  readonly minibatchSize: number | undefined;
}

/** Items per minibatch where nothing says otherwise. */
const DEFAULT_MINIBATCH_SIZE = 128;

/** Items of the noise on which gradients are checked where no data are given, and steps where all is held. */
const NOISE_ITEMS = 2;
const NOISE_STEPS = 3;

export class Learner {
  readonly #context: LearnerContext;
  /** Over all calls, so that many short ones give turns too. */
  readonly #turn: () => Promise<void> = takeTurns();
  readonly #notedSingleSteps = new Set<string>();
  readonly #notedEmpty = new Set<string>();

  constructor(context: LearnerContext) {
    this.#context = context;
  }

  /** Minimizes the losses. @returns what was measured in each epoch. */
  async train(inputs: Inputs, options: TrainOptions): Promise<History> {
    const { tasks, executable, trainable } = this.#context;
    const {
      epochs = 1,
      shuffle = true,
      optimizer,
      truncation,
      callbacks,
      signal,
      onProgress,
    } = checkedTrainOptions(options);
    this.#requireProbes('train');
    if (trainable.length === 0) throw nothingTrainable();
    const data = this.#measuredSet('train', inputs, options.targets, options.steps);
    const validation =
      options.validation &&
      this.#measuredSet('train: validation', options.validation.inputs, options.validation.targets, options.steps);
    const pass: EpochOfTraining = {
      data,
      optimizer,
      truncation,
      signal,
      objective: tasks.idOf('train', data.targets, options, optimizer),
      updatesPerMinibatch: Math.ceil(data.steps / (truncation ?? data.steps)),
    };
    if (Math.min(data.steps, truncation ?? data.steps) === 1) this.#noteSingleSteps(pass.objective);
    const validationObjective = validation && tasks.idOf('train: validation', validation.targets, options, undefined);
    const size = this.#minibatchSize(options.minibatchSize, data.items);
    this.#requireMemory('train', pass, size);
    const random = new RandomState(options.seed ?? this.#context.seed);
    const perEpoch = Math.ceil(data.items / size);
    const report = progressOf('train', epochs * perEpoch, onProgress);

    executable.resetOptimizer();
    const history: EpochRecord[] = [];
    for (let epoch = 1; epoch <= epochs; epoch++) {
      const done = (epoch - 1) * perEpoch;
      const order = minibatches(data.items, size, { shuffle, random });
      const training = await this.#trainEpoch(epoch, order, pass, done, (minibatch, loss) =>
        report(done + minibatch, { epoch, loss }),
      );
      const measured =
        validation &&
        (await this.#measure('train: validation', validation, validationObjective!, 'training', size, signal));
      const record: EpochRecord = { epoch, training, ...(measured && { validation: measured }) };
      history.push(record);
      if (await isStopped(callbacks, record)) break;
    }
    return { epochs: history };
  }

  /** Refuses minibatches that there is no memory for. @param neurons where nothing is learnt: which are run. */
  #requireMemory(
    call: string,
    {
      data,
      objective,
      truncation,
      neurons,
      dtype,
    }: Pick<EpochOfTraining, 'data' | 'objective'> &
      Partial<Pick<EpochOfTraining, 'truncation'>> & { readonly neurons?: 'training' | 'run'; readonly dtype?: Dtype },
    items: number,
  ): void {
    const fed = new Set(data.inputs.filter(({ steps }) => steps !== undefined).map(({ name }) => name));
    const heldTargets = data.targets.filter(({ steps }) => steps === undefined).map(({ name }) => name);
    this.#context.memory.requireLearning(call, {
      objective,
      items,
      steps: Math.min(data.steps, truncation ?? data.steps),
      held: new Set(this.#context.inputs.map(({ name }) => name).filter((name) => !fed.has(name))),
      heldTargets: new Set(heldTargets),
      neurons: neurons ?? 'training',
      differentiates: neurons === undefined,
      dtype,
    });
  }

  #noteSingleSteps(objective: string): void {
    if (this.#notedSingleSteps.has(objective)) return;
    this.#notedSingleSteps.add(objective);
    this.#context.onSingleSteps(objective);
  }

  /**
   * One pass over the data. Where losses or parameters stop being finite, the parameters go back to those at its start.
   * @param minibatchesBefore taken in earlier epochs: schedules count updates over the whole call.
   */
  async #trainEpoch(
    epoch: number,
    order: Iterable<readonly number[]>,
    { data, objective, optimizer, truncation, updatesPerMinibatch, signal }: EpochOfTraining,
    minibatchesBefore: number,
    report: (minibatch: number, loss: number) => Promise<unknown> | undefined,
  ): Promise<Reports> {
    const { executable, parameters, tasks } = this.#context;
    const measures = new CallMeasures(tasks.taskOf(objective), data.steps);
    let minibatch = 0;
    let first: readonly number[] = [];
    let last: readonly number[] = [];
    const diverged = async (loss: number, items: readonly number[], suspects: readonly (readonly number[])[]) =>
      explainDivergence(
        { epoch, minibatch, loss, objective, items, suspects },
        { executable, parameters, tasks, request: (some, task) => this.#request(data, some, task) },
      );
    for (const items of order) {
      await this.#turn();
      signal?.throwIfAborted();
      const before = (minibatchesBefore + minibatch) * updatesPerMinibatch;
      const scalars = (block: number): Readonly<Record<string, number>> =>
        finiteScalars(optimizer, before + block + 1, this.#context.dtype);
      const reports = await executable.trainStep({
        ...this.#request(data, items, objective),
        scalars,
        truncation,
        signal,
      });
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

  /** Losses and metrics, without learning. */
  async evaluate(inputs: Inputs, options: EvaluateOptions): Promise<Reports> {
    const data = this.#measuredSet('evaluate', inputs, options.targets, options.steps);
    const objective = this.#context.tasks.idOf('evaluate', data.targets, options, undefined);
    const size = this.#minibatchSize(options.minibatchSize, data.items);
    const neurons = neuronsOf(options.mode);
    this.#requireMemory('evaluate', { data, objective, neurons }, size);
    return this.#measure('evaluate', data, objective, neurons, size, options.signal, options.onProgress);
  }

  /** What the probes record: [items, samples, size] each. */
  async predict(inputs: Inputs, options: PredictOptions): Promise<ReadonlyMap<Probe, NdArray>> {
    const data = dataSet('predict', this.#tables('predict', inputs).inputs, [], options.steps);
    const size = this.#minibatchSize(options.minibatchSize, data.items);
    const program = neuronsOf(options.mode);
    const probes = this.#probesFor(options);
    this.#context.memory.requireState('predict', size);
    this.#context.memory.requireRecording('predict', probes, data);
    const report = progressOf('predict', Math.ceil(data.items / size), options.onProgress);
    const pieces: ProbeRecorder[] = [];
    for (const items of minibatches(data.items, size, { shuffle: false })) {
      await this.#turn();
      options.signal?.throwIfAborted();
      const sink = new ProbeRecorder(probes, items.length);
      const feed = this.#feed(data, items);
      await this.#context.executable.run({
        program,
        items: items.length,
        steps: data.steps,
        feed,
        sink,
        outputs: sink.outputs,
        state: 'fresh',
        signal: options.signal,
      });
      pieces.push(sink);
      await report(pieces.length);
    }
    return new Map(probes.map(({ probe }) => [probe, joinItems(pieces.map((piece) => piece.samples(probe)))] as const));
  }

  #probesFor({ probes: wanted, lastStepOnly = false }: PredictOptions): readonly RecordedProbe[] {
    const { probes, targets } = this.#context;
    for (const probe of wanted ?? []) {
      const isOurs = probes.some((recorded) => recorded.probe === probe);
      if (!isOurs)
        throw this.#context.refusalOf(
          'predict: probes',
          probe,
          `probe ${probe.label ?? '(without label)'}`,
          targets.map(({ label }) => label),
        );
    }
    const chosen = wanted === undefined ? probes : probes.filter(({ probe }) => wanted.includes(probe));
    return lastStepOnly ? chosen.map((recorded) => ({ ...recorded, keepHistory: false })) : chosen;
  }

  /** The request that `checkGradients` compares gradients on: the given data, or seeded noise where there are none. */
  gradientRequest({ inputs, targets, steps, losses, lossWeights, signal }: GradientCheckOptions): LearningRequest {
    const { inputs: nodes, inputRefusals, targets: probes, targetRefusals, seed } = this.#context;
    const where = 'checkGradients';
    this.#requireProbes(where);
    if (this.#context.trainable.length === 0) throw nothingTrainable();
    const given = [
      ...dataTables(`${where}: inputs`, inputs, nodes, inputRefusals),
      ...dataTables(`${where}: targets`, targets, probes, targetRefusals),
    ];
    const items = given[0]?.items ?? NOISE_ITEMS;
    const random = new RandomState(seed);
    const noise = <Key>(owners: readonly DataOwner<Key>[]): ReadonlyMap<Key, NdArray> =>
      new Map(owners.map(({ key, size }) => [key, new NdArray(random.uniform(-1, 1, items * size), [items, size])]));
    const isHeld = given.every((table) => table.steps === undefined);
    const data = this.#measuredSet(
      where,
      inputs ?? noise(nodes),
      targets ?? noise(probes),
      steps ?? (isHeld ? NOISE_STEPS : undefined),
    );
    const objective = this.#context.tasks.idOf(where, data.targets, { losses, lossWeights }, undefined);
    this.#requireMemory(where, { data, objective, dtype: 'float64' }, data.items);
    const all = Array.from({ length: data.items }, (_, index) => index);
    return { ...this.#request(data, all, objective), signal };
  }

  /** @throws NdlError LOSS_NOT_FINITE for a request whose gradients mean nothing. */
  async requireFiniteLoss(request: LearningRequest): Promise<void> {
    request.signal?.throwIfAborted();
    const { loss, ...reports } = await this.#context.executable.evaluate(request, 'training');
    if (Number.isFinite(loss)) return;
    throw checkedLossNotFinite(loss!, this.#context.tasks.notFinite(request.objective, reports));
  }

  /** A training request for some items of a data set. */
  #request(data: DataSet, items: readonly number[], objective: string): LearningRequest {
    return {
      objective,
      items: items.length,
      steps: data.steps,
      feed: this.#feed(data, items),
      targets: targetsOf(data.targets, items, data.steps),
      scalars: () => ({}),
    };
  }

  #feed({ inputs, steps }: DataSet, items: readonly number[]): Feed {
    const fed = new Set(inputs.map(({ name }) => name));
    return feedOf(inputs, items, steps, this.#context.sources(items.length, fed));
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
    const report = progressOf('evaluate', Math.ceil(data.items / size), onProgress);
    const measures = new CallMeasures(this.#context.tasks.taskOf(objective), data.steps);
    let done = 0;
    for (const items of minibatches(data.items, size, { shuffle: false })) {
      await this.#turn();
      signal?.throwIfAborted();
      measures.add(
        await this.#context.executable.evaluate({ ...this.#request(data, items, objective), signal }, neurons),
        items.length,
      );
      await report(++done);
    }
    return this.#reportsOf(where, objective, measures);
  }

  /** @throws NdlError TARGETS_MISSING. */
  #requireProbes(where: string): void {
    if (this.#context.targets.length === 0) throw noProbe(where);
  }

  /** Inputs and targets that losses can be measured on. */
  #measuredSet(where: string, inputs: Inputs, targets: Targets, steps: number | undefined): DataSet {
    this.#requireProbes(where);
    const tables = this.#tables(where, inputs, targets);
    if (tables.targets.length === 0)
      throw badOption(where, 'targets', 'must hold data for at least one probe', targets);
    if (tables.targets.every((table) => table.isMissing())) throw nothingAskedFor(where);
    return dataSet(where, tables.inputs, tables.targets, steps);
  }

  #tables(where: string, inputs: Inputs, targets?: Targets): Pick<DataSet, 'inputs' | 'targets'> {
    const { inputs: nodes, inputRefusals, targets: probes, targetRefusals } = this.#context;
    if (inputs === undefined) throw noData(`${where}: inputs`, inputs);
    const tables = {
      inputs: dataTables(`${where}: inputs`, inputs, nodes, inputRefusals),
      targets: dataTables(`${where}: targets`, targets, probes, targetRefusals),
    };
    for (const table of tables.inputs) table.requireFinite();
    for (const table of tables.targets) table.requireFinite({ orNaN: true });
    return tables;
  }

  #minibatchSize(asked: number | undefined, items: number): number {
    return Math.min(items, asked ?? this.#context.minibatchSize ?? DEFAULT_MINIBATCH_SIZE);
  }
}

/** What stays the same from epoch to epoch. */
interface EpochOfTraining {
  readonly data: DataSet;
  readonly objective: string;
  readonly optimizer: Optimizer;
  readonly truncation: number | undefined;
  readonly updatesPerMinibatch: number;
  readonly signal: AbortSignal | undefined;
}

/** Which neurons a mode runs. */
function neuronsOf(mode: EvaluateOptions['mode'] = 'spiking'): 'training' | 'run' {
  return mode === 'rate' ? 'training' : 'run';
}
