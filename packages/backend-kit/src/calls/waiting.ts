/** @file Work that is synchronous unless something has to be waited for: generators, so that no block of steps costs a promise. */

/** Work that yields what it has to wait for. */
export type Waiting<Result = void> = Generator<Promise<unknown>, Result, void>;

/** Does the work to its end. What is waited for and fails, fails where it was yielded. */
export async function finish<Result>(work: Waiting<Result>): Promise<Result> {
  let next = work.next();
  while (next.done !== true) {
    try {
      await next.value;
    } catch (error) {
      next = work.throw(error);
      continue;
    }
    next = work.next();
  }
  return next.value;
}

/** Waits for what is a promise; where there is none, nothing is made. */
export function waitFor(result: void | Promise<unknown>): Waiting {
  return result === undefined ? DONE : one(result);
}

function* one(promise: Promise<unknown>): Waiting {
  yield promise;
}

function* nothing(): Waiting {}

/** One for all: a generator that is at its end stays there. */
const DONE: Waiting = /* @__PURE__ */ nothing();
