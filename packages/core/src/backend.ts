/** @file Extension point: compute backends. A backend runs Programs; it knows nothing of ensembles. */
import type { Dtype, Program, Training } from '@ndl/ir';
import type { FloatArray, NdArray } from '@ndl/numerics';
import type { Choice } from './plugin.ts';
import type { OnIgnoredOption, SessionOption } from './session-config.ts';
import { token, type Token } from './token.ts';

/** Whether a backend can run something, and if not, why. */
export type Support = { readonly supported: true } | { readonly supported: false; readonly reason: string };

/** A backend before it is loaded: asking it costs nothing. */
export interface BackendEntry {
  /** As the user knows it: `reference`, `tfjs`. */
  readonly name: string;
  /** The highest priority that supports the job wins. */
  readonly priority: number;
  readonly dtypes: readonly Dtype[];
  /** What it understands of `sessionConfig`; a name alone takes any value, which `load` checks. */
  readonly sessionConfig: readonly (string | SessionOption)[];
  supports(program: Program, training?: Training): Support;
  /**
   * Loads what is heavy.
   * @param sessionConfig only names that the entry declares, with values that they accept
   * @param onIgnored told of what has no effect on this host, and why; that is no error
   * @throws NdlError for what is in the way of loading
   */
  load(sessionConfig: Readonly<Record<string, unknown>>, onIgnored?: OnIgnoredOption): Promise<Backend>;
}

export const BACKEND: Token<BackendEntry> = /* @__PURE__ */ token<BackendEntry>('@ndl/core/backend');
/** Collection of the choices for the setting `backend`. */
export const BACKENDS: Token<Choice<BackendEntry>> = /* @__PURE__ */ token<Choice<BackendEntry>>('@ndl/core/backends');

/**
 * The two programs of a network. They are lowered from one plan, so their parameters are the same buffers. Asked once per
 * set of held inputs; the answer is cached by the executable under that set.
 */
export interface ProgramSource {
  /** Runs neurons as they are. `held`: names of the inputs whose value is one for the whole block. */
  run(held: ReadonlySet<string>): Program;
  /** Absent where nothing of training was asked for (`inferenceOnly`). */
  training?(request: TrainingProgramRequest): Training;
}

/** Which training program is meant. */
export interface TrainingProgramRequest {
  /**
   * Which losses and optimizer: the id given in `TrainRequest.objective`. The empty string for a `RunRequest` of program
   * `training`: no losses, the forward pass with all its outputs.
   */
  readonly objective: string;
  /** Names of the inputs, and of the targets, that are held over the block. */
  readonly held: ReadonlySet<string>;
  readonly heldTargets: ReadonlySet<string>;
  /** `training`: neurons as the gradient approximation says; `run`: neurons as they are, for losses of spiking runs; nothing is trainable then. */
  readonly neurons: 'training' | 'run';
}

/** A loaded backend. */
export interface Backend {
  readonly name: string;
  /** What it runs on, in words for people: `wasm (SIMD), 1 thread`. */
  readonly description: string;
  compile(source: ProgramSource): Promise<Executable>;
  dispose(): void;
}

/** What flows into one input during a call. */
export type InputFeed =
  /** [items, size], the same at each step. */
  | { readonly kind: 'held'; readonly data: FloatArray }
  /** [steps, items, size]. */
  | { readonly kind: 'sequence'; readonly data: FloatArray }
  /**
   * Asked before each step, in the order of the feed's entries; fills [items, size]. Host functions have seen the step before by
   * then, so that loops may be closed through them; a sink need not have.
   */
  | { readonly kind: 'source'; call(time: number, step: number, into: FloatArray): void };

/** One entry per input of the program. */
export type Feed = ReadonlyMap<string, InputFeed>;

/** A run of consecutive steps of one output: `data` is [steps, items, size] (what is shared repeats per item), valid only during the call. */
export interface OutputBlock {
  readonly output: string;
  /** Number (from 1) of the first step in `data`. */
  readonly firstStep: number;
  readonly steps: number;
  readonly data: FloatArray;
}

/**
 * Receives outputs while a program runs: each in the order of its steps, at the latest before the call settles, also where it
 * fails. How many steps wait until they are written is the backend's choice, as reading from a device costs more than a step.
 */
export interface Sink {
  /** Whether anybody wants this output at this step; a backend need not fetch the others. */
  wants(output: string, step: number): boolean;
  write(block: OutputBlock): void;
}

export interface RunRequest {
  /** `run`: the run program; `training`: the forward pass of training. */
  readonly program: 'run' | 'training';
  readonly items: number;
  readonly steps: number;
  readonly feed: Feed;
  readonly sink: Sink;
  /** `carried`: go on from, and keep, the executable's state. `fresh`: initial state at step 0, on state of its own. */
  readonly state: 'carried' | 'fresh';
  readonly signal?: AbortSignal | undefined;
}

/** A target over a training call; NaN where nothing is asked for. */
export type TargetFeed =
  { readonly kind: 'held'; readonly data: FloatArray } | { readonly kind: 'sequence'; readonly data: FloatArray };

/** One minibatch of training. Always on fresh state from step 0. */
export interface TrainRequest {
  /** Id of the losses and optimizer, handed to `ProgramSource.training`; part of the key under which programs are cached. */
  readonly objective: string;
  readonly items: number;
  readonly steps: number;
  readonly feed: Feed;
  readonly targets: ReadonlyMap<string, TargetFeed>;
  /** Values of the program's scalars for a block (from 0). Scalar `perItemStep`, 1/(items · steps of the block), is set by the executable. */
  scalars(block: number): Readonly<Record<string, number>>;
  /** Truncated backpropagation: blocks of this many steps, state carried between them, gradient not, one update per block. */
  readonly truncation?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A compiled network on a backend. Parameters are shared by both programs. */
export interface Executable {
  /** State of a failed or aborted run is what it was at the last completed step; the executable stays usable. */
  run(request: RunRequest): Promise<void>;
  /** Gradients of the objective, by parameter buffer id, summed over blocks if truncated; nothing is updated. */
  gradients(
    request: TrainRequest,
  ): Promise<{ readonly reports: Readonly<Record<string, number>>; readonly gradients: ReadonlyMap<string, NdArray> }>;
  /** One update per block; resolves to the reports, averaged over blocks by their steps. All or nothing per block. */
  trainStep(request: TrainRequest): Promise<Readonly<Record<string, number>>>;
  /** The reports alone, without update: loss and metrics of a minibatch. `program`: with spikes or as training runs. */
  evaluate(request: TrainRequest, neurons: 'training' | 'run'): Promise<Readonly<Record<string, number>>>;
  /** Contents of a symbol of the program: [..shape] when shared, [items, ..shape] when batched. */
  read(symbol: string): Promise<NdArray>;
  /** @throws NdlError SHAPE_MISMATCH. */
  write(symbol: string, data: NdArray): Promise<void>;
  /** Everything that a run carries: step, state, host state. */
  save(): Promise<ExecutableState>;
  restore(state: ExecutableState): Promise<void>;
  /** Back to step 0 and initial state; parameters stay. */
  reset(): void;
  /** Optimizer state back to its initial values. */
  resetOptimizer(): void;
  /** Steps taken by carried runs. */
  readonly step: number;
  dispose(): void;
}

/** State as plain data: buffers by id, `[items, ..shape]`. */
export interface ExecutableState {
  readonly step: number;
  readonly items: number;
  readonly buffers: ReadonlyMap<string, NdArray>;
  /** `save()` of each host instance, by host id and item. */
  readonly hosts: ReadonlyMap<string, readonly unknown[]>;
}
