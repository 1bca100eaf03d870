/** @file Progress reports of long calls. */
import type { Progress, ProgressListener } from './progress-listener.ts';
import { terminalProgress } from './terminal-progress.ts';

/** Reports what is done, with what it is. */
export type ProgressReport = (
  done: number,
  details?: Pick<Progress, 'stage' | 'detail' | 'epoch' | 'loss'>,
) => Promise<unknown> | undefined;

/**
 * A function that reports `done` of `total` with times filled in; does nothing where nobody listens. What it returns is to be
 * awaited: promises of the listener, those of earlier reports among them.
 */
export function progressOf(
  phase: Progress['phase'],
  total: number,
  given: ProgressListener | undefined,
): ProgressReport {
  if (given === undefined) return () => undefined;
  const listener = given === 'terminal' ? terminalProgress() : given;
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
  listener: ProgressListener | undefined,
  signals: readonly (AbortSignal | undefined)[],
): ProgressListener | undefined {
  if (typeof listener !== 'function') return listener;
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
