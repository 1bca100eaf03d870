/** @file `Simulator`: a network running on a backend. One kernel, one compiled network and one executable each. */
import type { CompiledNetwork, LearningTask } from '@ndl/compiler';
import type { OperatorGraph, Plan, Settings } from '@ndl/core';
import type { Network, Probe } from '@ndl/model';
import type { NdArray } from '@ndl/numerics';
import type { History, Reports } from '@ndl/training';
import { warnOfBlockedGradients, warnOfDelayedOutputs } from './blocked-gradients.ts';
import type { BackendReport } from './choose-backend.ts';
import { compose, type Composition } from './composition.ts';
import { inputOwners, inputRefusal, labelOfProbe, recordedProbes, targetOwners, targetRefusal } from './data-owners.ts';
import { badOption, busy, disposed, inferenceOnly, notConstructible, otherNetwork } from './errors.ts';
import { freezeParameters } from './freeze-parameters.ts';
import {
  checkGradients,
  gradientCheckOptionNames,
  requireTolerance,
  type GradientCheckOptions,
  type GradientReport,
} from './gradient-check.ts';
import { inputSources } from './input-sources.ts';
import { Learner } from './learner.ts';
import type { EvaluateOptions, Inputs, PredictOptions, TrainOptions } from './learning-options.ts';
import { LearningTasks } from './learning-task.ts';
import { ParameterCache } from './parameter-cache.ts';
import { decodeParameters, encodeParameters } from './parameters.ts';
import { sampledSteps } from './probe-recorder.ts';
import { Runner, runOptionNames, stepsIn, type RunOptions, type StreamedSteps, type StreamOptions } from './runner.ts';
import {
  requireCount,
  requireKnownOptions,
  requirePositiveInteger,
  resolveOptions,
  type ResolvedOptions,
  type SimulatorOptions,
} from './simulator-options.ts';
import { SimulationData } from './simulation-data.ts';

/**
 * Simulates and trains a network. Runs carry state from call to call; train, evaluate and predict start from the initial
 * state at step 0 each time, on state of their own. Calls do not overlap: await one before the next.
 */
export class Simulator implements AsyncDisposable {
  readonly network: Network;
  /** Seconds per step. */
  readonly dt: number;
  readonly seed: number;
  readonly settings: Settings;
  /** Recorded samples, and parameters as they are now. */
  readonly data: SimulationData;
  readonly #composition: Composition;
  readonly #options: ResolvedOptions;
  readonly #parameters: ParameterCache;
  readonly #runner: Runner;
  readonly #learner: Learner;
  #running: string | undefined;
  /** Steps taken when it was disposed of; undefined while it lives. */
  #disposedAt: number | undefined;

  /**
   * Builds, compiles and loads a network.
   * @throws NdlError for options, settings, plugins and objects that do not fit, with the place that set them.
   */
  static async create(network: Network, options: SimulatorOptions = {}): Promise<Simulator> {
    const resolved = resolveOptions(options);
    if (network?.kind !== 'network' || network.parent !== null) {
      throw badOption('Simulator.create', 'network', 'must be a top-level Network', network);
    }
    resolved.signal?.throwIfAborted();
    return new this(network, resolved, await compose(network, resolved));
  }

