/** @file How many steps the next block has: as many as fit a time that nobody notices. It changes no bit of what is computed. */
import { LIVE_TIME } from '@ndl/core';

/** Milliseconds that a block should take: with what a turn of the event loop waits for, below 50. */
const BLOCK_TIME = 8;

/** The same where sources are live: half of what is promised, as blocks vary and the event loop has its turn. */
const LIVE_BLOCK_TIME = LIVE_TIME / 2;

/** What tells the time, in milliseconds since some moment. */
export type Clock = () => number;

/** The length of the next block, from how long the last ones took. */
export class BlockPace {
  readonly #most: number;
  readonly #now: Clock;
  readonly #longer: () => number;
  #steps: number;
  /** Where sources are live: nothing is taken for granted that was not measured. */
  #liveSteps = 1;

  /**
   * @param most steps that a block may have
   * @param first steps of the first one
   * @param now the time; default: that of the engine of JavaScript
   * @param longer how many times as long as otherwise the next block may take: what runs beside holds nobody up
   */
  constructor(most: number, first: number, now: Clock = () => performance.now(), longer: () => number = () => 1) {
    this.#most = most;
    this.#longer = longer;
    this.#now = now;
    this.#steps = Math.max(1, Math.min(most, Math.floor(first)));
  }

  /** Steps of the next block where `left` are to be done. @param isLive whether sources are live */
  next(left: number, isLive = false): number {
    return Math.min(isLive ? this.#liveSteps : this.#steps, left);
  }

  /** A block begins; to be called, with the steps that it had, when it is done. */
  begin(): (steps: number) => void {
    const began = this.#now();
    return (steps) => this.#took(steps, this.#now() - began);
  }

  #took(steps: number, milliseconds: number): void {
    const within = (time: number): number => (milliseconds > 0 ? Math.floor((steps * time) / milliseconds) : Infinity);
    // Longer ones are tried step by step: measurements of short ones say little.
    this.#steps = Math.max(
      1,
      Math.min(within(BLOCK_TIME * this.#longer()), 2 * Math.max(steps, this.#steps), this.#most),
    );
    this.#liveSteps = Math.max(1, Math.min(within(LIVE_BLOCK_TIME), 2 * steps, this.#most));
  }
}
