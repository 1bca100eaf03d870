/** @file The executable of every backend of the kit: calls in their order, and what they share. */
import {
  checkCount,
  type Executable,
  ExecutableCalls,
  executableErrors,
  type ExecutableState,
  type GradientResult,
  type Interruption,
  type Reports,
  type RunRequest,
  type TrainRequest,
  hasLiveSource,
} from '@ndl/core';
import type { Program, Tables, Training, TrainingGoal } from '@ndl/ir';
import type { NdArray } from '@ndl/numerics';
import { Bindings } from '../programs/bindings.ts';
import { Delivery } from '../feeds/delivery.ts';
import type { CheckedEngine } from './checked-engine.ts';
import { checkFeed } from '../feeds/feed-checks.ts';
import { Feeder } from '../feeds/feeder.ts';
import { inTurns } from './in-turns.ts';
import { JobList } from './job-list.ts';
import { allocate, ParameterStore } from '../memory/parameter-store.ts';
import { RunState } from '../memory/run-state.ts';
import { initialState, isInitialState, refuseMismatch, restoreState, saveState } from '../memory/saved-state.ts';
import { type MemoryAccess, readSymbol, writeSymbol } from '../memory/symbol-access.ts';
import { runTraining, type TrainingResult, windowStepsOf } from '../programs/training-run.ts';
import { FreshStates } from '../memory/fresh-states.ts';
import type { Timings } from '../timings/timings.ts';
import { finish, type Waiting } from './waiting.ts';
import { runWindow } from '../programs/window-run.ts';

const NO_OUTPUTS: ReadonlySet<string> = new Set();

/** Calls on programs that are bound to memory. With `timings`, these are told what parts take. */
export class KitExecutable<Store> implements Executable {
  readonly #engine: CheckedEngine<Store>;
  readonly #jobs = new JobList();
  readonly #calls = new ExecutableCalls();
  readonly #bindings: Bindings<Store>;
  readonly #fresh: FreshStates<Store>;
  #parameters: ParameterStore<Store> | undefined;
  /** What runs carry; absent before anything happened. */
  #state: RunState<Store> | undefined;

  constructor(engine: CheckedEngine<Store>, timings?: Timings) {
    this.#engine = engine;
    this.#bindings = new Bindings(engine, timings);
    this.#fresh = new FreshStates((state) => this.#drop(state));
  }

  get step(): number {
    return this.#state?.step ?? 0;
  }

