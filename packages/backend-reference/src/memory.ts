/** @file The memory of the reference backend: an array per buffer, `[slices, items, ...shape]`. */
import type { Memory, StoreShape } from '@ndl/backend-kit';
import type { FloatArray } from '@ndl/numerics';

export interface Store {
  readonly array: FloatArray;
  /** Elements of a row. */
  readonly size: number;
}

export class ArrayMemory implements Memory<Store> {
  allocate({ dtype, slices, copies, size }: StoreShape): Store {
    const length = slices * copies * size;
    return { array: dtype === 'float32' ? new Float32Array(length) : new Float64Array(length), size };
  }

  free(): void {}

  within({ array }: Store, { slices, copies, size }: StoreShape): Store {
    return { array: array.subarray(0, slices * copies * size), size };
  }

  write({ array, size }: Store, row: number, data: FloatArray): void {
    array.set(data, row * size);
  }

  rows({ array, size }: Store, row: number, length: number): FloatArray {
    return array.subarray(row * size, row * size + length);
  }

  fill({ array, size }: Store, row: number, count: number, contents: number | FloatArray): void {
    if (typeof contents === 'number') array.fill(contents, row * size, (row + count) * size);
    else for (let each = row; each < row + count; each++) array.set(contents, each * size);
  }

  copy({ array, size }: Store, fromRow: number, to: Store, toRow: number, count: number): void {
    to.array.set(array.subarray(fromRow * size, (fromRow + count) * size), toRow * size);
  }

  read({ array, size }: Store, row: number, into: FloatArray): void {
    into.set(array.subarray(row * size, row * size + into.length));
  }
}
