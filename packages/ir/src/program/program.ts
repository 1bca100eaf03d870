/**
 * @file `Program`: the narrow waist of ndl. Above it is neuroscience, below it are arrays.
 *
 * A program is plain data: buffers of numbers, and sections of instructions. It survives `structuredClone`, and JSON by
 * `encodeProgram`. What is large, or no data at all, stands beside it in `Tables`. The number of items (B) and of steps (T) are
 * free per call.
 *
 * **Three spans of time.** A *step* is one time step. A *window* is what a loss looks at: a call, or a truncation length. A
 * window is run in *blocks* of steps, whose length a backend chooses and which never changes a bit.
 */
import type { GeneratedSource } from './generated-inputs.ts';
import type { Instruction } from './instructions.ts';
import type { View } from './view.ts';

/** Number format of every buffer of a program. */
export type Dtype = 'float32' | 'float64';

/** What a buffer is for; it decides who may write it. */
export type BufferRole =
  /** Shared; learnt by training, kept in parameter files. */
  | 'parameter'
  /** Per item; carried from step to step and from run to run. */
  | 'state'
  /** Shared; never written. */
  | 'constant'
  /** Per item; written from the feed. */
  | 'input'
  /** Per item; written from the targets of a training call. */
  | 'target'
  /** Set by instructions before it is read. */
  | 'temp'
  /** Shared; what an optimizer remembers between updates. */
  | 'optimizer';

/** How long the contents of a buffer live. */
export type Lifetime =
  /** Set in each step before it is read, and read in that step only, in the one section that sets it. */
  | 'step'
  /** Within a block: set by a section of a pass, read by others of it. */
  | 'block'
  /** Within a window: set before the pass and read in it, or added up over its steps, or kept for each of them. */
  | 'window'
  /** Carried from window to window and from run to run: state. */
  | 'run'
  /** Parameters, constants, and what optimizers remember. */
  | 'forever';

/**
 * Whether a buffer has a value for each step: `'one'` has a single one, that of the present step or of all; otherwise it has one
 * for each step of a block or of a window, and for `before` steps before them, which are carried on. Where a descending section
 * writes it, these lie after them, carried on from block to block, and zero beyond the window.
 */
export type StepAxis = 'one' | { readonly span: 'block' | 'window'; readonly before: number };

/**
 * Contents before the first step, the same for each item: one number everywhere, an array of the buffer's shape in
 * `Tables.arrays`, or, for state, what a parameter of the same shape holds when the state begins.
 */
export type InitialContents = number | { readonly array: string } | { readonly parameter: string };

/** A named array. Its items and steps are axes of their own, never part of `shape`. */
export interface Buffer {
  readonly id: string;
  /** What a person calls it. */
  readonly name: string;
  /** Elements per item and step, as laid out in row-major order. */
  readonly shape: readonly number[];
  /** Whether each item has a copy of its own. */
  readonly items: boolean;
  readonly steps: StepAxis;
  readonly role: BufferRole;
  readonly lifetime: Lifetime;
  /** A number is enough for temps, inputs and targets. */
  readonly initial: InitialContents;
}

/**
 * Where a section stands in time.
 * - `steps` walks its instructions once per time step.
 * - `block` runs each instruction once for all steps of a block, which are then one more axis, like items.
 * - `window` runs once per window, for all its steps.
 * - `before` runs once, after the first window: over what stood before the first step.
 */
export type SectionKind = 'steps' | 'block' | 'window' | 'before';

/** Instructions that run one after another. Steps and blocks between two window sections are a pass: they run block by block. */
export interface Section {
  readonly kind: SectionKind;
  /** Order in which time is walked, by sums over steps too: the adjoint of an ascending section descends. */
  readonly direction: 'ascending' | 'descending';
  readonly instructions: readonly Instruction[];
}

/** A number that may change from call to call: a learning rate, Adam's corrections, 1/(B·T). */
export interface ScalarDeclaration {
  readonly name: string;
  readonly initial: number;
}

