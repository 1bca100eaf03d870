/** @file `Simulator`: a network running on a backend. One container, one compiled network and one executable each. */
/// <reference lib="esnext.disposable" preserve="true" />
import type { CompiledNetwork } from '@ndl/compiler';
import type { OperatorGraph, Plan, Plugin, Settings } from '@ndl/core';
import {
  guardAssignments,
  type Connection,
  type Ensemble,
  type Network,
  type NetworkSnapshot,
  type Probe,
} from '@ndl/model';
import { type ArrayLikeInput, type NdArray, refuseSurplus } from '@ndl/numerics';
import type { History, Reports } from '@ndl/training';
import { SIMULATOR_RULES } from './options/assignment-rules.ts';
import { requireOwnNetwork, snapshotOf } from './composition/built-network.ts';
import { Calls } from './calls.ts';
import { restoreState, saveState, type CarriedState } from './state/carried-state.ts';
import type { BackendReport } from './composition/choose-backend.ts';
import { compose, disposeOf, type Composition } from './composition/composition.ts';
import { copyOf } from './copy-of.ts';
import { notConstructible } from './errors.ts';
import { freezeParameters } from './parameters/freeze-parameters.ts';
import type { GradientCheckOptions } from './gradients/gradient-check-options.ts';
import { checkGradients, type GradientReport } from './gradients/gradient-check.ts';
import type { GradientOptions } from './gradients/gradient-options.ts';
import { heldByDefault } from './inputs/input-sources.ts';
import { inspect, type Inspection } from './results/inspection.ts';
import type { EvaluateOptions, Inputs, PredictOptions, TrainOptions } from './training/learning-options.ts';
import { lossGradients, type LossGradients } from './gradients/loss-gradients.ts';
import { OnlineLearning, type KeepLearntOptions } from './parameters/online-learning.ts';
import { checkedOptions, requireSteps } from './options/option-specs.ts';
import { checkedBytes, decodeParameters, encodeParameters, type ParameterBytes } from './parameters/parameters.ts';
import type { MeasuredProfile } from './profile/measured-profile.ts';
import { profileOf, type Profile } from './profile/profile.ts';
import type { ProfileOptions } from './profile/profile-options.ts';
import { profiledRun, profiledTraining } from './profile/profiler.ts';
import { abortable } from './progress/progress.ts';
import { sampleTimes, stepsIn, type RunOptions, type TimeRangeOptions } from './runner.ts';
import { SeenObjects } from './parameters/seen-objects.ts';
import type { SimulationData } from './results/simulation-data.ts';
import { simulationParts, type SimulationParts } from './composition/simulation-parts.ts';
import { resolveOptions } from './options/resolve-options.ts';
import type { ResolvedOptions, SimulatorOptions } from './options/simulator-options.ts';
import { steadyRates } from './results/steady-rates.ts';
import type { StreamOptions } from './options/stream-options.ts';
import { streamed, type StreamedSteps } from './stream.ts';
import { takeTurns } from './turns.ts';

/**
 * Simulates and trains a network. Runs carry state from call to call; train, evaluate and predict start from the initial
 * state at step 0 each time, on state of their own. Calls do not overlap: await one before the next.
 *
 * What it hands out is a copy, and what it is given it copies, but for the data of inputs and targets: these are read while the call
 * lasts, and must not change until it settles.
 */
export class Simulator implements AsyncDisposable {
  readonly #seed: number;
  readonly #settings: Settings;
  readonly #composition: Composition;
  readonly #options: ResolvedOptions;
  readonly #calls: Calls;
  readonly #parts: SimulationParts;
  readonly #seen = new SeenObjects();
  /** Copies for users to look at, made when first asked for. */
  #inspection: Inspection | undefined;

  static {
    guardAssignments(this, SIMULATOR_RULES);
  }

  /**
   * Builds, compiles and loads a network. Its structure, settings and arrays, and these options, are read before `create` first
   * yields: what they were at the call is what is built, and what is changed or added later is not seen. Functions - of nodes, of
   * connections, of options - are called later, with what they then find.
   * @throws NdlError for options, settings, plugins and objects that do not fit, with the place that set them.
   */
  static async create(network: Network, options: SimulatorOptions = {}): Promise<Simulator> {
    refuseSurplus('Simulator.create', arguments, 2);
    const resolved = resolveOptions(options, () => this.defaultPlugins());
    const turn = takeTurns();
    const snapshot = snapshotOf(network);
    resolved.signal?.throwIfAborted();
    await turn();
    const onProgress = abortable(resolved.onProgress, [resolved.signal]);
    const composition = await compose(snapshot.network, { ...resolved, onProgress });
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
    this.#seed = composition.seed;
    this.#settings = Object.freeze(copyOf(composition.settings));
    this.#composition = composition;
    this.#options = options;
    this.#calls = new Calls(options, composition.settings.inferenceOnly);
    this.#parts = simulationParts(network, snapshot, composition, options, this.#calls);
  }

