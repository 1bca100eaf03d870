/** @file `Executable` of the reference backend: one network's programs over one set of parameters and one carried state. */
import {
  checkCount,
  type Executable,
  ExecutableCalls,
  executableErrors,
  type ExecutableState,
  type ProgramSource,
  type RunRequest,
  type TrainingProgramRequest,
  type TrainRequest,
} from '@ndl/core';
import type { Program } from '@ndl/ir';
import { sizeOf, type NdArray } from '@ndl/numerics';
import { CompiledPrograms, type CompiledTraining } from './compiled-programs.ts';
import { checkNames, checkSizes, heldNames } from './feed-writer.ts';
import { ParameterStore } from './parameter-store.ts';
import { ProgramRun } from './program-run.ts';
import { Recent } from './recent.ts';
import { RunState } from './run-state.ts';
import { readSymbol, writeSymbol } from './symbols.ts';
import type { TrainingGoal } from './training-block.ts';
import { TrainingRun, type TrainingResult } from './training-run.ts';
import { Workspace } from './workspace.ts';

/** Bound programs kept: a few sets of held inputs or numbers of items. */
const REMEMBERED_RUNS = 4;
/** Likewise of training: training and validation, with spikes and without. */
const REMEMBERED_TRAININGS = 8;

export class ReferenceExecutable implements Executable {
  readonly #programs: CompiledPrograms;
  readonly #parameters = new ParameterStore();
  readonly #runs = new Recent<RunState, ProgramRun>(REMEMBERED_RUNS);
  readonly #freshStates = new Recent<Program, RunState>(REMEMBERED_RUNS);
  readonly #trainings = new Recent<CompiledTraining, TrainingRun>(REMEMBERED_TRAININGS);
  readonly #programNumbers = new Map<Program, number>();
  /** What runs carry; absent before anything happened. */
  #state: RunState | undefined;
  /** The program that `read` and `write` know symbols of: the last one that a carried run used. */
  #current: { readonly program: Program; readonly workspace: Workspace } | undefined;
  readonly #calls = new ExecutableCalls();

  constructor(source: ProgramSource) {
    this.#programs = new CompiledPrograms(source);
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
    return this.#calls.inTurn('read', async () => readSymbol(symbol, this.#known(), this.#state, this.#parameters));
  }

  write(symbol: string, data: NdArray): Promise<void> {
    return this.#calls.inTurn('write', async () => {
      const { program } = this.#known();
      const stateFor = (items: number): RunState => this.#stateFor(program, items);
      writeSymbol(symbol, data, program, stateFor, this.#parameters);
    });
  }

  save(): Promise<ExecutableState> {
    return this.#calls.inTurn('save', async () => {
      if (this.#state === undefined) return { step: 0, items: 1, buffers: new Map(), hosts: new Map() };
      const state = this.#state;
      for (const buffer of this.#known().program.buffers) if (buffer.role === 'state') state.storageOf(buffer);
      return state.save();
    });
  }

  restore(saved: ExecutableState): Promise<void> {
    return this.#calls.inTurn('restore', async () => {
      const { dtype, buffers, hosts } = this.#known().program;
      this.#replaceState(RunState.restored(saved, dtype, buffers, hosts));
    });
  }

  reset(): void {
    this.#calls.atOnce('reset');
    this.#state?.reset();
  }

  resetOptimizer(): void {
    this.#calls.atOnce('resetOptimizer');
    this.#parameters.resetOptimizer();
  }

  /** A run under way rejects at its next step. */
  dispose(): void {
    this.#calls.dispose(() => {
      this.#runs.clear();
      this.#freshStates.clear();
      this.#trainings.clear();
      this.#state = undefined;
      this.#current = undefined;
    });
  }

  async #run(request: RunRequest): Promise<void> {
    const { items, steps, feed, signal } = request;
    checkCount('items', items, 1);
    checkCount('steps', steps, 0);
    const interruption = this.#calls.interruption('run', signal);
    const program = this.#programFor(request);
    checkNames('input', program.inputs, feed);
    const sizes = new Map(program.buffers.map(({ id, shape }) => [id, sizeOf(shape)]));
    checkSizes('input', program.inputs, feed, (id) => sizes.get(id)!, items, steps);
    const state = request.state === 'carried' ? this.#stateFor(program, items) : this.#freshState(program, items);
    const run = this.#boundRun(program, state, steps);
    if (request.state === 'carried' && request.program === 'run') this.#current = { program, workspace: run.workspace };
    await run.run(request, interruption);
  }

  #programFor({ program, feed }: RunRequest): Program {
    const held = heldNames(feed);
    if (program === 'run') return this.#programs.run(held);
    const request: TrainingProgramRequest = { objective: '', held, heldTargets: new Set(), neurons: 'training' };
    return this.#programs.training(request, 'run').training.forward;
  }

  async #train(request: TrainRequest, goal: TrainingGoal, neurons: 'training' | 'run'): Promise<TrainingResult> {
    const { items, steps, truncation, feed, targets, objective, signal } = request;
    checkCount('items', items, 1);
    checkCount('steps', steps, 1);
    if (truncation !== undefined) checkCount('steps per block (truncation)', truncation, 1);
    const call = goal === 'update' ? 'trainStep' : goal;
    const interruption = this.#calls.interruption(call, signal);
    const held = heldNames(feed);
    const compiled = this.#programs.training({ objective, held, heldTargets: heldNames(targets), neurons }, call);
    const training = this.#trainings.get(compiled, '', () => new TrainingRun(compiled, this.#parameters));
    return training.run(request, goal, interruption);
  }

  /** The carried state. @throws NdlError STATE_ITEMS_MISMATCH */
  #stateFor({ dtype }: Program, items: number): RunState {
    if (this.#state?.items === items) return this.#state;
    if (this.#state !== undefined && !this.#state.isInitial)
      throw executableErrors.stateItemsMismatch(items, this.#state.items);
    return this.#replaceState(new RunState(dtype, items));
  }

  #replaceState(state: RunState): RunState {
    this.#state = state;
    this.#current = undefined;
    return state;
  }

  #freshState(program: Program, items: number): RunState {
    const state = this.#freshStates.get(program, String(items), () => new RunState(program.dtype, items));
    state.reset();
    return state;
  }

  #boundRun(program: Program, state: RunState, steps: number): ProgramRun {
    const historySteps = program.buffers.some(({ history }) => history) ? steps : 1;
    const detail = `${this.#numberOf(program)} ${historySteps}`;
    return this.#runs.get(state, detail, () => {
      return new ProgramRun(program, new Workspace(program, state.items, historySteps, state, this.#parameters));
    });
  }

  #numberOf(program: Program): number {
    const number = this.#programNumbers.get(program) ?? this.#programNumbers.size;
    this.#programNumbers.set(program, number);
    return number;
  }

  #known(): { readonly program: Program; readonly workspace?: Workspace } {
    return this.#current ?? { program: this.#programs.run(new Set()) };
  }
}
