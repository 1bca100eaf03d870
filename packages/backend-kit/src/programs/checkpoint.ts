/** @file What puts state back to where it was before steps that failed. */
import type { Interruption } from '@ndl/core';
import type { Program } from '@ndl/ir';
import type { Memory } from '../engine.ts';
import { copyRows, type Pause, type Rows } from '../memory/row-transfers.ts';
import type { RunHosts } from '../memory/run-hosts.ts';
import type { Slices } from '../memory/slices.ts';
import type { Waiting } from '../calls/waiting.ts';

/** What state is copied of: a program bound to memory. */
export interface Restorable<Store> {
  readonly program: Program;
  readonly prepared: { readonly changedState: readonly string[]; readonly keepsBlocks: boolean };
  readonly places: Iterable<Slices<Store>>;
  readonly state: { readonly hosts: Pick<RunHosts, 'checkpoint'> };
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

  *take(interruption: Interruption): Waiting {
    for (const { slices, store, rows } of this.#copies)
      yield* copyRows(this.#memory, rowsOf(slices, rows), { store, row: 0 }, interruption);
    const { program, state } = this.#bound;
    this.#putBackHosts = program.hosts.length > 0 ? state.hosts.checkpoint() : undefined;
  }

  /** Not to be aborted. */
  *putBack(interruption: Interruption): Waiting {
    const pause: Pause = { point: () => interruption.turn() };
    for (const { slices, store, rows } of this.#copies) {
      slices.end = slices.keep;
      const kept = { store, row: 0, count: rows, size: slices.shape.size };
      yield* copyRows(this.#memory, kept, rowsOf(slices, rows), pause);
    }
    this.#putBackHosts?.();
  }

  free(): void {
    for (const { store } of this.#copies) this.#memory.free(store);
  }
}

/** What there is to be kept of a buffer: its one value, or the steps before. */
function rowsOf<Store>(slices: Slices<Store>, count: number): Rows<Store> {
  return slices.span === 'one' ? { store: slices.store, row: 0, count, size: slices.shape.size } : slices.kept();
}
