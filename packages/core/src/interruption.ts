/** @file Between steps: aborts are noticed, and the event loop gets its turn now and then. */

/** Milliseconds of work after which others get their turn. */
const TURN = 40;

/** Where a long call may be interrupted. */
export class Interruption {
  readonly #signal: AbortSignal | undefined;
  readonly #check: () => void;
  #lastTurn: number = performance.now();

  /** @param check throws when the call must not go on for another reason than its signal. */
  constructor(signal: AbortSignal | undefined, check: () => void) {
    this.#signal = signal;
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
    if (performance.now() - this.#lastTurn < TURN) return undefined;
    return this.#giveTurn();
  }

  async #giveTurn(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.#lastTurn = performance.now();
  }
}
