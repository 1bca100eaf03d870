/** @file `Executable` on tfjs: programs over one set of parameters and one carried state. */
import { checkFeed, inTurns, isInitialState, JobList, refuseMismatch, type Job } from '@ndl/backend-kit';
import {
  checkCount,
  ExecutableCalls,
  executableErrors,
  type Executable,
  type ExecutableState,
  type GradientResult,
  type Interruption,
  type Reports,
  type RunRequest,
  type TrainRequest,
  hasLiveSource,
} from '@ndl/core';
import type { Buffer, Program, Tables, Training, TrainingGoal } from '@ndl/ir';
import type { NdArray } from '@ndl/numerics';
import type { Engine } from '../engines/engine.ts';
import { programUnsupported } from '../errors.ts';
import { LoweredProgram } from '../lowering/lowered-program.ts';
import { runProgram } from './program-run.ts';
import { RunState } from './run-state.ts';
import { restoreState, saveState } from './saved-state.ts';
import type { Storage } from './stored-values.ts';
import { readSymbol, writeSymbol } from './symbols.ts';
import { TensorStore } from './tensor-store.ts';
import { TrainingRun } from './training-run.ts';
import { whyUnsupported } from '../lowering/unsupported.ts';

export class TfjsExecutable implements Executable {
  readonly #engine: Engine;
  readonly #jobs = new JobList();
  /** Of jobs that were run. */
  readonly #lowered = new Map<Job, LoweredProgram>();
  readonly #parameters: TensorStore;
  /** What runs carry. */
  #state: RunState;
  readonly #calls = new ExecutableCalls();

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#parameters = new TensorStore(engine.tf);
    this.#state = this.#newState(1);
  }

  get step(): number {
    return this.#state.step;
  }

  /** @throws NdlError IR_INVALID, PROGRAM_DUPLICATE, TFJS_PROGRAM_UNSUPPORTED */
  add(name: string, job: Program | Training, tables: Tables): Promise<void> {
    return this.#calls.inTurn('add', async () => {
      const interruption = this.#calls.interruption('add', undefined);
      await inTurns(this.#jobs.add(name, job, tables), () => interruption.point());
      const reason = 'forward' in job ? whyUnsupported(job.forward, job) : whyUnsupported(job);
      if (reason === undefined) return;
      this.#jobs.remove(name);
      throw programUnsupported(name, reason);
    });
  }

  has(name: string): boolean {
    return this.#jobs.has(name);
  }

  /** Calls under way are not disturbed. */
  remove(name: string): void {
    const gone = [...this.#lowered.keys()].filter((job) => job.name === name);
    this.#jobs.remove(name);
    this.#calls.inTurn('remove', async () => gone.forEach((job) => this.#forget(job))).catch(() => {});
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
    return this.#calls.inTurn('read', () => readSymbol(this.#jobs.symbols.get(symbol), this.#storage(this.#state)));
  }

  write(symbol: string, data: NdArray): Promise<void> {
    return this.#calls.inTurn('write', () => {
      const named = this.#jobs.symbols.get(symbol);
      const keep = named.buffer.steps === 'one' ? 1 : this.#jobs.keepOf(named.buffer);
      return writeSymbol(named, data, keep, (items) => this.#stateFor(items), this.#storage(this.#state));
    });
  }

  save(): Promise<ExecutableState> {
    return this.#calls.inTurn('save', () => saveState(this.#jobs, this.#storage(this.#state)));
  }

  restore(saved: ExecutableState): Promise<void> {
    return this.#calls.inTurn('restore', async () => {
      checkCount('items', saved.items, 1);
      if (isInitialState(saved)) {
        this.#replaceState(this.#newState(saved.items));
        return;
      }
      refuseMismatch(saved, this.#jobs, this.#jobs);
      this.#jobs.settle();
      const state = this.#newState(saved.items);
      try {
        await restoreState(saved, this.#jobs, this.#storage(state));
      } catch (error) {
        this.#engine.within(() => state.reset());
        throw error;
      }
      this.#replaceState(state);
    });
  }

  reset(): void {
    this.#calls.atOnce('reset');
    this.#engine.within(() => this.#state.reset());
  }

  resetOptimizer(): void {
    this.#calls.atOnce('resetOptimizer');
    this.#beginOptimizer(new Map());
  }

  saveOptimizer(): Promise<ReadonlyMap<string, NdArray>> {
    return this.#calls.inTurn('saveOptimizer', () =>
      this.#parameters.saved(isOfOptimizer, (tensors) => this.#engine.fetch(tensors)),
    );
  }

  restoreOptimizer(memory: ReadonlyMap<string, NdArray>): Promise<void> {
    return this.#calls.inTurn('restoreOptimizer', async () => this.#beginOptimizer(memory));
  }

  #beginOptimizer(memory: ReadonlyMap<string, NdArray>): void {
    this.#engine.within(() => this.#parameters.reset(isOfOptimizer));
    this.#parameters.beginWith(memory);
  }

  /** A run under way rejects at its next turn; its tensors are given back then. */
  dispose(): void {
    this.#calls.dispose(() => this.#giveBack());
  }

  #giveBack(): void {
    this.#engine.within(() => {
      this.#state.reset();
      for (const lowered of this.#lowered.values()) lowered.dispose();
      this.#lowered.clear();
      this.#parameters.reset();
    });
  }

  async #run(request: RunRequest): Promise<void> {
    const { items, steps, feed, signal, outputs } = request;
    checkCount('items', items, 1);
    checkCount('steps', steps, 0);
    const interruption = this.#calls.interruption('run', signal, hasLiveSource(request.feed));
    const job = this.#jobs.get(request.program, 'program');
    const { program, buffers } = job;
    checkFeed(feed, { kind: 'input', declared: program.inputs, buffers, items, steps });
    const names = program.outputs.map(({ name }) => name);
    const known = new Set(names);
    for (const name of outputs ?? []) if (!known.has(name)) throw executableErrors.outputUnknown(name, names);
    const isCarriedRun = request.state === 'carried';
    const state = isCarriedRun ? this.#stateFor(items) : this.#newState(items);
    if (steps === 0) return;
    const lowered = await this.#loweredOf(job, interruption);
    const scalars = new Map(program.scalars.map(({ name, initial }) => [name, initial]));
    const place = { ...this.#storage(state), lowered, steps, scalars };
    try {
      await runProgram(place, request, interruption);
    } finally {
      this.#engine.within(() => {
        if (!isCarriedRun) state.reset();
        if (lowered.learnt.length > 0) this.#state.followParameters();
      });
    }
  }

  async #train(request: TrainRequest, goal: TrainingGoal): Promise<GradientResult> {
    const { items, steps, truncation, signal } = request;
    checkCount('items', items, 1);
    checkCount('steps', steps, 1);
    if (truncation !== undefined) checkCount('steps per window (truncation)', truncation, 1);
    const interruption = this.#calls.interruption(goal === 'update' ? 'trainStep' : goal, signal);
    const job = this.#jobs.get(request.training, 'training');
    const lowered = await this.#loweredOf(job, interruption);
    const training = new TrainingRun(this.#engine, lowered, this.#parameters, request, interruption);
    try {
      return await training.run(goal);
    } finally {
      if (goal === 'update') this.#engine.within(() => this.#state.followParameters());
    }
  }

  /** What is kept of steps before follows what all programs ask for. */
  async #loweredOf(job: Job, interruption: Interruption): Promise<LoweredProgram> {
    const keepOf = (buffer: Buffer): number => this.#jobs.keepOf(buffer);
    const known = this.#lowered.get(job);
    if (known?.keeps(keepOf) === true) return known;
    this.#forget(job);
    const pieces = LoweredProgram.inPieces(this.#engine.tf, job, keepOf);
    const made = await inTurns(pieces, () => interruption.point());
    this.#lowered.set(job, made);
    return made;
  }

  #forget(job: Job): void {
    this.#engine.within(() => this.#lowered.get(job)?.dispose());
    this.#lowered.delete(job);
  }

  /** The carried state, of a number of items. @throws NdlError STATE_ITEMS_MISMATCH */
  #stateFor(items: number): RunState {
    if (!this.#state.isInitial) {
      if (this.#state.items !== items) throw executableErrors.stateItemsMismatch(items, this.#state.items);
      return this.#state;
    }
    this.#jobs.settle();
    if (this.#state.items !== items) this.#replaceState(this.#newState(items));
    return this.#state;
  }

  #newState(items: number): RunState {
    return new RunState(this.#engine.tf, items);
  }

  #replaceState(state: RunState): void {
    this.#engine.within(() => this.#state.reset());
    this.#state = state;
  }

  #storage(state: RunState): Storage {
    return { engine: this.#engine, parameters: this.#parameters, state };
  }
}

function isOfOptimizer({ role }: Buffer): boolean {
  return role === 'optimizer';
}
