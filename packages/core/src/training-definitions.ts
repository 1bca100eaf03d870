/** @file Extension points of training: losses, metrics and optimizers, all written as maps, reductions and host functions. */
import type { HostDeclaration, Instruction, Kernel, Operand, View } from '@ndl/ir';

/** What a loss or metric may use while it writes instructions. They run once per block over whole histories. */
export interface LossContext {
  /** The output: [size], with items and steps as implicit axes. */
  readonly output: View;
  /** The target, of the output's shape; held targets broadcast over steps. NaN where nothing is asked for. */
  readonly target: View;
  /** Elements per item and step. */
  readonly size: number;
  /** 1 / (items · steps of the block). */
  readonly perItemStep: Operand;
  /** A fresh array with items and steps as implicit axes. */
  temporary(name: string, shape: readonly number[]): View;
  /** A fresh array without items or steps. */
  sharedTemporary(name: string, shape: readonly number[]): View;
  emit(instruction: Instruction): void;
  host(declaration: HostDeclaration): void;
}

/** A loss or metric: a number to report, and for losses, to minimize. */
export interface Objective {
  readonly kind: string;
  /** Writes instructions that set the shared scalar it returns (shape []). */
  build(context: LossContext): View;
}

/** How parameters move. Learning rate and the like are numbers per update, so that schedules are free. */
export interface Optimizer {
  readonly kind: string;
  /** Names of what it remembers per parameter element; each starts at 0. */
  readonly memory: readonly string[];
  /** Inputs `parameter`, `gradient`, then `memory`; parameters are scalars by name; outputs `parameter`, then `memory`. */
  readonly update: Kernel;
  /** Values of the kernel's parameters at update number `update` (from 1). */
  scalars(update: number): Readonly<Record<string, number>>;
}
