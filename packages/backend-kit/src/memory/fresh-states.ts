/** @file States of runs and trainings that begin anew at each call: kept for their memory, by number of items. */
import { Recent } from '../calls/recent.ts';
import type { RunState } from './run-state.ts';

/** Numbers of items that memory is kept for: those of a minibatch, and of the last one, which is smaller. */
const REMEMBERED = 3;

export class FreshStates<Store> {
  readonly #recent: Recent<RunState<Store>>;

  constructor(letGo: (state: RunState<Store>) => void) {
    this.#recent = new Recent(REMEMBERED, letGo);
  }

  of(items: number, make: () => RunState<Store>): RunState<Store> {
    const known = this.#recent.find((state) => state.items === items);
    if (known !== undefined) return known;
    const made = make();
    this.#recent.add(made);
    return made;
  }

  clear(): void {
    this.#recent.drop();
  }
}
