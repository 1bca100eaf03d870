/** @file Computations in pieces: whoever runs one can do something else in between, or leave it. */

/**
 * A computation that stops after each piece of work, a fraction of a millisecond long, and yields how many operations
 * (multiply-adds, or what takes as long) it has done since it last stopped. It returns its result. To leave it, call
 * its `return`.
 */
export type Pieces<Result> = Generator<number, Result, void>;

/** Operations after which a computation in pieces should stop. */
export const PIECE: number = 2 ** 18;

/** Whether a value is a computation in pieces, which promises and asynchronous generators are not. */
export function isPieces(value: unknown): value is Pieces<unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const { next, return: leave, [Symbol.iterator]: iterate } = value as Partial<Pieces<unknown>>;
  return [next, leave, iterate].every((method) => typeof method === 'function');
}

/** Does all pieces at once. */
export function complete<Result>(pieces: Pieces<Result>): Result {
  for (;;) {
    const piece = pieces.next();
    if (piece.done === true) return piece.value;
  }
}

/** Counts operations on behalf of a computation in pieces, so that it stops neither too often nor too rarely. */
export class OperationCount {
  #count = 0;

  /** Adds operations; a number to yield once a piece is full, else `undefined`. */
  add(operations: number): number | undefined {
    this.#count += operations;
    return this.#count < PIECE ? undefined : this.rest();
  }

  /** What was not yielded yet: to be yielded at the end. */
  rest(): number {
    const count = this.#count;
    this.#count = 0;
    return count;
  }
}
