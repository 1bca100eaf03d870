/** @file Runs: simulates on carried state, in pieces, from data and the nodes' own sources to a recorder. */
import { hasLiveSource, secondsInSteps } from '@ndl/core';
import type { Node } from '@ndl/model';
import { dataTables, type DataOwner, type DataRefusals, type DataTable } from './inputs/data-table.ts';
import { dataDisagree } from './inputs/data-errors.ts';
import { badOption, recordsNotFinite } from './errors.ts';
import type { InputSources, MakeInputSources } from './inputs/input-sources.ts';
import type { Inputs } from './training/learning-options.ts';
import type { MemoryBudget } from './memory/memory-budget.ts';
import { feedOf } from './inputs/minibatch-feed.ts';
import type { NetworkExecutable, NetworkRun } from './composition/network-executable.ts';
import { ProbeRecorder, sampledSteps, type RecordedProbe } from './results/probe-recorder.ts';
import { ProcessFeed } from './inputs/process-feed.ts';
import { progressOf } from './progress/progress.ts';
import type { ProgressListener } from './progress/progress-listener.ts';
import { takeTurns } from './turns.ts';

/** Options of calls that simulate. */
export interface RunOptions {
  /**
   * Data for input nodes over exactly these steps; other nodes give their own output. They are read while the run lasts, and must
   * not change until it settles.
   */
  readonly inputs?: Inputs | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ProgressListener | undefined;
}

/** Options of `trange`. */
export interface TimeRangeOptions {
  /** Seconds between samples, above 1e-10, as probes have them (default: every step). */
  readonly sampleEvery?: number | undefined;
}

/** What a runner works on. */
export interface RunnerContext {
  readonly executable: NetworkExecutable;
  readonly inputs: readonly DataOwner<Node>[];
  readonly inputRefusals: DataRefusals;
  readonly probes: readonly RecordedProbe[];
  readonly sources: MakeInputSources;
  readonly memory: MemoryBudget;
  /** Items simulated side by side. */
  readonly items: number;
  readonly onWarning: (message: string) => void;
}

/** Steps handed to the executable at a time: between two of them, progress is reported. */
const STEPS_PER_CALL = 500;

export class Runner {
  /** What runs have recorded since the last `clear`. */
  readonly recorder: ProbeRecorder;
  readonly #context: RunnerContext;
  readonly #items: Int32Array;
  /** Whether it was told that something has diverged. */
  #hasWarned = false;
  /** Carried from run to run, as processes have state. */
  #sources: InputSources;
  /** Over all runs, so that many short ones give turns too. */
  readonly #turn: () => Promise<void>;

  constructor(context: RunnerContext) {
    this.#context = context;
    this.#items = new Int32Array(context.items).map((_, item) => item);
    this.#sources = context.sources(context.items);
    this.#turn = takeTurns(hasLiveSource(this.#sources));
    this.recorder = this.freshRecorder();
  }

  freshRecorder(): ProbeRecorder {
    return new ProbeRecorder(this.#context.probes, this.#context.items);
  }

  /**
   * Simulates so many steps for `call`, as errors name it. After an abort or a failure the steps done before stay recorded.
   * @throws NdlError TOO_LARGE, DATA_*, and what node functions are blamed for.
   */
  async run(call: string, steps: number, options: RunOptions, recorder: ProbeRecorder = this.recorder): Promise<void> {
    const { executable } = this.#context;
    const { inputs, signal, onProgress } = options;
    const tables = this.#tablesFor(call, inputs, steps);
    const { items, memory, probes } = this.#context;
    memory.requireRecording(call, probes, { items, steps }, executable.step);
    const report = progressOf('run', steps, onProgress);
    for (let done = 0; done < steps; done += STEPS_PER_CALL) {
      const now = Math.min(STEPS_PER_CALL, steps - done);
      const feed = feedOf(tables, this.#items, now, this.#sources, done);
      await this.#turn();
      signal?.throwIfAborted();
      await this.#advance({
        program: 'run',
        items,
        steps: now,
        feed,
        sink: recorder,
        outputs: recorder.outputs,
        state: 'carried',
        signal,
      });
      await report(done + now);
    }
    this.#warnOfDivergence(call, recorder);
  }

  /** Once: what has diverged stays so. */
  #warnOfDivergence(call: string, recorder: ProbeRecorder): void {
    if (this.#hasWarned) return;
    const diverged = recorder.diverged();
    if (diverged === undefined) return;
    this.#hasWarned = true;
    this.#context.onWarning(recordsNotFinite(call, diverged.output, diverged.value));
  }

  /** A call on carried state. Where it fails, processes go back to where the state stands: they may have been asked further. */
  async #advance(request: NetworkRun): Promise<void> {
    const { executable } = this.#context;
    try {
      await executable.run(request);
    } catch (error) {
      for (const feed of this.#sources.values()) if (feed instanceof ProcessFeed) feed.goBackTo(executable.step);
      throw error;
    }
  }

  /** Where the processes of input nodes stand is carried, too. */
  get sources(): InputSources {
    return this.#sources;
  }

  /** Back to step 0: initial state, processes from their start, nothing recorded. */
  reset(): void {
    this.#context.executable.reset();
    this.#sources = this.#context.sources(this.#context.items);
    this.recorder.clear();
    this.#hasWarned = false;
  }

  #tablesFor(call: string, inputs: Inputs | undefined, steps: number): readonly DataTable[] {
    const tables = dataTables(`${call}: inputs`, inputs, this.#context.inputs, this.#context.inputRefusals);
    for (const table of tables) {
      table.requireFinite();
      if (table.items !== this.#context.items)
        throw dataDisagree('items', table.label, table.items, 'this simulator', this.#context.items);
      if (table.length !== undefined && table.length !== steps)
        throw dataDisagree('steps', table.label, table.length, 'this run', steps);
    }
    return tables;
  }
}

/** How many steps `seconds` are: rounded, halves to even, as Nengo does. @throws NdlError INVALID_OPTION. */
export function stepsIn(seconds: number, dt: number): number {
  if (!Number.isFinite(seconds) || seconds < 0) throw badOption('run', 'seconds', 'must be a number >= 0', seconds);
  const steps = seconds / dt;
  if (steps > Number.MAX_SAFE_INTEGER)
    throw badOption('run', 'seconds', `must be fewer than 2^53 steps of ${dt} s`, seconds);
  const below = Math.floor(steps);
  return steps - below === 0.5 ? below + (below % 2) : Math.round(steps);
}

/** Times of the first `steps` steps, in seconds: dt, 2·dt, …; only those that a probe of this period samples. */
export function sampleTimes(steps: number, dt: number, { sampleEvery }: TimeRangeOptions): Float64Array {
  const period = sampleEvery === undefined ? 1 : secondsInSteps(sampleEvery, dt);
  return Float64Array.from(sampledSteps(steps, period), (step) => step * dt);
}
