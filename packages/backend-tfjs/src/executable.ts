/** @file `Executable` on tfjs: programs over one set of parameters and one carried state. */
import {
  checkCount,
  ExecutableCalls,
  executableErrors,
  type Executable,
  type ExecutableState,
  type GradientResult,
  type Reports,
  type RunRequest,
  type TrainRequest,
} from '@ndl/core';
import type { Program, Tables, Training } from '@ndl/ir';
import type { NdArray } from '@ndl/numerics';
import { checkFeed } from './check-feed.ts';
import type { Engine } from './engine.ts';
import type { Frame } from './frame.ts';
import type { LoweredProgram } from './lowered-program.ts';
import { runProgram } from './program-run.ts';
import { Programs, type SymbolPlace } from './programs.ts';
import { RunState } from './run-state.ts';
import { restoreState, saveState } from './saved-state.ts';
import { isWritable, readSymbol, writeSymbol, type SymbolContents } from './symbols.ts';
import { TensorStore } from './tensor-store.ts';
import { TrainingRun, type TrainingGoal } from './training-run.ts';

export class TfjsExecutable implements Executable {
  readonly #engine: Engine;
  readonly #programs: Programs;
  readonly #parameters: TensorStore;
  /** What runs carry. */
  #state: RunState;
  /** The program of the last carried run, and what it left. */
  #current: { readonly lowered: LoweredProgram; readonly frame: Frame } | undefined;
  readonly #calls = new ExecutableCalls();

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#programs = new Programs(engine.tf);
    this.#parameters = new TensorStore(engine.tf, engine.arithmetic, 1);
    this.#state = this.#newState(1);
  }

  get step(): number {
    return this.#state.step;
  }

  // At once: a run under way may be waiting for whoever adds.
  async add(name: string, job: Program | Training, tables: Tables): Promise<void> {
    this.#calls.interruption('add', undefined);
    this.#programs.add(name, job, tables);
  }

  has(name: string): boolean {
    return this.#programs.has(name);
  }

  /** A run of it that is under way goes on to its end. */
  remove(name: string): void {
    const removed = this.#programs.remove(name);
    if (removed === undefined) return;
    const giveBack = (): void => {
      if (this.#current?.lowered === removed) this.#forgetCurrent();
      this.#engine.within(() => removed.dispose());
    };
    this.#calls.inTurn('remove', async () => giveBack()).catch(giveBack);
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
    return this.#calls.inTurn('read', () => {
      const place = this.#symbol(symbol);
      return readSymbol(place, this.#contentsFor(place));
    });
  }

  write(symbol: string, data: NdArray): Promise<void> {
    return this.#calls.inTurn('write', async () => {
      const place = this.#symbol(symbol);
      const { buffer, lowered, view } = place;
      if (!isWritable(place)) throw executableErrors.symbolNotWritable(symbol, buffer.role);
      const isState = buffer.role === 'state';
      if (isState && data.shape.length === view.shape.length + 1) this.#stateFor(data.shape[0]!);
      await writeSymbol(place, data, { ...this.#contentsFor(place), lowered });
      if (isState) this.#state.isInitial = false;
      else this.#parametersChanged();
    });
  }

  save(): Promise<ExecutableState> {
    return this.#calls.inTurn('save', () => saveState(this.#state, this.#owner()));
  }

  restore(saved: ExecutableState): Promise<void> {
    return this.#calls.inTurn('restore', async () => {
      const state = this.#newState(saved.items);
      try {
        await restoreState(saved, state, this.#owner());
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
    this.#engine.within(() => this.#parameters.reset('optimizer'));
  }

  /** A run under way rejects at its next turn; its tensors are given back then. */
  dispose(): void {
    this.#calls.dispose(() => this.#giveBack());
  }

  #giveBack(): void {
    this.#engine.within(() => {
      this.#replaceState(this.#newState(1));
      this.#programs.dispose();
      this.#parameters.reset();
    });
  }

  async #run(request: RunRequest): Promise<void> {
    const { items, steps, feed, signal, outputs } = request;
    checkCount('items', items, 1);
    checkCount('steps', steps, 0);
    const interruption = this.#calls.interruption('run', signal);
    const lowered = this.#programs.get(request.program, 'program');
    const names = lowered.outputs.map(({ name }) => name);
    for (const name of outputs ?? []) if (!names.includes(name)) throw executableErrors.outputUnknown(name, names);
    checkFeed('input', lowered.program.inputs, feed, lowered.segments, items, steps);
    const isCarried = request.state === 'carried';
    const state = isCarried ? this.#stateFor(items) : this.#newState(items);
    if (isCarried) this.#forgetCurrent();
    try {
      if (steps === 0) return;
      const scalars = new Map(lowered.program.scalars.map(({ name, initial }) => [name, initial]));
      const place = { engine: this.#engine, lowered, parameters: this.#parameters, state, steps, scalars };
      const { frame, error } = await runProgram(place, request, interruption);
      if (isCarried) this.#current = { lowered, frame };
      else this.#engine.within(() => frame.dispose());
      if (lowered.learnt.length > 0) this.#parametersChanged();
      if (error !== undefined) throw error.reason;
    } finally {
      if (!isCarried) this.#engine.within(() => state.reset());
    }
  }

  async #train(request: TrainRequest, goal: TrainingGoal): Promise<GradientResult> {
    const { items, steps, truncation, signal } = request;
    checkCount('items', items, 1);
    checkCount('steps', steps, 1);
    if (truncation !== undefined) checkCount('steps per window (truncation)', truncation, 1);
    const interruption = this.#calls.interruption(goal === 'update' ? 'trainStep' : goal, signal);
    const lowered = this.#programs.get(request.training, 'training');
    const training = new TrainingRun(this.#engine, lowered, this.#parameters, request, interruption);
    try {
      return await training.run(goal);
    } finally {
      if (goal === 'update') this.#parametersChanged();
    }
  }

  /** State in which nothing has happened follows the parameters that it begins as. */
  #parametersChanged(): void {
    if (this.#state.isInitial) this.#engine.within(() => this.#state.reset());
  }

  /** The carried state, of a number of items. @throws NdlError STATE_ITEMS_MISMATCH */
  #stateFor(items: number): RunState {
    if (this.#state.items === items) return this.#state;
    if (!this.#state.isInitial) throw executableErrors.stateItemsMismatch(items, this.#state.items);
    this.#replaceState(this.#newState(items));
    return this.#state;
  }

  #newState(items: number): RunState {
    return new RunState(this.#engine.tf, this.#engine.arithmetic, items);
  }

  #replaceState(state: RunState): void {
    this.#engine.within(() => this.#state.reset());
    this.#state = state;
    this.#forgetCurrent();
  }

  #forgetCurrent(): void {
    this.#engine.within(() => this.#current?.frame.dispose());
    this.#current = undefined;
  }

  #symbol(name: string): SymbolPlace {
    return this.#programs.symbol(name, this.#current?.lowered);
  }

  #contentsFor({ lowered }: SymbolPlace): SymbolContents {
    const frame = this.#current?.lowered === lowered ? this.#current.frame : undefined;
    return { engine: this.#engine, parameters: this.#parameters, state: this.#state, frame };
  }

  #owner(): { readonly engine: Engine; readonly programs: Programs; readonly parameters: TensorStore } {
    return { engine: this.#engine, programs: this.#programs, parameters: this.#parameters };
  }
}
