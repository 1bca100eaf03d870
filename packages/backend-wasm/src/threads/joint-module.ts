/** @file `JointModule`: a module that threads run together, as soon as they have it. Until then, one thread does it all. */
import type { ThreadTeam } from './thread-team.ts';
import type { Thresholds } from './work-time.ts';

/** Threads, and what is known of the work that they are to do. */
export interface Crew {
  readonly team: ThreadTeam;
  /** Of a block, more or less. */
  readonly steps: number;
  readonly thresholds: Thresholds;
  /** Whether nothing is run before they are there. */
  readonly isWaitedFor: boolean;
  /** They have something to run together. */
  joined(): void;
  /** They cannot be started: one thread does it all. */
  refused(reason: unknown): void;
}

/** Milliseconds that threads are waited for which nobody asked for. */
const SOON = 2000;

export class JointModule {
  /** Resolves when the threads have the module, or cannot be started. */
  readonly ready: Promise<void>;
  readonly #crew: Crew;
  /** Its number among those of the threads. */
  #number: number | undefined;
  #isFreed = false;

  constructor(crew: Crew, code: WebAssembly.Module) {
    this.#crew = crew;
    this.ready = crew.team.add(code).then(
      (number) => {
        if (this.#isFreed) crew.team.remove(number);
        else this.#number = number;
        crew.joined();
      },
      (error: unknown) => crew.refused(error),
    );
  }

  /** Resolves when they have it, or do not start, or have not for a while. */
  async readySoon(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const elapsed = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, SOON);
    });
    await Promise.race([this.ready, elapsed]);
    clearTimeout(timer);
  }

  /** Whether somebody asked for threads: otherwise they run what they do sooner than one. */
  get isAskedFor(): boolean {
    return this.#crew.isWaitedFor;
  }

  /** Whether the threads have it. */
  get isReady(): boolean {
    return this.#number !== undefined;
  }

  /** Whether the threads are worth calling where they save so many nanoseconds. */
  saves(nanoseconds: number): boolean {
    return this.#number !== undefined && nanoseconds > this.#crew.thresholds.call;
  }

  /** Runs functions side by side, one for each thread, or one by the first of them. @throws NdlError BACKEND_FAILED */
  run(names: readonly string[]): Promise<void> {
    return this.#crew.team.run(this.#number!, names);
  }

  free(): void {
    this.#isFreed = true;
    if (this.#number !== undefined) this.#crew.team.remove(this.#number);
  }
}