  protected constructor(network: Network, options: ResolvedOptions, composition: Composition) {
    if (composition === undefined) throw notConstructible();
    const { graph, definitions, executable, settings, seed, compiled, tasks } = composition;
    this.network = network;
    this.dt = options.dt;
    this.seed = seed;
    this.settings = settings;
    this.#composition = composition;
    this.#options = options;
    const inputs = inputOwners(graph);
    const refusalOfInput = inputRefusal(network);
    const probes = recordedProbes(graph, network, settings.keepHistory);
    const trained = { graph: compiled.graph, trainingStep: composition.trainingStep };
    const warnOfTask = (task: LearningTask): void => warnOfBlockedGradients(trained, task, options.onWarning);
    const sources = inputSources(graph, { definitions, simulatorSeed: seed });
    this.#parameters = new ParameterCache(graph, executable);
    this.#runner = new Runner({
      executable,
      inputs,
      refusalOfInput,
      probes,
      sources,
      items: options.minibatchSize ?? 1,
    });
    this.data = new SimulationData(graph, this.#parameters, this.#runner.recorder, options.minibatchSize !== undefined);
    this.#learner = new Learner({
      executable,
      tasks: new LearningTasks(graph, tasks, (probe) => labelOfProbe(graph, probe), warnOfTask),
      onSingleSteps: (id) => warnOfDelayedOutputs(trained, tasks.get(id)!, options.onWarning),
      onWarning: options.onWarning,
      trainable: compiled.layout.trainable,
      parameters: this.#parameters,
      inputs,
      refusalOfInput,
      targets: targetOwners(graph),
      refusalOfTarget: targetRefusal(network),
      probes,
      sources,
      seed,
      minibatchSize: options.minibatchSize,
    });
  }

  /** Steps that runs have taken since creation or the last reset. */
  get nSteps(): number {
    return this.#disposedAt ?? this.#composition.executable.step;
  }

  /** Simulated seconds: steps · dt. */
  get time(): number {
    return this.nSteps * this.dt;
  }

  /** The execution order: groups of operators that run as one. */
  get plan(): Plan {
    return this.#composition.compiled.sorted.plan;
  }

  /** The network as built, before simplification. */
  get graph(): OperatorGraph {
    return this.#composition.graph;
  }

  /** The compiled network: simplified graph, reports, and the programs that backends are given. */
  get compiled(): CompiledNetwork {
    return this.#composition.compiled;
  }

  /** What the simulation runs on, and why. */
  get backend(): BackendReport {
    const { choice, backend } = this.#composition;
    return { name: choice.name, description: backend.description, reason: choice.reason };
  }

  /** Seconds that each stage of `create` took. */
  get buildSeconds(): Composition['seconds'] {
    return this.#composition.seconds;
  }

  /** Simulates `seconds`, rounded to whole steps (halves to even, as Nengo does). @throws NdlError OPTION_INVALID. */
  async run(seconds: number, options: RunOptions = {}): Promise<void> {
    await this.runSteps(stepsIn(seconds, this.dt), options);
  }

  /** Simulates so many steps. An abort rejects with `signal.reason` and keeps the steps done. */
  async runSteps(steps: number, options: RunOptions = {}): Promise<void> {
    requireCount('runSteps', 'steps', steps);
    await this.#exclusively('run', () => this.#runner.run(steps, this.#withDefaults('run', options)));
  }

  /** Simulates one step. */
  async step(options: RunOptions = {}): Promise<void> {
    await this.runSteps(1, options);
  }

  /**
   * Simulates in pieces of `every` steps, handing each on as it is done; `data` does not grow. Endless without `steps`.
   * Input comes from the nodes, which are asked at each step.
   */
  async *stream(options: StreamOptions = {}): AsyncGenerator<StreamedSteps> {
    requireKnownOptions('stream', options, ['steps', 'every', ...runOptionNames.filter((name) => name !== 'inputs')]);
    const { steps = Infinity, every = 1, ...runOptions } = options;
    requirePositiveInteger('stream', 'every', every);
    if (steps !== Infinity) requireCount('stream', 'steps', steps);
    for (let done = 0; done < steps; done += every) {
      const recorder = this.#runner.freshRecorder();
      await this.#exclusively('stream', () =>
        this.#runner.run(Math.min(every, steps - done), this.#withDefaults('stream', runOptions), recorder),
      );
      yield { step: this.nSteps, time: this.time, get: (probe) => recorder.samples(probe) };
    }
  }

  /** Minimizes losses by gradient descent. @returns losses and metrics of each epoch. */
  async train(inputs: Inputs, options: TrainOptions): Promise<History> {
    return this.#exclusively('train', async () => {
      this.#requireTraining('train');
      try {
        return await this.#learner.train(inputs, this.#withDefaults('train', options));
      } finally {
        if (this.#disposedAt === undefined) await this.#parameters.refresh();
      }
    });
  }

  /** Losses and metrics on a data set, with neurons as they are (`spiking`) or as training runs them (`rate`). */
  async evaluate(inputs: Inputs, options: EvaluateOptions): Promise<Reports> {
    return this.#exclusively('evaluate', () => {
      this.#requireTraining('evaluate');
      return this.#learner.evaluate(inputs, this.#withDefaults('evaluate', options));
    });
  }

  /** What probes record for a data set: [items, samples, size] each. */
  async predict(inputs: Inputs, options: PredictOptions = {}): Promise<ReadonlyMap<Probe, NdArray>> {
    return this.#exclusively('predict', () => {
      const resolved = this.#withDefaults('predict', options);
      if (resolved.mode === 'rate') this.#requireTraining("predict with mode 'rate'");
      return this.#learner.predict(inputs, resolved);
    });
  }

  /**
   * Compares the backend's gradients with the IR's own differentiation and with differences of the loss, on a backend that has
   * float64. @throws NdlError GRADIENTS_DIFFER naming the worst parameter, GRADIENTS_UNDECIDED.
   */
  async checkGradients(options: GradientCheckOptions = {}): Promise<GradientReport> {
    return this.#exclusively('checkGradients', () => {
      this.#requireTraining('checkGradients');
      requireKnownOptions('checkGradients', options, gradientCheckOptionNames);
      requireTolerance(options);
      return checkGradients(this.#composition, this.#parameters, this.#learner.gradientRequest(options), options);
    });
  }

  /** All parameters as the bytes of a self-describing .npz archive. */
  encodeParameters(): Uint8Array {
    this.#requireLive('encodeParameters');
    return encodeParameters(this.graph, this.#parameters, this.#networkSeed);
  }

  /** Takes parameters from such bytes, all or nothing. @throws NdlError PARAMETERS_INVALID, PARAMETERS_MISMATCH. */
  async decodeParameters(bytes: Uint8Array): Promise<void> {
    await this.#exclusively('decodeParameters', async () => {
      await decodeParameters(bytes, this.#composition, {
        seed: this.#networkSeed,
        onWarning: this.#options.onWarning,
      });
      await this.#parameters.refresh();
    });
  }

  /** Writes the learnt values back to the network, so that a fresh Simulator of it gives the same numbers. */
  freezeParameters(network: Network = this.network): void {
    this.#requireLive('freezeParameters');
    if (network !== this.network) {
      if (network?.kind !== 'network') throw badOption('freezeParameters', 'network', 'must be a Network', network);
      throw otherNetwork('freezeParameters', `network ${network.label ?? '(without label)'}`);
    }
    freezeParameters(this.#composition.graph, this.data);
  }

  /** Back to step 0, the initial state and empty probes; parameters stay as they are. */
  reset(): void {
    this.#requireIdle('reset');
    this.#runner.reset();
  }

  /** Forgets recorded samples. */
  clearProbes(): void {
    this.#runner.recorder.clear();
  }

  /** Times of the steps taken so far, in seconds: dt, 2·dt, …; only those that a probe of this period samples. */
  trange({ sampleEvery }: { readonly sampleEvery?: number | undefined } = {}): Float64Array {
    const period = sampleEvery === undefined ? 1 : sampleEvery / this.dt;
    return Float64Array.from(sampledSteps(this.nSteps, period), (step) => step * this.dt);
  }

  /** Frees the backend's memory. Recorded data stay readable. */
  async dispose(): Promise<void> {
    if (this.#disposedAt !== undefined) return;
    this.#disposedAt = this.nSteps;
    this.#composition.executable.dispose();
    this.#composition.backend.dispose();
    await this.#composition.kernel.dispose();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  get #networkSeed(): number {
    return this.graph.seeds.get(this.network)!;
  }

  #withDefaults<Options extends Pick<RunOptions, 'signal' | 'onProgress'>>(call: string, options: Options): Options {
    if (typeof options !== 'object' || options === null) throw badOption(call, 'options', 'must be an object', options);
    return {
      ...options,
      signal: options.signal ?? this.#options.signal,
      onProgress: options.onProgress ?? this.#options.onProgress,
    };
  }

  async #exclusively<Result>(call: string, action: () => Promise<Result>): Promise<Result> {
    this.#requireIdle(call);
    this.#running = call;
    try {
      return await action();
    } finally {
      this.#running = undefined;
    }
  }

  #requireIdle(call: string): void {
    this.#requireLive(call);
    if (this.#running !== undefined) throw busy(call, this.#running);
  }

  #requireLive(call: string): void {
    if (this.#disposedAt !== undefined) throw disposed(call);
  }

  #requireTraining(call: string): void {
    if (this.settings.inferenceOnly) throw inferenceOnly(call);
  }
}
