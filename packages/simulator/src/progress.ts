/** @file Progress reports of long calls. */

/** How far a call is. */
export interface Progress {
  readonly phase: 'build' | 'run' | 'train' | 'evaluate' | 'predict';
  /** Units done and in all: stages of the build (the first in fractions), steps of a run, minibatches (over all epochs) of the rest. */
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

export type OnProgress = (progress: Progress) => void;

/** A function that reports `done` of `total` with times filled in; does nothing where nobody listens. */
export function progressOf(
  phase: Progress['phase'],
  total: number,
  listener: OnProgress | undefined,
): (done: number, details?: Pick<Progress, 'stage' | 'detail' | 'epoch' | 'loss'>) => void {
  if (listener === undefined) return () => undefined;
  const started = performance.now();
  return (done, details = {}) => {
    const elapsed = (performance.now() - started) / 1000;
    const remaining = done > 0 ? (elapsed / done) * (total - done) : undefined;
    listener({ phase, done, total, elapsed, remaining, ...details });
  };
}
