/** @file Progress reports of long calls. */

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

/**
 * A function that reports `done` of `total` with times filled in; does nothing where nobody listens. What it returns is to be
 * awaited: promises of the listener, those of earlier reports among them.
 */
export function progressOf(
  phase: Progress['phase'],
  total: number,
  listener: OnProgress | undefined,
): (done: number, details?: Pick<Progress, 'stage' | 'detail' | 'epoch' | 'loss'>) => Promise<unknown> | undefined {
  if (listener === undefined) return () => undefined;
  const started = performance.now();
  let pending: Promise<unknown> | undefined;
  return (done, details = {}) => {
    const elapsed = (performance.now() - started) / 1000;
    const remaining = done > 0 ? (elapsed / done) * (total - done) : undefined;
    const answer: unknown = listener({ phase, done, total, elapsed, remaining, ...details });
    if (isThenable(answer)) {
      pending = Promise.all([pending, answer]);
      // Where a report is not awaited, a later one tells.
      pending.catch(() => undefined);
    }
    return pending;
  };
}

/** A listener whose promises end at the latest when the signal is aborted, by rejecting with its reason. */
export function abortable(
  listener: OnProgress | undefined,
  signals: readonly (AbortSignal | undefined)[],
): OnProgress | undefined {
  if (listener === undefined) return undefined;
  return (progress) => {
    const answer: unknown = listener(progress);
    return isThenable(answer) ? untilAborted(answer, signals) : answer;
  };
}

/** What a promise settles with; or, as soon as one of the signals is aborted, a rejection with its reason. */
export async function untilAborted<Result>(
  promise: PromiseLike<Result>,
  signals: readonly (AbortSignal | undefined)[],
): Promise<Result> {
  let stopListening = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    const removals = signals.flatMap((signal) => {
      if (signal === undefined) return [];
      const abort = (): void => reject(signal.reason as Error);
      if (signal.aborted) abort();
      signal.addEventListener('abort', abort);
      return [() => signal.removeEventListener('abort', abort)];
    });
    stopListening = () => removals.forEach((remove) => remove());
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    stopListening();
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { readonly then?: unknown }).then === 'function'
  );
}
