/** @file What a training run tells: after each epoch to its callbacks, and in the end. */

/**
 * Measured over a whole call or epoch, by name: `loss`, which is minimized, the losses that it is made of, and metrics. Means are
 * over all that was asked for, whatever the minibatches and truncation; NaN where nothing was.
 */
export type Reports = Readonly<Record<string, number>>;

/** One pass over the data. */
export interface EpochRecord {
  /** From 1. */
  readonly epoch: number;
  /** Measured on each minibatch before the update that it brought about. */
  readonly training: Reports;
  /** Measured after the epoch, on data that are not learnt from; absent where there are none. */
  readonly validation?: Reports;
}

/** A whole training run. */
export interface History {
  /** In order; fewer than were asked for where a callback stopped the run. */
  readonly epochs: readonly EpochRecord[];
}

/**
 * Functions that a training run calls. It waits for the promises that they return, until it is aborted or the simulator disposed of;
 * what they throw ends it.
 */
export interface TrainingCallbacks {
  /** Before the first epoch: what it cannot do is better said now than after that. It answers nothing, or a promise of nothing. */
  onTrainBegin?(): void | Promise<void>;
  /** After each epoch; `'stop'` makes it the last. */
  onEpochEnd?(record: EpochRecord): EpochVerdict | Promise<EpochVerdict>;
}

/** What a callback may say of going on. */
export type EpochVerdict = 'stop' | void;
