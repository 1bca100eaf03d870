/** @file What puts state back to where it was before steps that failed. */
import type { Program } from '@ndl/ir';
import type { Memory } from './engine.ts';
import type { Slices } from './slices.ts';

/** What state is copied of: a program bound to memory. */
export interface Restorable<Store> {
  readonly program: Program;
  readonly prepared: { readonly changedState: readonly string[]; readonly keepsBlocks: boolean };
  readonly places: Iterable<Slices<Store>>;
  readonly state: { hostCheckpoint(): () => void };
}

interface Copy<Store> {
  readonly slices: Slices<Store>;
  readonly store: Store;
  /** Rows that were copied. */
  readonly rows: number;
}

/** A copy of the state that a program changes, which is taken as often as wanted. */
export class Checkpoint<Store> {
  readonly #memory: Memory<Store>;
  readonly #bound: Restorable<Store>;
  readonly #copies: readonly Copy<Store>[];
  #putBackHosts: (() => void) | undefined;

  /** What spans blocks stays in front of blocks that are not done, where each block is wholly done before the next. */
  constructor(memory: Memory<Store>, bound: Restorable<Store>) {
    this.#memory = memory;
    this.#bound = bound;
    const { changedState, keepsBlocks } = bound.prepared;
    const copied = [...bound.places].filter(({ buffer, span, keep, direction }) => {
      if (buffer.lifetime !== 'run' || direction === 'descending') return false;
      return span === 'one' ? changedState.includes(buffer.id) : span === 'block' && keep > 0 && !keepsBlocks;
    });
    this.#copies = copied.map((slices) => {
      const rows = slices.span === 'one' ? slices.shape.copies : slices.kept().count;
      const store = memory.allocate({ ...slices.shape, slices: rows / slices.shape.copies });
      return { slices, store, rows };
    });
  }

  take(): void {
    for (const { slices, store, rows } of this.#copies) {
      const row = slices.span === 'one' ? 0 : slices.kept().row;
      this.#memory.copy(slices.store, row, store, 0, rows);
    }
    const { program, state } = this.#bound;
    this.#putBackHosts = program.hosts.length > 0 ? state.hostCheckpoint() : undefined;
  }

  putBack(): void {
    for (const { slices, store, rows } of this.#copies) {
      slices.end = slices.keep;
      this.#memory.copy(store, 0, slices.store, slices.span === 'one' ? 0 : slices.kept().row, rows);
    }
    this.#putBackHosts?.();
  }

  free(): void {
    for (const { store } of this.#copies) this.#memory.free(store);
  }
}
