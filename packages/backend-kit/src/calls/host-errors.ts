/** @file What host functions throw, and who asks for a pause, told from what the engine that calls them throws. */
import type { HostInstance } from '@ndl/ir';

export class HostErrors {
  readonly #watched = new WeakMap<readonly HostInstance[], readonly HostInstance[]>();
  #last: { readonly error: unknown } | undefined;

  /** The same functions; what making them, or calling them, throws is remembered. */
  watched(make: () => readonly HostInstance[]): readonly HostInstance[] {
    const instances = this.#noting(make);
    const known = this.#watched.get(instances);
    if (known !== undefined) return known;
    const made = instances.map((instance): HostInstance => ({
      call: (...given) => this.#noting(() => instance.call(...given)),
    }));
    this.#watched.set(instances, made);
    return made;
  }

  /** The same pause; what it throws, or rejects with, as where a call is aborted, is remembered. */
  watchedPause(pause: () => void | Promise<void>): () => void | Promise<void> {
    return () => {
      const turn = this.#noting(pause);
      return turn?.catch((error: unknown) => {
        this.#last = { error };
        throw error;
      });
    };
  }

  /** Whether this is what one of them threw last. */
  threw(error: unknown): boolean {
    return this.#last !== undefined && Object.is(this.#last.error, error);
  }

  #noting<Result>(call: () => Result): Result {
    try {
      return call();
    } catch (error) {
      this.#last = { error };
      throw error;
    }
  }
}
