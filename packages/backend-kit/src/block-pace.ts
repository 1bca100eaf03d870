/** @file How many steps the next block has: as many as fit a time that nobody notices. It changes no bit of what is computed. */

/** Milliseconds that a block should take: with what a turn of the event loop waits for, below 50. */
const BLOCK_TIME = 8;

/** What tells the time, in milliseconds since some moment. */
export type Clock = () => number;

export class BlockPace {
  readonly #most: number;
  readonly #now: Clock;
  #steps: number;

  /**
   * @param most steps that a block may have
   * @param first steps of the first one
   * @param now the time; default: that of the engine of JavaScript
   */
  constructor(most: number, first: number, now: Clock = () => performance.now()) {
    this.#most = most;
    this.#now = now;
    this.#steps = Math.max(1, Math.min(most, Math.floor(first)));
  }

  /** Steps of the next block where `left` are to be done. */
  next(left: number): number {
    return Math.min(this.#steps, left);
  }

  /** A block begins; to be called, with the steps that it had, when it is done. */
  begin(): (steps: number) => void {
    const began = this.#now();
    return (steps) => this.#took(steps, this.#now() - began);
  }

  #took(steps: number, milliseconds: number): void {
    const wanted = milliseconds > 0 ? Math.floor((steps * BLOCK_TIME) / milliseconds) : Infinity;
    // Longer ones are tried step by step: measurements of short ones say little.
    this.#steps = Math.max(1, Math.min(wanted, 2 * Math.max(steps, this.#steps), this.#most));
  }
}
