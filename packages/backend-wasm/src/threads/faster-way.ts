/**
 * @file `FasterWay`: whether threads or one thread alone do a function sooner, measured while it is called again and again: where others have the processors,
 * threads that wait for each other may take longer than one.
 */

/** Calls of each way before the faster one is taken. */
const TRIALS = 3;

/**
 * The slower way is tried again after so many calls, and after twice as many each time, but at the latest after the most: engines compile once
 * more what threads have run for a while, and others that had the processors may have gone.
 */
const [SOONEST, LATEST] = [8, 128];

/** How much a call counts in the mean of a way. */
const WEIGHT = 0.25;

export type Way = 'together' | 'alone';

export class FasterWay {
  readonly #calls = { together: 0, alone: 0 };
  /** Milliseconds of a step. */
  readonly #means = { together: 0, alone: 0 };
  #untilTrial = SOONEST;
  #pause = SOONEST;
  #faster: Way = 'together';

  /** The way of the next call. */
  next(): Way {
    const { together, alone } = this.#calls;
    if (together < TRIALS) return 'together';
    if (alone < TRIALS) return 'alone';
    const [faster, slower]: readonly [Way, Way] =
      this.#means.together <= this.#means.alone ? ['together', 'alone'] : ['alone', 'together'];
    if (faster !== this.#faster) [this.#faster, this.#pause, this.#untilTrial] = [faster, SOONEST, SOONEST];
    if (--this.#untilTrial > 0) return faster;
    this.#pause = Math.min(2 * this.#pause, LATEST);
    this.#untilTrial = this.#pause;
    return slower;
  }

  /**
   * Notes what a call of so many steps took. The first ones count whole, as the least of them: engines compile at first. So does a trial of the slower
   * way, as nothing of it is known since long.
   */
  note(way: Way, milliseconds: number, steps: number): void {
    const each = milliseconds / steps;
    const known = this.#means[way];
    const count = ++this.#calls[way];
    if (count > TRIALS && way === this.#faster) this.#means[way] = known + WEIGHT * (each - known);
    else this.#means[way] = count === 1 || count > TRIALS ? each : Math.min(known, each);
  }
}
