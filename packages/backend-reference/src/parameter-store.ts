/** @file Shared memory that outlives every call: parameters and what optimizers remember, by buffer id, for all programs of a source. */
import { executableErrors } from '@ndl/core';
import type { Buffer, Dtype } from '@ndl/ir';
import { sizeOf } from '@ndl/numerics';
import { createStorage, fillInitial, type Storage } from './storage.ts';

export class ParameterStore {
  readonly #storages = new Map<string, Storage>();

  /** The one memory of a buffer; the first program that names it gives its initial contents. @throws NdlError BUFFER_CONFLICT */
  storageOf(buffer: Buffer, dtype: Dtype): Storage {
    const known = this.#storages.get(buffer.id);
    if (known === undefined) {
      const created = createStorage(buffer, dtype, 1, 1);
      this.#storages.set(buffer.id, created);
      return created;
    }
    const size = sizeOf(buffer.shape);
    if (known.array.length !== size) throw executableErrors.bufferConflict(buffer.id, known.array.length, size);
    return known;
  }

  /** Optimizer memory back to its initial values. */
  resetOptimizer(): void {
    for (const storage of this.#storages.values()) if (storage.buffer.role === 'optimizer') fillInitial(storage);
  }
}
