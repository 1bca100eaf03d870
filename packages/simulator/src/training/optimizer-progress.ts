/** @file How far optimizers have come: one that is given to call after call goes on, one that is new begins anew. */
import type { Optimizer } from '@ndl/core';
import { RandomState, type NdArray } from '@ndl/numerics';
import type { NetworkExecutable } from '../composition/network-executable.ts';

/** How far one optimizer has come on a simulator. */
export class OptimizerProgress {
  /** Updates that it has made: schedules count on. */
  updates = 0;
  /** What it remembered when another one took its place. */
  memory: ReadonlyMap<string, NdArray> | undefined;
  #order: { readonly seed: number; readonly random: RandomState } | undefined;

  /** The draws of a seed, by which items are shuffled: where the last call had the same one, they go on. */
  orderOf(seed: number): RandomState {
    if (this.#order?.seed !== seed) this.#order = { seed, random: new RandomState(seed) };
    return this.#order.random;
  }
}

export class OptimizerProgresses {
  readonly #executable: NetworkExecutable;
  readonly #onWarning: (message: string) => void;
  readonly #known = new WeakMap<Optimizer, OptimizerProgress>();
  /** Whose memory the executable has. */
  #present: WeakRef<Optimizer> | undefined;

  constructor(executable: NetworkExecutable, onWarning: (message: string) => void) {
    this.#executable = executable;
    this.#onWarning = onWarning;
  }

  /** Sees to it that the executable has what this optimizer remembers. */
  async begin(optimizer: Optimizer): Promise<OptimizerProgress> {
    const known = this.#known.get(optimizer);
    const present = this.#present?.deref();
    if (known !== undefined && present === optimizer) return known;
    // One that nobody holds any more will not come back.
    if (present !== undefined) await this.#keep(present);
    this.#present = new WeakRef(optimizer);
    if (known?.memory !== undefined) {
      await this.#executable.restoreOptimizer(known.memory);
      known.memory = undefined;
      return known;
    }
    if (known !== undefined)
      this.#onWarning(
        'train: the optimizer begins anew, as another one was used since and the backend does not keep what optimizers remember.',
      );
    this.#executable.resetOptimizer();
    const begun = new OptimizerProgress();
    this.#known.set(optimizer, begun);
    return begun;
  }

  /** Forgets an optimizer whose memory is not to be gone on with. */
  forget(optimizer: Optimizer): void {
    this.#known.delete(optimizer);
    if (this.#present?.deref() === optimizer) this.#present = undefined;
  }

  async #keep(optimizer: Optimizer): Promise<void> {
    const progress = this.#known.get(optimizer);
    if (progress !== undefined) progress.memory = await this.#executable.saveOptimizer();
  }
}
