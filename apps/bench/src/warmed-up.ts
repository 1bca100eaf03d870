/** @file Time that does not count: an engine compiles what runs often once more, beside what runs, and that is its work too. */

const MILLISECONDS = 1000;

/** Calls once, and again until a second has passed. */
export async function warmedUp(call: () => Promise<unknown>): Promise<void> {
  const began = performance.now();
  do await call();
  while (performance.now() - began < MILLISECONDS);
}
