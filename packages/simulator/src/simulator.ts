/** @file `Simulator`: a network running on a backend. One kernel, one compiled network and one executable each. */
import type { CompiledNetwork, LearningTask } from '@ndl/compiler';
import { secondsInSteps, type OperatorGraph, type Plan, type Plugin, type Settings } from '@ndl/core';
import { isNetworkObject, type Network, type NetworkSnapshot, type Probe } from '@ndl/model';
import { isNdlError, type NdArray } from '@ndl/numerics';
import type { History, Reports } from '@ndl/training';
import { guardAssignments } from './assignment-guard.ts';
import { warnOfBlockedGradients, warnOfDelayedOutputs } from './blocked-gradients.ts';
import { BuiltNetwork, snapshotOf } from './built-network.ts';
import type { BackendReport } from './choose-backend.ts';
import { compose, disposeOf, type Composition } from './composition.ts';
import { copyOf } from './copy-of.ts';
import {
  inputOwners,
  inputRefusals,
  labelOfProbe,
  recordedProbes,
  targetOwners,
  targetRefusals,
} from './data-owners.ts';
import {
  badOption,
  busy,
  disposed,
  disposedMeanwhile,
  inferenceOnly,
  notConstructible,
  otherNetwork,
} from './errors.ts';
import { freezeParameters } from './freeze-parameters.ts';
import { SeenObjects } from './seen-objects.ts';
import { checkGradients, type GradientCheckOptions, type GradientReport } from './gradient-check.ts';
import { inputSources } from './input-sources.ts';
import { inspect, type Inspection } from './inspection.ts';
import { Learner } from './learner.ts';
import type { EvaluateOptions, Inputs, PredictOptions, TrainOptions } from './learning-options.ts';
import { LearningTasks } from './learning-task.ts';
import { LearntArrays } from './learnt-arrays.ts';
import { checkedOptions, requireNoArguments, requireSteps } from './option-specs.ts';
import { nameOf } from './object-name.ts';
import { ParameterCache } from './parameter-cache.ts';
import { decodeParameters, encodeParameters, type ParameterBytes } from './parameters.ts';
import { sampledSteps, type ProbeRecorder } from './probe-recorder.ts';
import {
  Runner,
  stepsIn,
  type RunOptions,
  type StreamedSteps,
  type StreamOptions,
  type TimeRangeOptions,
} from './runner.ts';
import { resolveOptions, type ResolvedOptions, type SimulatorOptions } from './simulator-options.ts';
import { SimulationData } from './simulation-data.ts';

/**
 * Simulates and trains a network. Runs carry state from call to call; train, evaluate and predict start from the initial
 * state at step 0 each time, on state of their own. Calls do not overlap: await one before the next.
 *
 * What it hands out is a copy, and what it is given it copies, but for the data of inputs and targets: these are read while the call
 * lasts, and must not change until it settles.
 */
export class Simulator implements AsyncDisposable {
  readonly #network: Network;
  readonly #seed: number;
  readonly #settings: Settings;
  readonly #data: SimulationData;
  readonly #built: BuiltNetwork;
  readonly #composition: Composition;
  readonly #options: ResolvedOptions;
  readonly #parameters: ParameterCache;
  readonly #arrays: LearntArrays;
  readonly #seen = new SeenObjects();
  readonly #runner: Runner;
  readonly #learner: Learner;
  /** Copies for users to look at, made when first asked for. */
  #inspection: Inspection | undefined;
  #running: string | undefined;
  /** Of the call that runs. */
  #signal: AbortSignal | undefined;
  /** Steps taken when it was disposed of; undefined while it lives. */
  #disposedAt: number | undefined;

  static {
    guardAssignments(this);
  }

