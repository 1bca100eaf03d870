/** @file A small memory of what was made last: bound programs of a few batch sizes, not of every one ever seen. */

/** Keeps the `capacity` most recently used values. */
export class Recent<Key extends object, Value> {
  readonly #capacity: number;
  readonly #entries: { readonly owner: Key; readonly detail: string; readonly value: Value }[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** The value for this owner and detail, made where it is not remembered. */
  get(owner: Key, detail: string, make: () => Value): Value {
    const index = this.#entries.findIndex((entry) => entry.owner === owner && entry.detail === detail);
    const entry = index >= 0 ? this.#entries.splice(index, 1)[0]! : { owner, detail, value: make() };
    this.#entries.unshift(entry);
    this.#entries.length = Math.min(this.#entries.length, this.#capacity);
    return entry.value;
  }

  clear(): void {
    this.#entries.length = 0;
  }
}
