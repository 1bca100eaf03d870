/** @file What a command sees of the world: where it writes, what interrupts it. */

/** The world of one call of `ndl`. */
export interface Terminal {
  /** Results: standard output. */
  readonly write: (text: string) => void;
  /** Progress and complaints: standard error. */
  readonly tell: (text: string) => void;
  /** Whether a person watches standard error. */
  readonly isWatched: boolean;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Exit codes, as `ndl help` documents them. */
export const EXIT = { done: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** One of these. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
