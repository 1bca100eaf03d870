/**
 * @file `FasterWay`: whether threads or one thread alone do a function sooner, measured while it is called again and again: where others have the processors,
 * threads that wait for each other may take longer than one.
 */

/** Calls of each way before the faster one is taken. */
const TRIALS = 3;

/** The slower way is tried again once in so many calls: others may have gone. */
const RETRIAL = 100;

/** How much a call counts in the mean of a way. */
const WEIGHT = 0.25;

export type Way = 'together' | 'alone';

export class FasterWay {
  readonly #calls = { together: 0, alone: 0 };
  /** Milliseconds of a step. */
  readonly #means = { together: 0, alone: 0 };
  #sinceTrial = 0;

  /** The way of the next call. */
  next(): Way {
    const { together, alone } = this.#calls;
    if (together < TRIALS) return 'together';
    if (alone < TRIALS) return 'alone';
    const [faster, slower]: readonly [Way, Way] =
      this.#means.together <= this.#means.alone ? ['together', 'alone'] : ['alone', 'together'];
    if (++this.#sinceTrial < RETRIAL) return faster;
    this.#sinceTrial = 0;
    return slower;
  }

  /** Notes what a call of so many steps took. The first ones count whole, as the least of them: engines compile at first. */
  note(way: Way, milliseconds: number, steps: number): void {
    const each = milliseconds / steps;
    const known = this.#means[way];
    const count = ++this.#calls[way];
    this.#means[way] = count === 1 ? each : count <= TRIALS ? Math.min(known, each) : known + WEIGHT * (each - known);
  }
}
