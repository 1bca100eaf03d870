/** @file Signals: the arrays of an `OperatorGraph`, and the parts of them that operators see. */
import type { NdArray } from '@ndl/numerics';

/** A named array that operators read and write. Identity matters: two signals of equal content are two signals. */
export interface Signal {
  /** Position in `OperatorGraph.signals`. */
  readonly id: number;
  /** Stable name, unique in its graph: `ensembles[0].encoders`. Keys of parameter and state files. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Contents before the first step, of `shape`. */
  readonly initial: NdArray;
  /**
   * `input`: fed from outside. `parameter`: connection weights, encoders, biases. `array`: all else; whether it is a
   * constant, a state or a value of one step follows from the operators.
   */
  readonly role: 'input' | 'parameter' | 'array';
  /** Whether training may change it; only parameters can be trainable. */
  readonly trainable: boolean;
  /**
   * For state that an operator sets anew in each step: how many steps before the present one it keeps besides, so that its lowering
   * can read at lags of up to so many steps. They begin as `initial`. Default 0.
   */
  readonly history?: number;
}

/** Positions along the first axis of a signal: a stride or a list. Repeats are allowed in lists. */
export type Selection =
  | { readonly kind: 'slice'; readonly start: number; readonly step: number; readonly length: number }
  | { readonly kind: 'indices'; readonly indices: readonly number[] };

/** A signal, or the part of it that `selection` picks from its first axis. */
export interface SignalView {
  readonly signal: Signal;
  readonly selection?: Selection;
  /** Shape of the part. */
  readonly shape: readonly number[];
}
