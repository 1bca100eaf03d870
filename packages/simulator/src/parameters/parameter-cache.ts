/** @file The parameters of an executable as they were last read: readable without waiting, and a state to go back to. */
import type { Executable } from '@ndl/core';
import { type FloatArray, firstNotFinite, type NdArray } from '@ndl/numerics';

/** Mirrors the parameter signals of an executable; refreshed after whatever may have moved them. */
export class ParameterCache {
  /** Names of all parameter signals, in the order of the graph. */
  readonly names: readonly string[];
  readonly #executable: Pick<Executable, 'read' | 'write'>;
  readonly #built: ReadonlyMap<string, NdArray>;
  readonly #changed = new Map<string, NdArray>();

  /** @param built what was built, by name; nobody else may change it. */
  constructor(built: ReadonlyMap<string, NdArray>, executable: Pick<Executable, 'read' | 'write'>) {
    this.names = [...built.keys()];
    this.#built = built;
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
    for (const name of this.names) this.#take(name, await this.#executable.read(name));
  }

  /** Reads all parameters again, unless one is not finite: then nothing is taken. @returns whether they were. */
  async refreshIfFinite(): Promise<boolean> {
    const read = await this.#read();
    if (firstNotFiniteOf(read) !== undefined) return false;
    for (const [name, value] of read) this.#take(name, value);
    return true;
  }

  /** The first parameter that is not finite now, and what it holds. Takes nothing. */
  async firstNotFinite(): Promise<{ readonly name: string; readonly value: number } | undefined> {
    return firstNotFiniteOf(await this.#read());
  }

  async #read(): Promise<ReadonlyMap<string, NdArray>> {
    const read = new Map<string, NdArray>();
    for (const name of this.names) read.set(name, await this.#executable.read(name));
    return read;
  }

  /** Writes the parameters back as they were last read. */
  async restore(): Promise<void> {
    for (const name of this.names) await this.#executable.write(name, this.current(name));
  }

  #take(name: string, now: NdArray): void {
    if (isRounded(this.#built.get(name)!.data, now.data)) this.#changed.delete(name);
    else this.#changed.set(name, now);
  }
}

/** Whether numbers are those of an array in their own format. */
function isRounded(array: FloatArray, numbers: FloatArray): boolean {
  const isSingle = numbers instanceof Float32Array;
  for (let index = 0; index < numbers.length; index++) {
    const value = array[index]!;
    // Called through a variable, `Math.fround` would leave garbage for each number.
    if (numbers[index] !== (isSingle ? Math.fround(value) : value)) return false;
  }
  return true;
}

function firstNotFiniteOf(
  parameters: ReadonlyMap<string, NdArray>,
): { readonly name: string; readonly value: number } | undefined {
  for (const [name, { data }] of parameters) {
    const at = firstNotFinite(data);
    if (at !== undefined) return { name, value: data[at]! };
  }
  return undefined;
}
