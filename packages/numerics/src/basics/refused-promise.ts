/** @file Promises where none may be. */

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