  /**
   * Builds, compiles and loads a network. Its structure, settings and arrays, and these options, are read before `create` first
   * yields: what they were at the call is what is built, and what is changed or added later is not seen. Functions - of nodes, of
   * connections, of options - are called later, with what they then find.
   * @throws NdlError for options, settings, plugins and objects that do not fit, with the place that set them.
   */
  static async create(network: Network, options: SimulatorOptions = {}): Promise<Simulator> {
    const resolved = resolveOptions(options, () => this.defaultPlugins());
    const snapshot = snapshotOf(network);
    resolved.signal?.throwIfAborted();
    const composition = await compose(snapshot.network, resolved);
    try {
      return new this(network, snapshot, resolved, composition);
    } catch (error) {
      await disposeOf(composition);
      throw error;
    }
  }

  /** The plugins of simulators that are given none. */
  protected static defaultPlugins(): readonly Plugin[] {
    return [];
  }

  protected constructor(
    network: Network,
    snapshot: NetworkSnapshot,
    options: ResolvedOptions,
    composition: Composition,
  ) {
    if (composition === undefined) throw notConstructible();
    const { graph, definitions, executable, settings, seed, compiled, tasks, memory } = composition;
    const { dtype } = settings;
    const built = new BuiltNetwork(network, snapshot, graph, dtype);
    this.#network = network;
    this.#seed = seed;
    this.#settings = Object.freeze(copyOf(settings));
    this.#built = built;
    this.#composition = composition;
    this.#options = options;
    const data = { inputs: inputOwners(built), inputRefusals: inputRefusals(built) };
    const probes = recordedProbes(built, settings.keepHistory);
    const labelOf = (probe: Probe): string => labelOfProbe(graph, built.copyOf(probe)!);
    const warnOfTask = (task: LearningTask): void => warnOfBlockedGradients(compiled, task, options.onWarning);
    const sources = inputSources(graph, { definitions, simulatorSeed: seed, dtype });
    this.#parameters = new ParameterCache(graph, executable);
    this.#arrays = new LearntArrays(graph, this.#parameters);
    this.#runner = new Runner({ executable, ...data, probes, sources, memory, items: options.minibatchSize ?? 1 });
    this.#data = new SimulationData(built, this.#arrays, this.#runner.recorder, options.minibatchSize !== undefined);
    this.#learner = new Learner({
      executable,
      tasks: new LearningTasks(built, tasks, labelOf, warnOfTask),
      onSingleSteps: (id) => warnOfDelayedOutputs(compiled, tasks.get(id)!, options.onWarning),
      onWarning: options.onWarning,
      trainable: compiled.layout.trainable,
      parameters: this.#parameters,
      ...data,
      targets: targetOwners(built),
      targetRefusals: targetRefusals(built),
      refusalOf: built.refusalOf,
      probes,
      sources,
      memory,
      dtype,
      seed,
      minibatchSize: options.minibatchSize,
    });
  }

  get network(): Network {
    return this.#network;
  }

  /** Seconds per step. */
  get dt(): number {
    return this.#options.dt;
  }

  get seed(): number {
    return this.#seed;
  }

  get settings(): Settings {
    return this.#settings;
  }

  /** Recorded samples, and parameters as they are now. */
  get data(): SimulationData {
    return this.#data;
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
    return this.compiled.sorted.plan;
  }

  /** The network as built, before simplification, by the network's objects. */
  get graph(): OperatorGraph {
    return this.#inspected.graph;
  }

  /** The compiled network: simplified graph, reports, and the programs that backends are given. */
  get compiled(): CompiledNetwork {
    return this.#inspected.compiled;
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
    const steps = stepsIn(seconds, this.dt);
    await this.#simulate(
      'run',
      steps,
      options,
      `run(${seconds}) simulates no step: it is less than half of dt, ${this.dt} s.`,
    );
  }

  /** Simulates so many steps. An abort rejects with `signal.reason` and keeps the steps done. */
  async runSteps(steps: number, options: RunOptions = {}): Promise<void> {
    requireSteps('runSteps', steps);
    await this.#simulate('runSteps', steps, options, 'runSteps(0) simulates no step.');
  }

  /** Simulates one step. */
  async step(options: RunOptions = {}): Promise<void> {
    await this.#simulate('step', 1, options, '');
  }

  async #simulate(
    call: 'run' | 'runSteps' | 'step',
    steps: number,
    options: RunOptions,
    warning: string,
  ): Promise<void> {
    await this.#exclusively(call, () => {
      const checked = this.#withDefaults(checkedOptions('run', options, call));
      if (steps === 0) this.#options.onWarning(warning);
      return this.#runner.run(call, steps, checked);
    });
  }

  /**
   * Simulates in pieces of `every` steps, handing each on as it is done; `data` does not grow. Endless without `steps`. Input comes
   * from the nodes, which are asked at each step. Pieces stay valid. The stream ends when the simulator is disposed of meanwhile.
   */
  stream(options: StreamOptions = {}): AsyncGenerator<StreamedSteps> {
    this.#requireLive('stream');
    const checked = checkedOptions('stream', options);
    if (checked.steps === 0) this.#options.onWarning('stream({ steps: 0 }) simulates no step.');
    return this.#pieces(checked);
  }

  async *#pieces({ steps = Infinity, every = 1, ...runOptions }: StreamOptions): AsyncGenerator<StreamedSteps> {
    for (let done = 0; done < steps && this.#disposedAt === undefined; done += every) {
      const recorder = this.#runner.freshRecorder();
      try {
        await this.#exclusively('stream', () =>
          this.#runner.run('stream', Math.min(every, steps - done), this.#withDefaults(runOptions), recorder),
        );
      } catch (error) {
        if (isNdlError(error, 'SIMULATOR_DISPOSED') && this.#disposedAt !== undefined) return;
        throw error;
      }
      yield { step: this.nSteps, time: this.time, get: (probe) => this.#samplesOf(recorder, probe) };
    }
  }

  #samplesOf(recorder: ProbeRecorder, probe: Probe): NdArray {
    const part = this.#built.partOf(probe);
    if (part === 'late') throw this.#built.refusalOf('stream', probe, nameOf(probe), []);
    if ((probe as Partial<Probe> | null | undefined)?.kind !== 'probe')
      throw badOption('stream', 'get', 'must be given a probe', probe);
    return recorder.samples(probe);
  }

  /** Minimizes losses by gradient descent. @returns losses and metrics of each epoch. */
  async train(inputs: Inputs, options: TrainOptions): Promise<History> {
    return this.#exclusively('train', async () => {
      this.#requireTraining('train');
      const checked = this.#withDefaults(checkedOptions('train', options));
      try {
        return await this.#learner.train(inputs, checked);
      } finally {
        if (this.#disposedAt === undefined) await this.#parameters.refresh();
      }
    });
  }

  /** Losses and metrics on a data set, with neurons as they are (`spiking`) or as training runs them (`rate`). */
  async evaluate(inputs: Inputs, options: EvaluateOptions): Promise<Reports> {
    return this.#exclusively('evaluate', () => {
      this.#requireTraining('evaluate');
      return this.#learner.evaluate(inputs, this.#withDefaults(checkedOptions('evaluate', options)));
    });
  }

  /**
   * What probes record for a data set: [items, samples, size] each. Without data - an empty Map - and with the option `steps` it is
   * what they record of one item, of the nodes' own output.
   */
  async predict(inputs: Inputs, options: PredictOptions = {}): Promise<ReadonlyMap<Probe, NdArray>> {
    return this.#exclusively('predict', () => {
      const checked = this.#withDefaults(checkedOptions('predict', options));
      if (checked.mode === 'rate') this.#requireTraining("predict with mode 'rate'");
      return this.#learner.predict(inputs, checked);
    });
  }

  /**
   * Compares the backend's gradients with the IR's own differentiation and with differences of the loss, on a backend that has
   * float64. @throws NdlError GRADIENTS_DIFFER naming the worst parameter, GRADIENTS_UNDECIDED, LOSS_NOT_FINITE.
   */
  async checkGradients(options: GradientCheckOptions = {}): Promise<GradientReport> {
    return this.#exclusively('checkGradients', async () => {
      this.#requireTraining('checkGradients');
      const checked = this.#withDefaults(checkedOptions('checkGradients', options));
      const request = this.#learner.gradientRequest(checked);
      await this.#learner.requireFiniteLoss(request);
      return checkGradients(this.#composition, this.#parameters, request, checked);
    });
  }

  /** All parameters as the bytes of a self-describing .npz archive. */
  encodeParameters(): Uint8Array {
    this.#requireLive('encodeParameters');
    return encodeParameters(this.#built.graph, this.#parameters, this.#networkSeed);
  }

  /**
   * Takes parameters from such bytes, all or nothing.
   * @throws NdlError OPTION_INVALID for what holds no bytes, PARAMETERS_INVALID, PARAMETERS_MISMATCH.
   */
  async decodeParameters(bytes: ParameterBytes): Promise<void> {
    await this.#exclusively('decodeParameters', async () => {
      await decodeParameters(bytes, this.#composition, {
        seed: this.#networkSeed,
        onWarning: this.#options.onWarning,
      });
      await this.#parameters.refresh();
    });
  }

  /**
   * Writes the learnt values back to the network, so that a fresh Simulator of it gives the same numbers. All or nothing.
   * @throws NdlError NETWORK_CHANGED where something that they go with - the radius of an ensemble, its kind of neurons, the
   * function of a connection - was changed after this simulator was created; freeze first, and change it then.
   * FOREIGN_OBJECT for another network.
   */
  freezeParameters(network: Network = this.network): void {
    this.#requireLive('freezeParameters');
    if (network !== this.network) {
      if (!isNetworkObject(network) || network.kind !== 'network')
        throw badOption('freezeParameters', 'network', 'must be a Network', network);
      throw otherNetwork('freezeParameters', `network ${network.label ?? '(without label)'}`);
    }
    freezeParameters(this.#built, this.#arrays, this.#seen);
  }

  /** Back to step 0, the initial state and empty probes; parameters stay as they are. */
  reset(...none: readonly undefined[]): void {
    requireNoArguments('reset', none);
    this.#requireIdle('reset');
    this.#runner.reset();
  }

  /** Forgets recorded samples. */
  clearProbes(...none: readonly undefined[]): void {
    requireNoArguments('clearProbes', none);
    this.#runner.recorder.clear();
  }

  /** Times of the steps taken so far, in seconds: dt, 2·dt, …; only those that a probe of this period samples. */
  trange(options: TimeRangeOptions = {}): Float64Array {
    const { sampleEvery } = checkedOptions('trange', options);
    const period = sampleEvery === undefined ? 1 : secondsInSteps(sampleEvery, this.dt);
    return Float64Array.from(sampledSteps(this.nSteps, period), (step) => step * this.dt);
  }

  /** Frees the backend's memory. Recorded data stay readable. A call that is still running rejects, and a stream ends. */
  async dispose(...none: readonly undefined[]): Promise<void> {
    requireNoArguments('dispose', none);
    if (this.#disposedAt !== undefined) return;
    this.#disposedAt = this.nSteps;
    await disposeOf(this.#composition);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  get #networkSeed(): number {
    const { graph, snapshot } = this.#built;
    return graph.seeds.get(snapshot.network)!;
  }

  get #inspected(): Inspection {
    return (this.#inspection ??= inspect(this.#built, this.#composition.compiled));
  }

  /** The options of the call that runs. */
  #withDefaults<Options extends Pick<RunOptions, 'signal' | 'onProgress'>>(options: Options): Options {
    const { signal = this.#options.signal, onProgress = this.#options.onProgress } = options;
    this.#signal = signal;
    return { ...options, signal, onProgress };
  }

  /** One call at a time. What fails because the simulator went meanwhile says so, unless it was aborted. */
  async #exclusively<Result>(call: string, action: () => Promise<Result>): Promise<Result> {
    this.#requireIdle(call);
    this.#running = call;
    this.#signal = undefined;
    try {
      return await action();
    } catch (error) {
      const signal = this.#signal as AbortSignal | undefined;
      const isAbort = signal?.aborted === true && error === signal.reason;
      throw this.#disposedAt === undefined || isAbort ? error : disposedMeanwhile(call, error);
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
    if (this.#composition.settings.inferenceOnly) throw inferenceOnly(call);
  }
}
