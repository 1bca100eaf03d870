/** @file States that were, and that were taken back. */

const MOST = 100;

/** A value that changes, and goes back and forth. */
export class UndoHistory<State> {
  #past: State[] = [];
  #future: State[] = [];
  #present: State;

  constructor(present: State) {
    this.#present = present;
  }

  get present(): State {
    return this.#present;
  }

  get canUndo(): boolean {
    return this.#past.length > 0;
  }

  get canRedo(): boolean {
    return this.#future.length > 0;
  }

  /** A new state; what was taken back is no more. */
  change(state: State): void {
    this.#past = [...this.#past.slice(-MOST + 1), this.#present];
    this.#future = [];
    this.#present = state;
  }

  /** Another state in place of the present one, which nobody goes back to. */
  amend(state: State): void {
    this.#present = state;
  }

  undo(): State {
    const before = this.#past.pop();
    if (before !== undefined) {
      this.#future.push(this.#present);
      this.#present = before;
    }
    return this.#present;
  }

  redo(): State {
    const after = this.#future.pop();
    if (after !== undefined) {
      this.#past.push(this.#present);
      this.#present = after;
    }
    return this.#present;
  }
}
