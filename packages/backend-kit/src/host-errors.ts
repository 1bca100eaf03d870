/** @file What host functions throw, told from what the engine that calls them throws. */
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

  /** Whether this is what a host function threw last. */
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
