/** @file How many steps a block has. It never changes a number that is computed. */
import type { LoweredProgram } from './lowered-program.ts';

/** Numbers, of all items and steps, that a block may take up, unless a single step has more. */
const MOST_NUMBERS = 1 << 22;
const MOST_STEPS = 1024;

/** Milliseconds that a block of a run is to take: what is fed a block ahead, and what an abort takes back. */
const BLOCK_TIME = 30;

export class BlockLength {
  readonly #lowered: LoweredProgram;
  readonly #items: number;
  readonly #most: number;
  readonly #isTimed: boolean;
  #begun = 0;
  #last = 0;

  /** @param isTimed whether blocks are to be short */
  constructor(lowered: LoweredProgram, items: number, isTimed: boolean) {
    const { longestBlock, numbersPerStep } = lowered;
    const fitting = Math.floor(MOST_NUMBERS / Math.max(1, numbersPerStep * items));
    this.#lowered = lowered;
    this.#items = items;
    this.#isTimed = isTimed;
    this.#most = Math.max(1, Math.min(longestBlock, fitting, MOST_STEPS));
  }

  /** Steps of the block that begins, where `left` are to be done. */
  next(left: number): number {
    const { pace } = this.#lowered;
    let wanted = this.#most;
    if (this.#isTimed) {
      // What is known of other numbers of items says little, and short blocks say little of long ones.
      const timely = pace === undefined ? 1 : Math.floor(BLOCK_TIME / (pace * this.#items));
      wanted = Math.max(1, Math.min(wanted, timely, 2 * Math.max(this.#last, 4)));
    }
    this.#last = Math.min(wanted, left);
    this.#begun = performance.now();
    return this.#last;
  }

  /** The block is done, with so many steps. */
  done(steps: number): void {
    if (this.#isTimed && steps > 0) this.#lowered.pace = (performance.now() - this.#begun) / (steps * this.#items);
  }
}
