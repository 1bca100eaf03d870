/** @file The parameters of an executable as they are now, readable without waiting. */
import type { Executable, OperatorGraph } from '@ndl/core';
import type { NdArray } from '@ndl/numerics';

/** Mirrors the parameter signals of an executable; refreshed after each call that may move them. */
export class ParameterCache {
  /** Names of all parameter signals, in the order of the graph. */
  readonly names: readonly string[];
  readonly #executable: Executable;
  readonly #built: ReadonlyMap<string, NdArray>;
  readonly #changed = new Map<string, NdArray>();

  constructor(graph: OperatorGraph, executable: Executable) {
    const parameters = graph.signals.filter(({ role }) => role === 'parameter');
    this.names = parameters.map(({ name }) => name);
    this.#built = new Map(parameters.map(({ name, initial }) => [name, initial]));
    this.#executable = executable;
  }

  /** The value of a parameter that differs from what was built; undefined where it does not. */
  changed(name: string): NdArray | undefined {
    return this.#changed.get(name);
  }

  /** The value of a parameter as it is now. */
  current(name: string): NdArray {
    return this.#changed.get(name) ?? this.#built.get(name)!;
  }

  /** Reads all parameters again. */
  async refresh(): Promise<void> {
    for (const name of this.names) {
      const now = await this.#executable.read(name);
      const built = this.#built.get(name)!;
      const rounded = now.data instanceof Float32Array ? Math.fround : (value: number): number => value;
      const isAsBuilt = now.data.every((value, index) => value === rounded(built.data[index]!));
      if (isAsBuilt) this.#changed.delete(name);
      else this.#changed.set(name, now);
    }
  }
}
