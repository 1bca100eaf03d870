/** @file Work that waits for numbers of a device in its middle: what it waits for, and who goes through it. */
import type { Engine } from './engine.ts';
import type { Tensor } from './tensors.ts';

/** What cannot go on before the elements of some tensors lie in the host's memory. */
export interface Fetch<Result = void> {
  readonly tensors: readonly Tensor[];
  /** Goes on with their elements, which are not to be changed. */
  proceed(arrays: readonly Float32Array[]): Result;
}

/** Work in stretches. It yields a fetch, whose arrays it is to be resumed with, or nothing where others may get their turn. */
export type Work<Result = void> = Generator<Fetch<unknown> | undefined, Result, readonly Float32Array[]>;

/** Milliseconds of work after which it asks whether others are to get their turn. */
const ASK = 10;

/** Says, between instructions, when it is time to ask. */
export class TurnClock {
  #next: number = performance.now() + ASK;

  isDue(): boolean {
    const now = performance.now();
    if (now < this.#next) return false;
    this.#next = now + ASK;
    return true;
  }
}

/**
 * Goes through work on an engine. All of it that needs no fetch is synchronous.
 * @param turn called where others may get their turn; awaited where it returns a promise; what it throws ends the work
 */
export async function goThrough<Result>(
  engine: Engine,
  work: Work<Result>,
  turn: () => Promise<void> | undefined,
): Promise<Result> {
  try {
    let arrays: readonly Float32Array[] = [];
    for (;;) {
      const { done, value } = engine.within(() => work.next(arrays));
      if (done === true) return value;
      if (value === undefined) {
        const waiting = turn();
        if (waiting !== undefined) await waiting;
      } else {
        arrays = await engine.fetch(value.tensors).catch((error: unknown) => engine.within(() => failing(work, error)));
      }
    }
  } finally {
    engine.within(() => work.return(undefined as Result));
  }
}

/** Lets the work undo what it was at, and throws. */
function failing(work: Work<unknown>, error: unknown): never {
  work.throw(error);
  throw error;
}
