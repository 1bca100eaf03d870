/** @file Extension point: compute backends. A backend runs Programs; it knows nothing of ensembles. */
import type { Dtype, Program, Tables, Training } from '@ndl/ir';
import { refuseSurplus, type FloatArray, type NdArray } from '@ndl/numerics';
import type { ProgramTiming } from '../executables/part-timings.ts';
import type { Choice } from './plugin.ts';
import type { OnIgnoredOption, SessionOption } from './session-config.ts';
import { token, type Token } from './token.ts';

/** Whether a backend can run something, and if not, why: a sentence that may follow "Backend x cannot run this network:". */
export type Support = { readonly supported: true } | { readonly supported: false; readonly reason: string };

/** What is to be done with a program, as far as it is known when a backend is chosen. */
export interface ExpectedJob {
  /** Items simulated side by side. */
  readonly items: number;
  /** Steps of a run. */
  readonly steps: number;
  /** Whether nothing will be trained: the setting `inferenceOnly`. */
  readonly inferenceOnly: boolean;
}

/**
 * What a job is expected to take, without loading and compiling: seconds on the machine on which the tables of ndl's own backends were measured; or why it is
 * refused, a sentence as in `Support`.
 */
export type Estimate =
  { readonly supported: true; readonly seconds: number } | { readonly supported: false; readonly reason: string };

/** A backend before it is loaded: asking it costs nothing. */
export interface BackendEntry {
  /** As the user knows it: `reference`, `tfjs`. */
  readonly name: string;
  /**
   * The order of those that can run a network: the first is the default. Another one takes its place where both estimate, and it is
   * expected to take half as long at most; of several such the quickest, and of equals the first in this order.
   */
  readonly priority: number;
  readonly dtypes: readonly Dtype[];
  /** What it understands of `sessionConfig`; a name alone takes any value, which `load` checks. */
  readonly sessionConfig: readonly (string | SessionOption)[];
  /** Whether it keeps all that gradients need, whatever a training's `tape` asks for. Default: false. */
  readonly keepsTape?: boolean;
  supports(program: Program, training?: Training): Support;
  /**
   * What a job with a program that it `supports` takes, from a table that is at hand: it must not measure, so that one script always has one
   * backend. Who offers none is never preferred to the default, nor replaced as such.
   */
  estimate?(program: Program, job: ExpectedJob): Estimate;
  /**
   * Loads what is heavy.
   * @param sessionConfig only names that the entry declares, with values that they accept
   * @param onIgnored told of what has no effect on this host, or is not the best that it could be, by the option that decides it, and why; that is no error
   * @throws NdlError for what is in the way of loading
   */
  load(sessionConfig: Readonly<Record<string, unknown>>, onIgnored?: OnIgnoredOption): Promise<Backend>;
}

/** The backend in force. */
export const BACKEND: Token<BackendEntry> = /* @__PURE__ */ token<BackendEntry>('@ndl/core/backend');
/** Collection of the choices for the setting `backend`. */
export const BACKENDS: Token<Choice<BackendEntry>> = /* @__PURE__ */ token<Choice<BackendEntry>>('@ndl/core/backends');

/** A loaded backend. */
export interface Backend {
  readonly name: string;
  /** What it runs on, in words for people: `wasm (SIMD), 1 thread`. */
  readonly description: string;
  /** An executable that knows no program yet. */
  create(options?: ExecutableOptions): Promise<Executable>;
  dispose(): void;
}

/** How an executable is to be. */
export interface ExecutableOptions {
  /**
   * Whether it keeps account of what parts of programs take, for `takeTimings`. No bit depends on it; it may be slower. Default: false.
   * Who cannot do that ignores it, and has no `takeTimings`.
   */
  readonly timesParts?: boolean | undefined;
}

/** What is there for each step of a call. */
export interface SequenceFeed {
  readonly kind: 'sequence';
  /** [steps, items, size]. Where there is `copy`, it is made when it is first asked for. */
  readonly data: FloatArray;
  /** Fills `into` with as many steps as fit into it, from step `first` (from 0) of the call on. */
  copy?(first: number, into: FloatArray): void;
}

/** What flows into one input during a call. */
export type InputFeed =
  /** [items, size], the same at each step. */
  | { readonly kind: 'held'; readonly data: FloatArray }
  | SequenceFeed
  /**
   * Asked step by step, in the order of the feed's entries; fills [items, size]. Where a program has hosts that act, they and the
   * sink have seen the step before by then, so that loops may be closed; else sources are asked up to a block ahead, never beyond
   * the call. Where one fails at step k, all up to k - 1 is done and kept.
   */
  | {
      readonly kind: 'source';
      /**
       * Whether it follows the world: then blocks begin with one step, each has twice as many as the one before at most, and they last
       * no longer than `LIVE_TIME`, as far as can be foreseen, with a turn for the event loop after each. Default false.
       */
      readonly live?: boolean;
      call(time: number, step: number, into: FloatArray): void;
    };

/** One entry per input of the program; where one that is generated has none, its numbers are drawn. */
export type Feed = ReadonlyMap<string, InputFeed>;

/** Milliseconds that a live source is asked ahead, at most. */
export const LIVE_TIME = 10;

/** Whether some source follows the world. */
export function hasLiveSource(feed: ReadonlyMap<string, InputFeed>): boolean {
  refuseSurplus('hasLiveSource', arguments, 1);
  return [...feed.values()].some((given) => given.kind === 'source' && given.live === true);
}

