/** @file Tensors that outlive windows, by buffer: parameters and optimizer memory, and the state that runs carry. */
import { executableErrors } from '@ndl/core';
import type { Buffer } from '@ndl/ir';
import { sizeOf } from '@ndl/numerics';
import type { Arithmetic } from './arithmetic.ts';
import type { Dims, Tensor, TensorFlow } from './tensors.ts';

/** Slices that outlive a window: those of the steps before, or the one value for all. */
export function keptSteps({ steps }: Buffer): number {
  return steps === 'one' ? 1 : steps.before;
}

/** One whole tensor [kept steps, items, size] per buffer; made when first asked for. */
export class TensorStore {
  readonly #tf: TensorFlow;
  readonly #arithmetic: Arithmetic;
  readonly #tensors = new Map<string, { readonly buffer: Buffer; readonly tensor: Tensor }>();
  readonly items: number;

  constructor(tf: TensorFlow, arithmetic: Arithmetic, items: number) {
    this.#tf = tf;
    this.#arithmetic = arithmetic;
    this.items = items;
  }

  has(id: string): boolean {
    return this.#tensors.has(id);
  }

  /**
   * @param make what the buffer begins with
   * @throws NdlError BUFFER_CONFLICT
   */
  get(buffer: Buffer, make: (dims: Dims) => Tensor): Tensor {
    const known = this.#tensors.get(buffer.id);
    const dims = this.#dimsOf(buffer);
    if (known === undefined) {
      const tensor = this.#tf.keep(make(dims));
      this.#tensors.set(buffer.id, { buffer, tensor });
      return tensor;
    }
    const [steps, , size] = known.tensor.shape as unknown as Dims;
    if (size !== dims[2] || steps !== dims[0])
      throw executableErrors.bufferConflict(buffer.id, steps * size, dims[0] * dims[2]);
    return known.tensor;
  }

  /** Takes over a kept tensor. */
  replace(buffer: Buffer, tensor: Tensor): void {
    const known = this.#tensors.get(buffer.id);
    if (known?.tensor === tensor) return;
    this.#tensors.set(buffer.id, { buffer, tensor });
    known?.tensor.dispose();
  }

  setContents(buffer: Buffer, data: Float32Array): void {
    this.replace(buffer, this.#tf.keep(this.#arithmetic.fromArray(data, this.#dimsOf(buffer))));
  }

  /** Back to what buffers begin with, of all or of one role. */
  reset(role?: Buffer['role']): void {
    for (const [id, { buffer, tensor }] of this.#tensors) {
      if (role !== undefined && buffer.role !== role) continue;
      this.#tensors.delete(id);
      tensor.dispose();
    }
  }

  #dimsOf(buffer: Buffer): Dims {
    return [keptSteps(buffer), buffer.items ? this.items : 1, sizeOf(buffer.shape)];
  }
}
