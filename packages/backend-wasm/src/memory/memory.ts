/** @file The memory of the WebAssembly backend: a piece of one address space per buffer, `[slices, items, ...shape]`. */
import type { Memory, StoreNeed, StoreShape } from '@ndl/backend-kit';
import type { FloatArray } from '@ndl/numerics';
import type { AddressSpace } from './address-space.ts';

export interface Store {
  /** In bytes. */
  readonly address: number;
  readonly shape: StoreShape;
  /** Grows whenever the contents may have changed from outside of emitted functions, or by one that says so. */
  version: number;
}

export class WasmMemory implements Memory<Store> {
  readonly #space: AddressSpace;

  constructor(space: AddressSpace) {
    this.#space = space;
  }

  allocate(shape: StoreShape): Store {
    return { address: this.#space.take(bytesOf(shape)), shape, version: 0 };
  }

  requireRoom(needs: readonly StoreNeed[]): void {
    this.#space.require(needs.map(({ name, shape }) => ({ name, shape, bytes: bytesOf(shape) })));
  }

  free(store: Store): void {
    this.#space.give(store.address, bytesOf(store.shape));
  }

  within({ address }: Store, shape: StoreShape): Store {
    return { address, shape, version: 0 };
  }

  write(store: Store, row: number, data: FloatArray): void {
    this.#numbers(store).set(data, startOf(store, row));
    store.version++;
  }

  rows(store: Store, row: number, length: number): FloatArray {
    const start = startOf(store, row);
    store.version++;
    return this.#numbers(store).subarray(start, start + length);
  }

  fill(store: Store, row: number, count: number, contents: number | FloatArray): void {
    const { size } = store.shape;
    const numbers = this.#numbers(store);
    const start = startOf(store, row);
    store.version++;
    if (typeof contents === 'number') numbers.fill(contents, start, start + count * size);
    else for (let each = 0; each < count; each++) numbers.set(contents, start + each * size);
  }

  copy(from: Store, fromRow: number, to: Store, toRow: number, count: number): void {
    const start = startOf(from, fromRow);
    this.#numbers(to).copyWithin(startOf(to, toRow), start, start + count * from.shape.size);
    to.version++;
  }

  read(store: Store, row: number, into: FloatArray): void {
    const start = startOf(store, row);
    into.set(this.#numbers(store).subarray(start, start + into.length));
  }

  #numbers({ shape }: Store): FloatArray {
    return shape.dtype === 'float32' ? this.#space.float32 : this.#space.float64;
  }
}

/** The number of a row's first element among all of memory. */
function startOf(store: Store, row: number): number {
  return rowAddress(store, row) / elementBytes(store.shape.dtype);
}

/** Where a row begins. */
export function rowAddress({ address, shape }: Store, row: number): number {
  return address + row * shape.size * elementBytes(shape.dtype);
}

export function bytesOf({ dtype, slices, copies, size }: StoreShape): number {
  return slices * copies * size * elementBytes(dtype);
}

export function elementBytes(dtype: StoreShape['dtype']): number {
  return dtype === 'float32' ? 4 : 8;
}