/** A place where data come in: the feed names it. */
export interface InputDeclaration {
  /** Key in feeds. */
  readonly name: string;
  readonly buffer: string;
  /** Held inputs are written once per window; the others have a value for each step. */
  readonly held: boolean;
  /**
   * Where the numbers come from: from the feed, or from a generator that the backend runs, for each step of each item, wherever a call
   * feeds nothing else. How far it has come is state, by the input's name. Default: `fed`.
   */
  readonly source?: 'fed' | GeneratedSource;
}

/** Something that is read after the last instruction of a step. */
export interface OutputDeclaration {
  readonly name: string;
  readonly view: View;
  /** Steps from one reading to the next, from 1; it need not be whole: see `isPeriodEnd`. */
  readonly every: number;
}

/** A function of the host language inside a program; what it does stands in `Tables.hosts`, by its id. */
export interface HostDeclaration {
  readonly id: string;
  /** The culprit to name in errors: the node's label. */
  readonly label: string;
  /** `item`: one instance and one call per item, items ascending. `batch`: one call for all. */
  readonly scope: 'item' | 'batch';
  /**
   * Whether calls act on the world, so that what later steps are fed may depend on them: then they are made step by step, in
   * order. One that only computes may be called for many steps in a row. Neither is ever hoisted or shared.
   */
  readonly acts: boolean;
  /** Whether it has a derivative; without one no gradient passes. */
  readonly differentiable: boolean;
}

/** A compiled network, free of neuroscience. */
export interface Program {
  readonly dtype: Dtype;
  /** Seconds per step. */
  readonly dt: number;
  readonly scalars: readonly ScalarDeclaration[];
  readonly buffers: readonly Buffer[];
  /** In the order in which they run. */
  readonly sections: readonly Section[];
  /** The most steps that a block may have, where a section asks for few. */
  readonly maximumBlock?: number;
  readonly inputs: readonly InputDeclaration[];
  readonly outputs: readonly OutputDeclaration[];
  readonly hosts: readonly HostDeclaration[];
  /**
   * Where each named signal lies that can be read from outside: parameters, state, and what is probed. Keeps names through merging:
   * state and parameter files are keyed by signal.
   */
  readonly symbols: Readonly<Record<string, View>>;
}

/** Data that a training call must bring: `[steps, items, size]`, or `[items, size]` when held over all steps. */
export interface TargetDeclaration {
  readonly name: string;
  readonly buffer: string;
  /** A held target is one slice that broadcasts over the steps. */
  readonly held: boolean;
}

/** A forward program, what is to be minimized, and what to do with the gradients. Plain data, like a program. */
export interface Training {
  readonly forward: Program;
  readonly targets: readonly TargetDeclaration[];
  /** Buffers of `loss` and `update`: targets, temps, optimizer state. Those of gradients are made by `differentiate`. */
  readonly buffers: readonly Buffer[];
  /** Scalars that only `loss` and `update` read. */
  readonly scalars: readonly ScalarDeclaration[];
  /** Host functions that only `loss` names: a user's own loss with its gradient. */
  readonly hosts: readonly HostDeclaration[];
  /** Runs once per window, over the outputs and targets of all its steps. */
  readonly loss: readonly Instruction[];
  /** The shared scalar, written by `loss`, whose gradient is taken. */
  readonly objective: View;
  /** Shared scalars written by `loss` that a training call reports: a loss per output, and metrics. */
  readonly reports: Readonly<Record<string, View>>;
  /** Parameter buffers that gradients are taken of. */
  readonly trainable: readonly string[];
  /** Maps over parameters, their gradients (buffer `gradientOf(id)`) and optimizer state; runs once per window, after the gradients. */
  readonly update: readonly Instruction[];
  /**
   * What becomes of the values of a window that its adjoint reads: `keep` (default) keeps them for each step; `recompute` computes each block
   * once more, from the steps before it, and keeps what hosts gave, which are not called again. The gradients have the same bits.
   */
  readonly tape?: 'keep' | 'recompute';
}

/** Id of the buffer that holds the gradient of buffer `id`. */
export function gradientOf(id: string): string {
  return `gradient:${id}`;
}
