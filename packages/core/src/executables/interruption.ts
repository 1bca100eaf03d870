/** @file Between steps: aborts are noticed, and the event loop gets its turn now and then. */

import { LIVE_TIME } from '../contracts/backend.ts';
import { eventLoopTurn } from './event-loop.ts';

/** Milliseconds of work after which others get their turn. */
const TURN = 40;
/** The same, where what they do is heard: a block may follow that takes as long. */
const LIVE_TURN = LIVE_TIME / 2;

/** Where a long call may be interrupted. */
export class Interruption {
  readonly #signal: AbortSignal | undefined;
  readonly #check: () => void;
  readonly #turn: number;
  #lastTurn: number = performance.now();

  /**
   * @param check throws when the call must not go on for another reason than its signal
   * @param isLive whether the call is to hear of what others do in their turns
   */
  constructor(signal: AbortSignal | undefined, check: () => void, isLive = false) {
    this.#signal = signal;
    this.#turn = isLive ? LIVE_TURN : TURN;
    this.#check = check;
    this.check();
  }

  /** @throws the signal's reason when it is aborted */
  check(): void {
    this.#check();
    this.#signal?.throwIfAborted();
  }

  /**
   * To be awaited where it returns a promise.
   * @throws the signal's reason when it is aborted
   */
  point(): Promise<void> | undefined {
    this.check();
    return this.turn()?.then(() => this.check());
  }

  /** A turn for others, where it is due, in the middle of what must not be aborted. To be awaited where it returns a promise. */
  turn(): Promise<void> | undefined {
    if (performance.now() - this.#lastTurn < this.#turn) return undefined;
    return this.#giveTurn();
  }

  async #giveTurn(): Promise<void> {
    await eventLoopTurn();
    this.#lastTurn = performance.now();
  }
}
