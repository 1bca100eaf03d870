/** @file What can be called, and what can be looked at: not all that says so of itself. */

/** Whether a value is a function that can be called: classes are functions, but only `new` takes them. */
export function isCallable(value: unknown): boolean {
  return typeof value === 'function' && !(isRevoked(value) || isClass(value));
}

/** Whether a value is a proxy that was revoked, of which nothing can be read. */
export function isRevoked(value: unknown): boolean {
  try {
    Array.isArray(value);
    return false;
  } catch {
    return true;
  }
}

function isClass(value: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}
