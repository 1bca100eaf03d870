/** @file What tells how far a call is, and who hears it. */

/** How far a call is. */
export interface Progress {
  readonly phase: 'build' | 'run' | 'train' | 'evaluate' | 'predict' | 'checkGradients';
  /** Units done and in all: stages of the build (the first in fractions), steps of a run, elements of a gradient check, minibatches (over all epochs) of the rest. */
  readonly done: number;
  readonly total: number;
  /** Seconds since the call began. */
  readonly elapsed: number;
  /** Seconds to go at the present pace; `undefined` before the first unit is done. */
  readonly remaining: number | undefined;
  /** What is being done in the build phase. */
  readonly stage?: string;
  /** Which object is being built. */
  readonly detail?: string;
  /** Training: epoch from 1, and the loss of the last minibatch. */
  readonly epoch?: number;
  readonly loss?: number;
}

/**
 * What is told how far a call is. Where it returns a promise, the call waits for it, until its signal is aborted or the simulator is
 * disposed of; what it throws or rejects with, the call rejects with.
 */
export type OnProgress = (progress: Progress) => void;

/** A listener; or `'terminal'`: a line on standard error in Node, and nothing anywhere else. */
export type ProgressListener = OnProgress | 'terminal';