  add(name: string, job: Program | Training, tables: Tables): Promise<void> {
    return this.#calls.inTurn('add', () => {
      const interruption = this.#calls.interruption('add', undefined);
      return inTurns(this.#jobs.add(name, job, tables), () => interruption.point());
    });
  }

  has(name: string): boolean {
    return this.#jobs.has(name);
  }

  /** Calls under way are not disturbed. */
  remove(name: string): void {
    const gone = this.#jobs.remove(name);
    this.#calls.inTurn('remove', async () => this.#bindings.drop(gone?.forgetRunnable() ?? [])).catch(() => {});
  }

  run(request: RunRequest): Promise<void> {
    return this.#calls.inTurn('run', () => this.#run(request));
  }

  gradients(request: TrainRequest): Promise<GradientResult> {
    return this.#calls.inTurn('gradients', () => this.#train(request, 'gradients'));
  }

  trainStep(request: TrainRequest): Promise<Reports> {
    return this.#calls.inTurn('trainStep', async () => (await this.#train(request, 'update')).reports);
  }

  evaluate(request: TrainRequest): Promise<Reports> {
    return this.#calls.inTurn('evaluate', async () => (await this.#train(request, 'evaluate')).reports);
  }

  read(symbol: string): Promise<NdArray> {
    return this.#calls.inTurn('read', () =>
      finish(readSymbol(this.#jobs.symbols.get(symbol), this.#stateFor(this.#state?.items ?? 1), this.#access('read'))),
    );
  }

  write(symbol: string, data: NdArray): Promise<void> {
    return this.#calls.inTurn('write', () => {
      const stateFor = (items: number): RunState<Store> => this.#stateFor(items);
      return finish(writeSymbol(this.#jobs.symbols.get(symbol), data, stateFor, this.#access('write')));
    });
  }

  save(): Promise<ExecutableState> {
    return this.#calls.inTurn('save', async () => {
      if (this.#state === undefined) return initialState(1);
      return finish(saveState(this.#state, this.#jobs, this.#access('save')));
    });
  }

  restore(saved: ExecutableState): Promise<void> {
    return this.#calls.inTurn('restore', async () => {
      checkCount('items', saved.items, 1);
      if (isInitialState(saved)) {
        this.#state?.reset();
        return;
      }
      refuseMismatch(saved, this.#jobs, this.#jobs);
      this.#bindings.drop(this.#jobs.settle());
      const state = this.#makeState(saved.items);
      try {
        await finish(restoreState(state, saved, this.#jobs, this.#access('restore')));
      } catch (error) {
        state.free();
        throw error;
      }
      this.#replaceState(state);
    });
  }

  reset(): void {
    this.#calls.atOnce('reset');
    this.#state?.reset();
  }

  resetOptimizer(): void {
    this.#calls.atOnce('resetOptimizer');
    this.#parameters?.resetOptimizer();
  }

  saveOptimizer(): Promise<ReadonlyMap<string, NdArray>> {
    return this.#calls.inTurn('saveOptimizer', async () => {
      const { parameters, interruption } = this.#access('saveOptimizer');
      return finish(parameters.savedOptimizer(interruption));
    });
  }

  restoreOptimizer(memory: ReadonlyMap<string, NdArray>): Promise<void> {
    return this.#calls.inTurn('restoreOptimizer', async () => this.#parameterStore().restoreOptimizer(memory));
  }

  /** A run under way rejects at its next block. */
  dispose(): void {
    this.#calls.dispose(() => {
      this.#bindings.drop();
      this.#fresh.clear();
      this.#state?.free();
      this.#state = undefined;
      this.#parameters?.free();
      this.#parameters = undefined;
    });
  }

  async #run(request: RunRequest): Promise<void> {
    const { items, steps, feed, signal, sink } = request;
    checkCount('items', items, 1);
    checkCount('steps', steps, 0);
    const interruption = this.#calls.interruption('run', signal, hasLiveSource(feed));
    const job = this.#jobs.get(request.program, 'program');
    const { program, buffers } = job;
    checkFeed(feed, { kind: 'input', declared: program.inputs, buffers, items, steps });
    const names = program.outputs.map(({ name }) => name);
    const outputs = request.outputs ?? new Set(names);
    for (const name of outputs) if (!names.includes(name)) throw executableErrors.outputUnknown(name, names);
    const isCarried = request.state === 'carried';
    const state = isCarried ? this.#stateFor(items) : this.#freshState(items);
    if (steps === 0) return;
    const runnable = await inTurns(this.#jobs.runnable(job, 'run'), () => interruption.point());
    const bound = await this.#bindings.bind(runnable, state, this.#parameterStore(), steps, outputs, interruption);
    const call = { inputs: feed, targets: new Map(), targetDeclarations: [], stepsBefore: state.step };
    const { memory } = this.#engine;
    const feeder = new Feeder(memory, bound, call, interruption);
    const delivery = new Delivery(
      sink,
      program.hosts.some(({ acts }) => acts),
    );
    const context = { memory, feeder, interruption, delivery, rollsBack: isCarried, mayBeShort: true };
    const work = function* (): Waiting {
      try {
        yield* bound.begin(interruption);
        yield* runWindow(bound, steps, context);
      } finally {
        state.generators.rollBack();
        yield* delivery.finish();
      }
    };
    await finish(work());
  }

  async #train(request: TrainRequest, goal: TrainingGoal): Promise<TrainingResult> {
    const { items, steps, truncation, feed, targets, signal } = request;
    checkCount('items', items, 1);
    checkCount('steps', steps, 1);
    if (truncation !== undefined) checkCount('steps per window (truncation)', truncation, 1);
    const interruption = this.#calls.interruption(goal === 'update' ? 'trainStep' : goal, signal);
    const job = this.#jobs.get(request.training, 'training');
    const training = job.training!;
    const { buffers } = job;
    checkFeed(feed, { kind: 'input', declared: training.forward.inputs, buffers, items, steps });
    checkFeed(targets, { kind: 'target', declared: training.targets, buffers, items, steps });
    const runnable = await inTurns(this.#jobs.runnable(job, goal), () => interruption.point());
    const state = this.#freshState(items);
    const windowSteps = windowStepsOf(request);
    const bound = await this.#bindings.bind(
      runnable,
      state,
      this.#parameterStore(),
      windowSteps,
      NO_OUTPUTS,
      interruption,
    );
    return finish(runTraining(bound, training, request, goal, this.#engine.memory, interruption));
  }

  #parameterStore(): ParameterStore<Store> {
    this.#parameters ??= new ParameterStore(this.#engine.memory, this.#jobs.dtype);
    return this.#parameters;
  }

  #makeState(items: number): RunState<Store> {
    return new RunState(this.#engine, this.#jobs.dtype, items, this.#parameterStore());
  }

  #freshState(items: number): RunState<Store> {
    const state = this.#fresh.of(items, () => this.#makeState(items));
    state.reset();
    return state;
  }

  /** The carried state. @throws NdlError STATE_ITEMS_MISMATCH */
  #stateFor(items: number): RunState<Store> {
    const kept = this.#state;
    if (kept?.isInitial === false) {
      if (kept.items !== items) throw executableErrors.stateItemsMismatch(items, kept.items);
      return kept;
    }
    this.#bindings.drop(this.#jobs.settle());
    return kept?.items === items ? kept : this.#replaceState(this.#makeState(items));
  }

  #replaceState(state: RunState<Store>): RunState<Store> {
    if (this.#state !== undefined) this.#drop(this.#state);
    this.#state = state;
    return state;
  }

  /** A state that is not used any more. */
  #drop(state: RunState<Store>): void {
    this.#bindings.drop(state);
    state.free();
  }

  #access(call: string): MemoryAccess<Store> {
    const interruption: Interruption = this.#calls.interruption(call, undefined);
    return {
      memory: this.#engine.memory,
      parameters: this.#parameterStore(),
      interruption,
      allocate: (length) => allocate(this.#jobs.dtype, length),
      keepOf: (buffer) => this.#jobs.keepOf(buffer),
    };
  }
}
