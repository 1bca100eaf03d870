/**
 * @file `Program`: the narrow waist of ndl. Above it is neuroscience, below it are arrays.
 *
 * A program is plain data: buffers of numbers and three lists of instructions. `prologue` and `epilogue` run once per
 * block of steps, `step` once per time step. The number of items (B) and of steps (T) of a block are free per call.
 */
import type { FloatArray, NdArray } from '@ndl/numerics';
import type { Instruction } from './instructions.ts';
import type { View } from './view.ts';

/** Number format of every buffer of a program. */
export type Dtype = 'float32' | 'float64';

/** What a buffer is for; it decides who may write it and how long its contents live. */
export type BufferRole =
  /** Shared; learnt by training, kept in parameter files. */
  | 'parameter'
  /** Batched; carried from step to step and from run to run. */
  | 'state'
  /** Shared; never written. */
  | 'constant'
  /** Batched; written from the feed before each step, or once per block when its input is held. */
  | 'input'
  /** Batched; written from the targets of a training call. */
  | 'target'
  /** Wholly set before it is read. */
  | 'temp'
  /** Adjoint of another buffer, made by `differentiate`. */
  | 'gradient'
  /** Shared; what an optimizer remembers between updates. */
  | 'optimizer';

/** A named array. Its items and steps are axes of their own, never part of `shape`. */
export interface Buffer {
  readonly id: string;
  /** What a person calls it. */
  readonly name: string;
  /** Elements per item (and per step, for a history), as laid out in row-major order. */
  readonly shape: readonly number[];
  /** Whether each item has a copy of its own. */
  readonly batched: boolean;
  /** Whether every step's value is kept: inside `step` the buffer is its present slice, elsewhere the whole time axis. */
  readonly history: boolean;
  readonly role: BufferRole;
  /**
   * Contents before the first step, the same for each item: one number everywhere, or an array of `shape`. A number is
   * enough for temps, inputs, targets and gradients.
   */
  readonly initial: number | NdArray;
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
  /** Held inputs are written once per block, before the prologue; the others before each step. */
  readonly held: boolean;
}

/** Something that is read after the last instruction of each step. */
export interface OutputDeclaration {
  readonly name: string;
  readonly view: View;
}

/** One running copy of a host function, for one item (or for the whole batch). */
export interface HostInstance {
  /**
   * Called once per step; fills `outputs` completely. `inputs` hold the step's values: one vector per view, or for scope
   * `batch` items one after another. `time` is `step * dt` in float64, `step` counts from 1.
   */
  call(time: number, step: number, inputs: readonly FloatArray[], outputs: readonly FloatArray[]): void;
  /** Internal state as plain data, for `Executable.save`. */
  save?(): unknown;
  restore?(state: unknown): void;
}

/** A function of the host language inside a program, run on the thread that owns the executable. */
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
  make(item: number): HostInstance;
  /**
   * Adjoint for hosts that can be differentiated: adds to `inputGradients` the product of `outputGradients` with the
   * Jacobian at `inputs`. Without it no gradient passes.
   */
  readonly derivative?: (
    inputs: readonly FloatArray[],
    outputGradients: readonly FloatArray[],
    inputGradients: readonly FloatArray[],
  ) => void;
}

/** A compiled network, free of neuroscience. */
export interface Program {
  readonly dtype: Dtype;
  /** Seconds per step. */
  readonly dt: number;
  readonly scalars: readonly ScalarDeclaration[];
  readonly buffers: readonly Buffer[];
  readonly prologue: readonly Instruction[];
  readonly step: readonly Instruction[];
  readonly epilogue: readonly Instruction[];
  /** Order in which `step` walks the time axis: the adjoint of an ascending program descends. */
  readonly direction: 'ascending' | 'descending';
  readonly inputs: readonly InputDeclaration[];
  readonly outputs: readonly OutputDeclaration[];
  readonly hosts: readonly HostDeclaration[];
  /** Where each named signal lives. Keeps names through merging: state and parameter files are keyed by signal. */
  readonly symbols: Readonly<Record<string, View>>;
}

/** Data that a training call must bring: `[steps, items, size]`, or `[items, size]` when held over all steps. */
export interface TargetDeclaration {
  readonly name: string;
  readonly buffer: string;
  /** A held target is one slice that broadcasts over the steps. */
  readonly held: boolean;
}

/** A forward program, what is to be minimized, and what to do with the gradients. */
export interface Training {
  readonly forward: Program;
  readonly targets: readonly TargetDeclaration[];
  /** Buffers of `loss` and `update`: targets, temps, optimizer state. Gradient buffers are made by `differentiate`. */
  readonly buffers: readonly Buffer[];
  /** Scalars that only `loss` and `update` read. */
  readonly scalars: readonly ScalarDeclaration[];
  /** Host functions that only `loss` names: a user's own loss with its gradient. */
  readonly hosts: readonly HostDeclaration[];
  /** Runs once per block over whole output histories and targets. */
  readonly loss: readonly Instruction[];
  /** The shared scalar, written by `loss`, whose gradient is taken. */
  readonly objective: View;
  /** Shared scalars written by `loss` that a training call reports: a loss per output, and metrics. */
  readonly reports: Readonly<Record<string, View>>;
  /** Parameter buffers that gradients are taken of. */
  readonly trainable: readonly string[];
  /** Maps over parameters, their gradients (buffer `gradientOf(id)`) and optimizer state; runs once per block, after the gradients. */
  readonly update: readonly Instruction[];
}

/** Id of the buffer that holds the gradient of buffer `id`. */
export function gradientOf(id: string): string {
  return `gradient:${id}`;
}
