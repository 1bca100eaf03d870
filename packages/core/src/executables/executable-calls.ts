/** @file The discipline of calls on an executable: one after another, none after it was disposed of. */
import { executableBusy, executableDisposed, invalidCount } from './executable-errors.ts';
import { Interruption } from './interruption.ts';

/** What a backend's executable keeps its calls in order with. */
export class ExecutableCalls {
  #queue: Promise<unknown> = Promise.resolve();
  #running: string | undefined;
  #isDisposed = false;

  /** Runs `work` after the calls made before it. @throws NdlError EXECUTABLE_DISPOSED (as a rejection). */
  inTurn<Result>(call: string, work: () => Promise<Result>): Promise<Result> {
    const result = this.#queue.then(async () => {
      this.#refuseDisposed(call);
      this.#running = call;
      try {
        return await work();
      } finally {
        this.#running = undefined;
      }
    });
    this.#queue = result.catch(() => {});
    return result;
  }

  /** Admits a synchronous call. @throws NdlError EXECUTABLE_DISPOSED; EXECUTABLE_BUSY while another call runs. */
  atOnce(call: string): void {
    this.#refuseDisposed(call);
    if (this.#running !== undefined) throw executableBusy(call);
  }

  /**
   * Where a long call may be interrupted: by its signal, or because the executable is disposed of meanwhile.
   * @param isLive whether it has live sources
   */
  interruption(call: string, signal: AbortSignal | undefined, isLive = false): Interruption {
    return new Interruption(signal, () => this.#refuseDisposed(call), isLive);
  }

  /**
   * Refuses all further calls; one under way rejects at its next step. `giveBack` frees memory when no call runs any more, and
   * at once where none runs: it must bear being called twice. Disposing again does nothing.
   */
  dispose(giveBack: () => void): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    this.#queue = this.#queue.then(giveBack);
    if (this.#running === undefined) giveBack();
  }

  #refuseDisposed(call: string): void {
    if (this.#isDisposed) throw executableDisposed(call);
  }
}

/** @throws NdlError INVALID_COUNT for a number of items or steps that is not a whole number from `least` on. */
export function checkCount(what: string, count: number, least: number): void {
  if (!Number.isSafeInteger(count) || count < least) throw invalidCount(what, least, count);
}
