/** @file `Executable` on tfjs: one network's programs over one set of parameters and one carried state. */
import {
  checkCount,
  type Executable,
  ExecutableCalls,
  executableErrors,
  type ExecutableState,
  type ProgramSource,
  type RunRequest,
  type TrainRequest,
} from '@ndl/core';
import type { NdArray } from '@ndl/numerics';
import type { Engine } from './engine.ts';
import { checkFeed, heldNames } from './feeds.ts';
import type { Frame } from './frame.ts';
import type { LoweredProgram } from './lowered-program.ts';
import { ProgramCache } from './program-cache.ts';
import { runProgram } from './program-run.ts';
import { RunState, TensorStore } from './stored-tensors.ts';
import { readSymbol, writeSymbol, type SymbolPlace } from './symbols.ts';
import { TrainingRun, type TrainingGoal, type TrainingResult } from './training-run.ts';

export class TfjsExecutable implements Executable {
  readonly #engine: Engine;
  readonly #programs: ProgramCache;
  readonly #parameters: TensorStore;
  /** What runs carry; absent before anything happened. */
  #state: RunState | undefined;
  /** The program whose symbols `read` and `write` know, and its values: those of the last carried run. */
  #current: { readonly lowered: LoweredProgram; readonly frame: Frame } | undefined;
  readonly #calls = new ExecutableCalls();

  constructor(engine: Engine, source: ProgramSource) {
    this.#engine = engine;
    this.#programs = new ProgramCache(engine.tf, source);
    this.#parameters = new TensorStore(engine.tf, engine.arithmetic, 1);
  }

  get step(): number {
    return this.#state?.step ?? 0;
  }

  run(request: RunRequest): Promise<void> {
    return this.#calls.inTurn('run', () => this.#run(request));
  }

  gradients(request: TrainRequest): Promise<TrainingResult> {
    return this.#calls.inTurn('gradients', () => this.#train(request, 'gradients', 'training'));
  }

  trainStep(request: TrainRequest): Promise<Readonly<Record<string, number>>> {
    return this.#calls.inTurn('trainStep', async () => (await this.#train(request, 'update', 'training')).reports);
  }

  evaluate(request: TrainRequest, neurons: 'training' | 'run'): Promise<Readonly<Record<string, number>>> {
    return this.#calls.inTurn('evaluate', async () => (await this.#train(request, 'evaluate', neurons)).reports);
  }

  read(symbol: string): Promise<NdArray> {
    return this.#calls.inTurn('read', () => readSymbol(symbol, this.#symbols()));
  }

  write(symbol: string, data: NdArray): Promise<void> {
    return this.#calls.inTurn('write', () =>
      writeSymbol(symbol, data, this.#symbols(), (items) => this.#stateFor(items)),
    );
  }

  save(): Promise<ExecutableState> {
    return this.#calls.inTurn('save', async () => {
      const { lowered } = this.#symbols();
      if (this.#state === undefined) return { step: 0, items: 1, buffers: new Map(), hosts: new Map() };
      return this.#state.save(lowered.buffers, this.#engine);
    });
  }

  restore(saved: ExecutableState): Promise<void> {
    return this.#calls.inTurn('restore', async () => {
      const { buffers, hosts } = this.#symbols().lowered.program;
      this.#engine.within(() => {
        const state = this.#newState(saved.items);
        try {
          state.restore(saved, buffers, hosts);
        } catch (error) {
          state.reset();
          throw error;
        }
        this.#replaceState(state);
      });
    });
  }

  reset(): void {
    this.#calls.atOnce('reset');
    this.#engine.within(() => this.#state?.reset());
  }

  resetOptimizer(): void {
    this.#calls.atOnce('resetOptimizer');
    this.#engine.within(() => this.#parameters.reset('optimizer'));
  }

  /** A run under way rejects at its next step; its tensors are given back then. */
  dispose(): void {
    this.#calls.dispose(() => this.#giveBack());
  }

  #giveBack(): void {
    this.#engine.within(() => {
      this.#replaceState(undefined);
      this.#programs.dispose();
      this.#parameters.reset();
    });
  }

  async #run(request: RunRequest): Promise<void> {
    const { items, steps, feed, signal, state: which } = request;
    checkCount('items', items, 1);
    checkCount('steps', steps, 0);
    const interruption = this.#calls.interruption('run', signal);
    const lowered = this.#programFor(request);
    checkFeed('input', lowered.program.inputs, feed, lowered.segments, items, steps);
    const isCarried = which === 'carried';
    const state = isCarried ? this.#stateFor(items) : this.#newState(items);
    if (isCarried) this.#forgetCurrent();
    try {
      if (steps === 0) return;
      const scalars = new Map(lowered.program.scalars.map(({ name, initial }) => [name, initial]));
      const place = { engine: this.#engine, lowered, parameters: this.#parameters, state, steps, scalars };
      const { frame, error } = await runProgram(place, request, interruption);
      if (isCarried && request.program === 'run') this.#current = { lowered, frame };
      else this.#engine.within(() => frame.dispose());
      if (error !== undefined) throw error.reason;
    } finally {
      if (!isCarried) this.#engine.within(() => state.reset());
    }
  }

  #programFor({ program, feed }: RunRequest): LoweredProgram {
    const held = heldNames(feed);
    if (program === 'run') return this.#programs.run(held);
    return this.#programs.training({ objective: '', held, heldTargets: new Set(), neurons: 'training' }, 'run');
  }

  async #train(request: TrainRequest, goal: TrainingGoal, neurons: 'training' | 'run'): Promise<TrainingResult> {
    const { items, steps, truncation, feed, targets, objective, signal } = request;
    checkCount('items', items, 1);
    checkCount('steps', steps, 1);
    if (truncation !== undefined) checkCount('steps per block (truncation)', truncation, 1);
    const call = goal === 'update' ? 'trainStep' : goal;
    const interruption = this.#calls.interruption(call, signal);
    const held = heldNames(feed);
    const lowered = this.#programs.training({ objective, held, heldTargets: heldNames(targets), neurons }, call);
    return new TrainingRun(this.#engine, lowered, this.#parameters, request, interruption).run(goal);
  }

  /** The carried state. @throws NdlError STATE_ITEMS_MISMATCH */
  #stateFor(items: number): RunState {
    if (this.#state?.items === items) return this.#state;
    if (this.#state !== undefined && !this.#state.isInitial)
      throw executableErrors.stateItemsMismatch(items, this.#state.items);
    const state = this.#newState(items);
    this.#replaceState(state);
    return state;
  }

  #newState(items: number): RunState {
    return new RunState(this.#engine.tf, this.#engine.arithmetic, items);
  }

  #replaceState(state: RunState | undefined): void {
    this.#engine.within(() => this.#state?.reset());
    this.#state = state;
    this.#forgetCurrent();
  }

  #forgetCurrent(): void {
    this.#engine.within(() => this.#current?.frame.dispose());
    this.#current = undefined;
  }

  #symbols(): SymbolPlace {
    const lowered = this.#current?.lowered ?? this.#programs.run(new Set());
    return {
      engine: this.#engine,
      lowered,
      frame: this.#current?.frame,
      state: this.#state,
      parameters: this.#parameters,
    };
  }
}
