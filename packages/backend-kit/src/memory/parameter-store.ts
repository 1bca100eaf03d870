/** @file Memory that all programs and all items share: parameters, what optimizers remember, and constants. */
import type { Interruption } from '@ndl/core';
import type { Buffer, Dtype, Tables } from '@ndl/ir';
import { NdArray, type FloatArray } from '@ndl/numerics';
import type { Memory } from '../engine.ts';
import { type LastingStore, LastingStores } from './lasting-stores.ts';
import { readRows } from './row-transfers.ts';
import type { Waiting } from '../calls/waiting.ts';

export class ParameterStore<Store> {
  readonly #memory: Memory<Store>;
  readonly #dtype: Dtype;
  readonly #stores: LastingStores<Store>;
  /** What optimizers remembered when they were last used, until their stores are used again. */
  #remembered: ReadonlyMap<string, NdArray> = new Map();
  /** By what they hold: constants of two programs are one where they are made of one array. Each with the number of its users. */
  readonly #constants = new Map<FloatArray, { readonly store: Store; users: number }>();

  constructor(memory: Memory<Store>, dtype: Dtype) {
    this.#memory = memory;
    this.#dtype = dtype;
    this.#stores = new LastingStores(memory);
  }

  /** The memory of a parameter, or of what an optimizer remembers. @throws NdlError BUFFER_CONFLICT */
  storeOf(buffer: Buffer, tables: Tables): LastingStore<Store> {
    return this.#stores.of(buffer, tables, this.#dtype);
  }

  /** Whether a buffer has its memory already. */
  has(id: string): boolean {
    return this.#stores.get(id) !== undefined;
  }

  /** Sees to it that it holds what was learnt, or what it begins with. */
  *ready(buffer: Buffer, tables: Tables, interruption: Interruption): Waiting<LastingStore<Store>> {
    const lasting = this.storeOf(buffer, tables);
    if (lasting.isFilled) return lasting;
    // What begins as a parameter is state, and lies elsewhere.
    const contents = this.#remembered.get(buffer.id)?.data ?? (lasting.contents as number | FloatArray);
    yield* this.#stores.fill(lasting, contents, interruption);
    return lasting;
  }

  /** What a parameter holds at present. */
  *valueOf(buffer: Buffer, tables: Tables, interruption: Interruption): Waiting<FloatArray> {
    const { store, shape } = yield* this.ready(buffer, tables, interruption);
    const value = allocate(this.#dtype, shape.size);
    yield* readRows(this.#memory, { store, row: 0, count: 1, size: shape.size }, value, interruption);
    return value;
  }

  /** The memory of a constant of these numbers, until each of its users has let it go. */
  constant(numbers: FloatArray): Store {
    const known = this.#constants.get(numbers);
    if (known !== undefined) {
      known.users += 1;
      return known.store;
    }
    const store = this.#memory.allocate({ dtype: this.#dtype, slices: 1, copies: 1, size: numbers.length });
    this.#memory.write(store, 0, numbers);
    this.#constants.set(numbers, { store, users: 1 });
    return store;
  }

  letGoOfConstant(numbers: FloatArray): void {
    const known = this.#constants.get(numbers);
    if (known === undefined || --known.users > 0) return;
    this.#memory.free(known.store);
    this.#constants.delete(numbers);
  }

  /** What optimizers remember begins anew. */
  resetOptimizer(): void {
    this.restoreOptimizer(new Map());
  }

  /** What optimizers remember, by buffer. */
  *savedOptimizer(interruption: Interruption): Waiting<ReadonlyMap<string, NdArray>> {
    const saved = new Map(this.#remembered);
    for (const { buffer, shape, store, isFilled } of this.#stores.all()) {
      if (buffer.role !== 'optimizer' || !isFilled) continue;
      const data = allocate(this.#dtype, shape.size);
      yield* readRows(this.#memory, { store, row: 0, count: 1, size: shape.size }, data, interruption);
      saved.set(buffer.id, new NdArray(data, buffer.shape));
    }
    return saved;
  }

  /** They begin with what was saved when they are used again. */
  restoreOptimizer(saved: ReadonlyMap<string, NdArray>): void {
    this.#stores.forget(({ role }) => role === 'optimizer');
    this.#remembered = saved;
  }

  free(): void {
    this.#stores.free();
    for (const { store } of this.#constants.values()) this.#memory.free(store);
    this.#constants.clear();
  }
}

/** Zeros in the dtype's format. */
export function allocate(dtype: Dtype, length: number): FloatArray {
  return dtype === 'float32' ? new Float32Array(length) : new Float64Array(length);
}
