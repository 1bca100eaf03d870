/**
 * @file What lets a later pass compute a block once more: for each block, the steps before it of what spans blocks, as they were when
 * the first pass came by.
 */
import type { BoundProgram } from './bound-program.ts';
import type { Memory } from '../engine.ts';
import type { Slices } from '../memory/slices.ts';

export class Recomputation<Store> {
  readonly #memory: Memory<Store>;
  readonly #recomputed: readonly Slices<Store>[];
  /** For each block, and then for what follows the last: one store per buffer. */
  readonly #kept: (readonly Store[])[] = [];

  constructor(memory: Memory<Store>, bound: BoundProgram<Store>) {
    this.#memory = memory;
    this.#recomputed = bound.prepared.recomputed.map((id) => bound.slicesOf(id));
  }

  /** Keeps the steps before the present block, or at the end those before what follows. */
  keep(): void {
    if (this.#recomputed.length === 0) return;
    this.#kept.push(
      this.#recomputed.map((slices) => {
        const { store, row, count } = slices.kept();
        const kept = this.#memory.allocate({ ...slices.shape, slices: slices.keep });
        this.#memory.copy(store, row, kept, 0, count);
        return kept;
      }),
    );
  }

  /** Puts back the steps before block `index`: the present block begins after them. */
  putBack(index: number): void {
    this.#recomputed.forEach((slices, number) => {
      const { store, row, count } = slices.kept();
      this.#memory.copy(this.#kept[index]![number]!, 0, store, row, count);
    });
  }

  free(): void {
    for (const stores of this.#kept) for (const store of stores) this.#memory.free(store);
    this.#kept.length = 0;
  }
}
