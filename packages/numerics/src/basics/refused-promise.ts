/** @file Promises where none may be, and generators, which have done nothing yet. */

/**
 * Whether a value is a promise, of whatever make, in a place that takes none. Whoever asks refuses it, with an error of his own: nobody waits for it any
 * more, so that it does not end the process should it be rejected.
 */
export function isRefusedPromise(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof Promise) {
    value.catch(() => undefined);
    return true;
  }
  return typeof (value as { readonly then?: unknown }).then === 'function';
}

/**
 * What a function returned that was to have done its work by then, and has not: `a promise`, `a generator that was never run`;
 * undefined where it has. Like `isRefusedPromise`, for those who refuse it.
 */
export function unfinishedWork(returned: unknown): string | undefined {
  if (isRefusedPromise(returned)) return 'a promise';
  const tag = Object.prototype.toString.call(returned).slice(8, -1);
  if (tag === 'Generator') return 'a generator that was never run';
  return tag === 'AsyncGenerator' ? 'an asynchronous generator that was never run' : undefined;
}