/** Samples of one output: `data` is [steps.length, items, size] (what is shared repeats per item), valid only during the call. */
export interface OutputBlock {
  readonly output: string;
  /** Numbers (from 1) of the steps in `data`, ascending. */
  readonly steps: readonly number[];
  readonly data: FloatArray;
}

/**
 * Receives outputs while a program runs: each in the order of its steps, at the latest before the call settles, also where it
 * fails. How many samples wait until they are written is the backend's choice.
 */
export interface Sink {
  write(block: OutputBlock): void;
}

/** What a run is asked for: which program, how far, fed with what, and who hears of it. */
export interface RunRequest {
  /** Name under which a program was added. */
  readonly program: string;
  readonly items: number;
  readonly steps: number;
  readonly feed: Feed;
  /** Names of the outputs that the sink wants (default: all), each at the steps that its period asks for. */
  readonly outputs?: ReadonlySet<string> | undefined;
  readonly sink: Sink;
  /** `carried`: go on from, and keep, the executable's state. `fresh`: initial state at step 0, on state of its own. */
  readonly state: 'carried' | 'fresh';
  readonly signal?: AbortSignal | undefined;
}

/** A target over a training call; NaN where nothing is asked for. */
export type TargetFeed = { readonly kind: 'held'; readonly data: FloatArray } | SequenceFeed;

/** One minibatch of training. Always on fresh state from step 0. */
export interface TrainRequest {
  /** Name under which a training was added. */
  readonly training: string;
  readonly items: number;
  readonly steps: number;
  readonly feed: Feed;
  readonly targets: ReadonlyMap<string, TargetFeed>;
  /** Values of the program's scalars for a window (from 0). Scalar `perItemStep`, 1/(items · steps of the window), is set by the executable. */
  scalars(window: number): Readonly<Record<string, number>>;
  /** Truncated backpropagation: windows of this many steps, state carried between them, gradient not, one update per window. */
  readonly truncation?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a minibatch measured: reports by name, averaged over windows by their steps. */
export type Reports = Readonly<Record<string, number>>;

/** Gradients of the objective by id of the parameter buffer. */
export interface GradientResult {
  readonly reports: Reports;
  readonly gradients: ReadonlyMap<string, NdArray>;
}

/**
 * Programs over one set of parameters and one carried state. Those of one network are known by name; they name the same buffers
 * and symbols where they mean the same. Calls run one after another.
 */
export interface Executable {
  /**
   * Takes a program, or a training, under a name that is not taken; calls may ask for it from then on. May come at any time.
   * @throws NdlError IR_INVALID, PROGRAM_DUPLICATE
   */
  add(name: string, job: Program | Training, tables: Tables): Promise<void>;
  /** Whether something was added under the name. */
  has(name: string): boolean;
  /** Forgets what was added under a name, if anything; parameters and state stay. */
  remove(name: string): void;
  /** State of a failed or aborted run is what it was after the last whole block; the executable stays usable. */
  run(request: RunRequest): Promise<void>;
  /** Gradients summed over windows if truncated; nothing is updated. */
  gradients(request: TrainRequest): Promise<GradientResult>;
  /** One update per window; resolves to the reports. All or nothing per window. */
  trainStep(request: TrainRequest): Promise<Reports>;
  /** The reports alone, without update: loss and metrics of a minibatch. */
  evaluate(request: TrainRequest): Promise<Reports>;
  /** Contents of a symbol of the programs: [..shape] when shared, [items, ..shape] otherwise. @throws NdlError UNKNOWN_SYMBOL */
  read(symbol: string): Promise<NdArray>;
  /** @throws NdlError UNKNOWN_SYMBOL, SYMBOL_NOT_WRITABLE, SHAPE_MISMATCH. */
  write(symbol: string, data: NdArray): Promise<void>;
  /** Everything that a run carries: step, state by symbol, host state. */
  save(): Promise<ExecutableState>;
  /**
   * Replaces what a run carries. The state may come from another backend, and from programs that lay the same symbols out otherwise.
   * @throws NdlError STATE_MISMATCH for a symbol or host that only one side has
   */
  restore(state: ExecutableState): Promise<void>;
  /** Back to step 0 and initial state, of parameters as they are now; parameters stay. */
  reset(): void;
  /** Optimizer state back to its initial values. */
  resetOptimizer(): void;
  /** What optimizers remember since it was reset, by buffer. A backend that lacks this and its counterpart lets optimizers begin anew. */
  saveOptimizer?(): Promise<ReadonlyMap<string, NdArray>>;
  /** Puts back what was saved, in the place of what is remembered now. */
  restoreOptimizer?(memory: ReadonlyMap<string, NdArray>): Promise<void>;
  /** What calls took, program by program, since this was last asked; of an executable that was made to `timesParts`. */
  takeTimings?(): readonly ProgramTiming[];
  /** Steps taken by carried runs. */
  readonly step: number;
  dispose(): void;
}

/** State as plain data. A state in which nothing has happened has no symbols and no hosts. */
export interface ExecutableState {
  readonly step: number;
  readonly items: number;
  /**
   * By symbol: [items, ..shape]; with the steps before in front, oldest first, where the buffer keeps some. Generated inputs, by their
   * names, have their positions, [items, STREAM_POSITION].
   */
  readonly symbols: ReadonlyMap<string, NdArray>;
  /** `save()` of each host instance, by host id and item. */
  readonly hosts: ReadonlyMap<string, readonly unknown[]>;
}
