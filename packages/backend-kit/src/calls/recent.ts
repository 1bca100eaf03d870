/** @file A small memory of what was used last. */

/** Keeps the `capacity` most recently used values, and lets go of the others. */
export class Recent<Value> {
  readonly #capacity: number;
  readonly #letGo: (value: Value) => void;
  /** The most recent first. */
  readonly #values: Value[] = [];

  constructor(capacity: number, letGo: (value: Value) => void) {
    this.#capacity = capacity;
    this.#letGo = letGo;
  }

  /** A value that fits, which is the most recent one from now on. */
  find(fits: (value: Value) => boolean): Value | undefined {
    const index = this.#values.findIndex(fits);
    if (index < 0) return undefined;
    const [value] = this.#values.splice(index, 1);
    this.#values.unshift(value!);
    return value;
  }

  add(value: Value): void {
    this.#values.unshift(value);
    for (const old of this.#values.splice(this.#capacity)) this.#letGo(old);
  }

  /** Lets go of those that a condition names. */
  drop(condition: (value: Value) => boolean = () => true): void {
    const dropped = this.#values.filter(condition);
    this.#values.splice(0, Infinity, ...this.#values.filter((value) => !dropped.includes(value)));
    for (const value of dropped) this.#letGo(value);
  }
}
