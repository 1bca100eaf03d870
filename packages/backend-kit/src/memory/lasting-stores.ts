/**
 * @file Memory that outlives calls, by buffer id: parameters, what optimizers remember, and state. A store has its initial contents
 * from when it is first used, or used again after it was forgotten.
 */
import { executableErrors, type Interruption } from '@ndl/core';
import type { Buffer, Dtype, Tables } from '@ndl/ir';
import { sizeOf, type FloatArray } from '@ndl/numerics';
import type { Memory, StoreShape } from '../engine.ts';
import { fillRows } from './row-transfers.ts';
import type { Waiting } from '../calls/waiting.ts';

/** What a buffer begins with. */
export type Contents = number | FloatArray | { readonly parameter: string };

export function contentsOf({ initial }: Buffer, { arrays }: Tables): Contents {
  if (typeof initial === 'number' || 'parameter' in initial) return initial;
  return arrays.get(initial.array)!.data;
}

export interface LastingStore<Store> {
  readonly buffer: Buffer;
  readonly contents: Contents;
  readonly shape: StoreShape;
  readonly store: Store;
  isFilled: boolean;
}

export class LastingStores<Store> {
  readonly #memory: Memory<Store>;
  readonly #stores = new Map<string, LastingStore<Store>>();

  constructor(memory: Memory<Store>) {
    this.#memory = memory;
  }

  /**
   * The one store of a buffer; the first program that names it gives its initial contents.
   * @throws NdlError BUFFER_CONFLICT
   */
  of(buffer: Buffer, tables: Tables, dtype: Dtype, items = 1): LastingStore<Store> {
    const known = this.#stores.get(buffer.id);
    const size = sizeOf(buffer.shape);
    if (known !== undefined) {
      if (known.shape.size !== size) throw executableErrors.bufferConflict(buffer.id, known.shape.size, size);
      return known;
    }
    const shape: StoreShape = { dtype, slices: 1, copies: buffer.items ? items : 1, size };
    const contents = contentsOf(buffer, tables);
    const made = { buffer, contents, shape, store: this.#memory.allocate(shape), isFilled: false };
    this.#stores.set(buffer.id, made);
    return made;
  }

  get(id: string): LastingStore<Store> | undefined {
    return this.#stores.get(id);
  }

  all(): Iterable<LastingStore<Store>> {
    return this.#stores.values();
  }

  /** Sees to it that a store holds something: what `value` says. */
  *fill(lasting: LastingStore<Store>, value: number | FloatArray, interruption: Interruption): Waiting {
    const { store, shape } = lasting;
    yield* fillRows(this.#memory, { store, row: 0, count: shape.copies, size: shape.size }, value, interruption);
    lasting.isFilled = true;
  }

  /** Those that `condition` names begin anew when they are used again. */
  forget(condition: (buffer: Buffer) => boolean = () => true): void {
    for (const lasting of this.#stores.values()) if (condition(lasting.buffer)) lasting.isFilled = false;
  }

  free(): void {
    for (const { store } of this.#stores.values()) this.#memory.free(store);
    this.#stores.clear();
  }
}
