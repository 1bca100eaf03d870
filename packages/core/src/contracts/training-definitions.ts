/** @file Extension points of training: losses, metrics and optimizers, all written as maps, reductions and host functions. */
import type { Dtype, Instruction, Kernel, Operand, View } from '@ndl/ir';
import type { HostFunction } from './host-function.ts';

/** What a loss or metric may use while it writes instructions. They run once per window, over all its steps. */
export interface LossContext {
  /** The output: [size], with items and steps as implicit axes. Matrices are one list of elements, row after row. */
  readonly output: View;
  /** The target, of the output's shape; held targets broadcast over steps. NaN where nothing is asked for. */
  readonly target: View;
  /** Elements per item and step. */
  readonly size: number;
  /** What is computed in: what is finite in double precision may be infinite in float32. */
  readonly dtype: Dtype;
  /** Seconds per step. */
  readonly dt: number;
  /** 1 / (items · steps of the window). */
  readonly perItemStep: Operand;
  /** A fresh array with items and steps as implicit axes. */
  temporary(name: string, shape: readonly number[]): View;
  /** A fresh array with items as an implicit axis, and one value for all steps of the window. */
  itemTemporary(name: string, shape: readonly number[]): View;
  /** A fresh array without items or steps. */
  sharedTemporary(name: string, shape: readonly number[]): View;
  emit(instruction: Instruction): void;
  /** Declares a host function; later duplicates of one id are refused. */
  host(host: HostFunction): void;
}

/** Totals over the items and steps of a window, in shared scalars (shape []). */
export interface Totals {
  readonly sum: View;
  /**
   * Over how much `sum` went: its number of elements, or of items and steps, or any weight. The mean `sum / count` is
   * minimized within a window (0 where the count is 0), and reported for all windows and minibatches of a call together. Without
   * a count, the sum itself is minimized, and reported for the whole call.
   */
  readonly count?: View;
}

/** Whether an objective measured totals. */
export function isTotals(measured: View | Totals): measured is Totals {
  return 'sum' in measured;
}

/** A loss or metric: a number to report, and for losses, to minimize. */
export interface Objective {
  readonly kind: string;
  /**
   * Writes instructions that set the shared scalars it returns: totals; or a single one (shape []), the mean over the items
   * and steps of the window, which is averaged over windows and minibatches by their items and steps.
   */
  build(context: LossContext): View | Totals;
}

/** How parameters move. Learning rate and the like are numbers per update, so that schedules are free. */
export interface Optimizer {
  readonly kind: string;
  /** Names of what it remembers per parameter element; each starts at 0. */
  readonly memory: readonly string[];
  /** Inputs `parameter`, `gradient`, then `memory`; parameters are scalars by name; outputs `parameter`, then `memory`. */
  readonly update: Kernel;
  /**
   * Scalars that keep a division safe: a training call refuses those that the dtype of the simulation makes 0, or holds with fewer
   * digits. Default: none.
   */
  readonly divisors?: readonly string[];
  /** Values of the kernel's parameters at update number `update` (from 1). */
  scalars(update: number): Readonly<Record<string, number>>;
}