  get network(): Network {
    return this.#parts.built.network;
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
    return this.#parts.data;
  }

  /** Steps that runs have taken since creation or the last reset. */
  get nSteps(): number {
    return this.#calls.endedAt ?? this.#composition.executable.step;
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

  /**
   * The compiled network: simplified graph, reports, and the programs that backends are given. As a string it is the program that runs
   * simulate with, section by section.
   */
  get compiled(): CompiledNetwork {
    return this.#inspected.compiled;
  }

  /** The sections of the program that runs simulate with, and what they cost, by the labels of the network: counted, not measured. */
  profile(): Profile;
  /**
   * What a run of so many steps takes, part by part. It is made twice, and measured the second time, on a copy: parameters as they are
   * now, state and sources from the start. The simulation is not touched; functions of nodes and connections are called as by any run.
   * @throws NdlError INVALID_OPTION without `steps`
   */
  profile(options: ProfileOptions): Promise<MeasuredProfile>;
  profile(options?: ProfileOptions): Profile | Promise<MeasuredProfile> {
    refuseSurplus('profile', arguments, 1);
    const composition = this.#composition;
    const items = this.#options.minibatchSize ?? 1;
    if (options !== undefined)
      return this.#calls.withOptions('profile', options, (checked) =>
        profiledRun(composition, this.#parts, checked, items),
      );
    return profileOf(composition.compiled.forwardProgram('run', heldByDefault(composition.graph)).program);
  }

  /**
   * What a training takes, part by part, with the arguments of `train`. One epoch is made first, and not measured. It is done on a
   * copy: neither parameters nor what optimizers remember move.
   */
  async profileTraining(inputs: Inputs, options: TrainOptions): Promise<MeasuredProfile> {
    refuseSurplus('profileTraining', arguments, 2);
    return this.#calls.withOptions('profileTraining', options, (checked) =>
      profiledTraining(this.#composition, this.#parts, inputs, checked),
    );
  }

  /** What the simulation runs on, and why. */
  get backend(): BackendReport {
    const { choice, backend } = this.#composition;
    return { name: choice.name, description: backend.description, reason: choice.reason };
  }

  /**
   * Seconds that each stage of `create` took: `build`, from the network to the operator graph; `compile`, from there to the program; `load`,
   * until the backend can run it.
   */
  get buildSeconds(): Composition['seconds'] {
    return this.#composition.seconds;
  }

  /** Simulates `seconds`, rounded to whole steps (halves to even, as Nengo does). @throws NdlError INVALID_OPTION. */
  async run(seconds: number, options: RunOptions = {}): Promise<void> {
    refuseSurplus('run', arguments, 2);
    const steps = stepsIn(seconds, this.dt);
    const what = `run(${seconds}) simulates no step: it is less than half of dt, ${this.dt} s.`;
    await this.#simulate('run', steps, options, what);
  }

  /** Simulates so many steps. An abort rejects with `signal.reason` and keeps the steps done. */
  async runSteps(steps: number, options: RunOptions = {}): Promise<void> {
    refuseSurplus('runSteps', arguments, 2);
    requireSteps('runSteps', steps);
    await this.#simulate('runSteps', steps, options, 'runSteps(0) simulates no step.');
  }

  /** Simulates one step. */
  async step(options: RunOptions = {}): Promise<void> {
    refuseSurplus('step', arguments, 1);
    await this.#simulate('step', 1, options, '');
  }

  async #simulate(call: 'run' | 'runSteps' | 'step', steps: number, options: RunOptions, what: string): Promise<void> {
    await this.#calls.withOptions(call, options, (checked) => {
      if (steps === 0) this.#options.onWarning(what);
      return this.#parts.runner.run(call, steps, checked);
    });
  }

  /**
   * Simulates in pieces of `every` steps, handing each on as it is done; `data` does not grow. Endless without `steps`. Input comes
   * from the nodes, which are asked at each step. Pieces stay valid. The stream ends when the simulator is disposed of meanwhile; where
   * a step fails, or the stream is aborted, the steps of the piece that were done are handed on before it throws.
   */
  stream(options: StreamOptions = {}): AsyncGenerator<StreamedSteps> {
    refuseSurplus('stream', arguments, 1);
    this.#calls.requireLive('stream');
    const checked = checkedOptions('stream', options);
    if (checked.steps === 0) this.#options.onWarning('stream({ steps: 0 }) simulates no step.');
    const hasItems = this.#options.minibatchSize !== undefined;
    return streamed({ ...this.#parts, calls: this.#calls, hasItems, clock: this }, checked);
  }

  /** Minimizes losses by gradient descent. @returns losses and metrics of each epoch. */
  async train(inputs: Inputs, options: TrainOptions): Promise<History> {
    refuseSurplus('train', arguments, 2);
    const { learner, parameters } = this.#parts;
    return this.#calls.withOptions('train', options, async (checked) => {
      try {
        return await learner.train(inputs, checked);
      } finally {
        if (this.#calls.endedAt === undefined) await parameters.refresh();
      }
    });
  }

  /** Losses and metrics on a data set, with neurons as they are (`spiking`) or as training runs them (`rate`). */
  async evaluate(inputs: Inputs, options: EvaluateOptions): Promise<Reports> {
    refuseSurplus('evaluate', arguments, 2);
    return this.#calls.withOptions('evaluate', options, (checked) => this.#parts.learner.evaluate(inputs, checked));
  }

  /**
   * What probes record for a data set: [items, samples, size] each. Without data - an empty Map - and with the option `steps` it is
   * what they record of one item, of the nodes' own output.
   */
  async predict(inputs: Inputs, options: PredictOptions = {}): Promise<ReadonlyMap<Probe, NdArray>> {
    refuseSurplus('predict', arguments, 2);
    return this.#calls.withOptions('predict', options, (checked) => this.#parts.predictor.predict(inputs, checked));
  }

  /**
   * Derivatives of the loss by all that `train` would move, as it is now, by object; nothing is moved. All items are one minibatch, from step 0. With
   * `truncation` they are summed over its blocks. @throws NdlError NOTHING_TRAINABLE, LOSS_NOT_FINITE, TOO_LARGE for more items than there is memory for.
   */
  async gradients(inputs: Inputs, options: GradientOptions): Promise<LossGradients> {
    refuseSurplus('gradients', arguments, 2);
    const context = { composition: this.#composition, ...this.#parts };
    return this.#calls.withOptions('gradients', options, (checked) => lossGradients(context, inputs, checked));
  }

  /**
   * Compares the backend's gradients with the IR's own differentiation and with differences of the loss, on a backend that has
   * float64. @throws NdlError GRADIENTS_DIFFER naming the worst parameter, GRADIENTS_UNDECIDED, LOSS_NOT_FINITE.
   */
  async checkGradients(options: GradientCheckOptions = {}): Promise<GradientReport> {
    refuseSurplus('checkGradients', arguments, 1);
    return this.#calls.withOptions('checkGradients', options, (checked) =>
      checkGradients(this.#composition, this.#parts, checked),
    );
  }

  /** All parameters as the bytes of a self-describing .npz archive. */
  encodeParameters(): Uint8Array {
    refuseSurplus('encodeParameters', arguments, 0);
    this.#calls.requireLive('encodeParameters');
    const { built, parameters } = this.#parts;
    return encodeParameters(built.graph, parameters, built.seed);
  }

  /**
   * Takes parameters from such bytes, all or nothing.
   * @throws NdlError INVALID_OPTION for what holds no bytes, PARAMETERS_INVALID, PARAMETERS_MISMATCH.
   */
  async decodeParameters(bytes: ParameterBytes): Promise<void> {
    refuseSurplus('decodeParameters', arguments, 1);
    const { built, parameters } = this.#parts;
    const { onWarning } = this.#options;
    await this.#calls.exclusively('decodeParameters', async () => {
      await decodeParameters(bytes, this.#composition, { seed: built.seed, onWarning });
      await parameters.refresh();
    });
  }

  /**
   * What runs carry - the steps taken, all state by signal, where processes and functions that keep state stand -, as the bytes of
   * a self-describing .npz archive. Parameters are not in it: `encodeParameters` has them. A simulator of the same network goes on
   * from it, under any planner, sorter, simplification and backend, and with any dtype.
   * @throws NdlError NOT_FINITE where something has diverged, naming it: what learning rules have learnt first; STATE_NOT_PLAIN for
   * what the process of a plugin saves and JSON cannot hold, DEFINITION_FAILED for what it throws.
   */
  async saveState(): Promise<Uint8Array> {
    refuseSurplus('saveState', arguments, 0);
    return this.#calls.exclusively('saveState', () => saveState(this.#carried));
  }

  /**
   * Goes on from such bytes, all or nothing; what probes have recorded stays. The process of an input node that saves nothing is
   * stepped again from its start; that of a node with input begins anew.
   * @throws NdlError INVALID_OPTION for what holds no bytes, STATE_INVALID, NOT_FINITE for a state that had diverged, STATE_MISMATCH naming each signal that only one side
   * has, and that something reads, each function and process that only one side has, and another seed where a process without one
   * of its own follows it; DEFINITION_FAILED for what a process throws.
   */
  async restoreState(bytes: ParameterBytes): Promise<void> {
    refuseSurplus('restoreState', arguments, 1);
    const copied = checkedBytes('restoreState', bytes);
    await this.#calls.exclusively('restoreState', () => restoreState(copied, this.#carried));
  }

  /**
   * What learning rules have made of the weights of a connection, or of the scaled encoders of an ensemble, in the runs so far:
   * [rows, columns], or [items, rows, columns] where the simulator has a minibatch size. `sim.data` has what they began as.
   * @throws NdlError NOTHING_LEARNT for what no rule changes; INVALID_OPTION, FOREIGN_OBJECT for what is no part of the network
   */
  async readLearnt(object: Connection | Ensemble): Promise<NdArray> {
    refuseSurplus('readLearnt', arguments, 1);
    return this.#calls.exclusively('readLearnt', async () => {
      const learnt = await this.#onlineLearning.read(object, this.#parts.built);
      return this.#options.minibatchSize === undefined ? learnt.row(0) : learnt;
    });
  }

  /**
   * Makes what learning rules have learnt, of one item, the parameters: what the next reset begins with, what `sim.data` and
   * `encodeParameters` give, and what `freezeParameters` writes back. Runs go on as they are. All or nothing.
   * @throws NdlError NOTHING_LEARNT for networks without rules, INVALID_OPTION, NOT_FINITE
   */
  async keepLearnt(options: KeepLearntOptions = {}): Promise<void> {
    refuseSurplus('keepLearnt', arguments, 1);
    await this.#calls.exclusively('keepLearnt', async () => {
      await this.#onlineLearning.keep(checkedOptions('keepLearnt', options));
      await this.#parts.parameters.refresh();
    });
  }

  /**
   * Writes the learnt values back to the network, so that a fresh Simulator of it gives the same numbers. All or nothing.
   * @throws NdlError NETWORK_CHANGED where something that they go with - the radius of an ensemble, its kind of neurons, the
   * function of a connection - was changed after this simulator was created; freeze first, and change it then.
   * FOREIGN_OBJECT for another network.
   */
  freezeParameters(network: Network = this.network): void {
    refuseSurplus('freezeParameters', arguments, 1);
    this.#calls.requireLive('freezeParameters');
    requireOwnNetwork('freezeParameters', network, this.network);
    freezeParameters(this.#parts.built, this.#parts.arrays, this.#seen);
  }

  /** Back to step 0, the initial state and empty probes; parameters stay as they are. */
  reset(): void {
    refuseSurplus('reset', arguments, 0);
    this.#calls.requireIdle('reset');
    this.#parts.runner.reset();
  }

  /** Forgets recorded samples. */
  clearProbes(): void {
    refuseSurplus('clearProbes', arguments, 0);
    this.#parts.runner.recorder.clear();
  }

  /** Times of the steps taken so far, in seconds: dt, 2·dt, …; only those that a probe of this period samples. */
  trange(options: TimeRangeOptions = {}): Float64Array {
    refuseSurplus('trange', arguments, 1);
    return sampleTimes(this.nSteps, this.dt, checkedOptions('trange', options));
  }

  /**
   * What the neurons of an ensemble do at constant currents, parameters as they are now: firing rates in Hz, or the outputs of neurons
   * that do not spike. Of neurons that adapt, before they do. The current of a neuron is its row of `scaledEncoders` · x + its bias.
   * @param currents of any shape, finite @returns of that shape
   * @throws NdlError FOREIGN_OBJECT, INVALID_OPTION, NO_NEURONS for an ensemble of type direct().
   */
  rates(ensemble: Ensemble, currents: ArrayLikeInput): NdArray<Float64Array> {
    refuseSurplus('rates', arguments, 2);
    return steadyRates(ensemble, currents, this.#parts, this.#composition.definitions);
  }

  /** Frees the backend's memory. Recorded data stay readable. A call that is still running rejects, and a stream ends. */
  async dispose(): Promise<void> {
    refuseSurplus('dispose', arguments, 0);
    if (this.#calls.endedAt !== undefined) return;
    this.#calls.end(this.nSteps);
    await disposeOf(this.#composition);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.dispose();
  }

  get #onlineLearning(): OnlineLearning {
    return new OnlineLearning(this.#composition, this.#options.minibatchSize ?? 1);
  }

  get #carried(): CarriedState {
    return {
      composition: this.#composition,
      items: this.#options.minibatchSize ?? 1,
      sources: this.#parts.runner.sources,
    };
  }

  get #inspected(): Inspection {
    return (this.#inspection ??= inspect(this.#parts.built, this.#composition.compiled));
  }
}
