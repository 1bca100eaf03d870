/** @file The work of a build: in pieces, between which the event loop has its turn, aborts are noticed, progress is told. */
import { Interruption, type Work } from '@ndl/core';
import { type Pieces, type ProductTeam, withTeam } from '@ndl/numerics';

/** Told of how far a build is: the fraction done, from 0 to 1, and what is being built. */
export type OnBuildProgress = (fraction: number, what: string) => void;

/** How a build is watched and aborted. */
export interface BuildWorkOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnBuildProgress | undefined;
  /** Operations that the build is estimated to take. Default: nobody knows yet; see `expect`. */
  readonly operations?: number | undefined;
  /** Threads that share long products. Default: one thread does all. */
  readonly team?: ProductTeam | undefined;
}

/** The one `Work` of a build. */
export class BuildWork implements Work {
  readonly #signal: AbortSignal | undefined;
  readonly #onProgress: OnBuildProgress | undefined;
  readonly #interruption: Interruption;
  readonly #team: ProductTeam | undefined;
  #estimated: number | undefined;
  #done = 0;
  #fraction = 0;
  #describe: () => string = () => '';

  /** @throws the signal's reason if it is aborted already */
  constructor({ signal, onProgress, operations, team }: BuildWorkOptions) {
    this.#signal = signal;
    this.#onProgress = onProgress;
    this.#estimated = operations;
    this.#team = team;
    this.#interruption = new Interruption(signal, () => undefined);
  }

  get isAborted(): boolean {
    return this.#signal?.aborted === true;
  }

  /** Tells how many operations are estimated to follow. */
  expect(operations: number): void {
    this.#estimated = this.#done + operations;
  }

  /** Begins an object: what is done from now on is done for it. */
  begin(describe: () => string): void {
    this.#describe = describe;
  }

  async run<Result>(pieces: Pieces<Result>): Promise<Result> {
    const next = (): IteratorResult<number, Result> => pieces.next();
    try {
      for (;;) {
        const piece = withTeam(this.#team, next);
        if (piece.done === true) return piece.value;
        // Plugins may yield anything.
        if (typeof piece.value === 'number' && piece.value > 0) this.#done += piece.value;
        const turn = this.#interruption.point();
        if (turn !== undefined) await this.#taken(turn);
      }
    } finally {
      // Lets computations that are left in the middle clean up.
      pieces.return(undefined as never);
    }
  }

  async turn(): Promise<void> {
    const turn = this.#interruption.point();
    if (turn !== undefined) await this.#taken(turn);
  }

  async wait<Result>(result: Promise<Result>): Promise<Result> {
    const signal = this.#signal;
    if (signal === undefined) return result;
    let abort = (): void => undefined;
    const aborted = new Promise<never>((_, reject) => {
      abort = () => reject(signal.reason as Error);
      signal.addEventListener('abort', abort);
      if (signal.aborted) abort();
    });
    try {
      // What others do may fail of the abort too, which nobody waits for any more.
      return await Promise.race([aborted, result]);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  async #taken(turn: Promise<void>): Promise<void> {
    this.#report();
    await turn;
  }

  #report(): void {
    // The estimate may be short of what is done, and a build that goes on is not at its end.
    const done = this.#estimated === undefined ? 0 : this.#done / Math.max(this.#estimated, 1);
    this.#fraction = Math.max(this.#fraction, Math.min(done, 0.99));
    this.#onProgress?.(this.#fraction, this.#describe());
  }
}
