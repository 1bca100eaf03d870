/** @file Tensors that outlive windows, by buffer: parameters and optimizer memory, and the state that runs carry. */
import { executableErrors } from '@ndl/core';
import type { Buffer } from '@ndl/ir';
import { sizeOf } from '@ndl/numerics';
import { dimsOf, type Tensor, type TensorFlow } from './tensors.ts';

/** One whole tensor [kept steps, items, size] per buffer. */
export class TensorStore {
  readonly #tf: TensorFlow;
  readonly #tensors = new Map<string, { readonly buffer: Buffer; readonly tensor: Tensor }>();

  constructor(tf: TensorFlow) {
    this.#tf = tf;
  }

  /** @throws NdlError BUFFER_CONFLICT */
  find({ id, shape }: Buffer): Tensor | undefined {
    const tensor = this.#tensors.get(id)?.tensor;
    const size = sizeOf(shape);
    if (tensor !== undefined && dimsOf(tensor)[2] !== size)
      throw executableErrors.bufferConflict(id, dimsOf(tensor)[2], size);
    return tensor;
  }

  /**
   * @param make what the buffer begins with, where nothing is stored
   * @throws NdlError BUFFER_CONFLICT
   */
  get(buffer: Buffer, make: () => Tensor): Tensor {
    const known = this.find(buffer);
    if (known !== undefined) return known;
    const tensor = this.#tf.keep(make());
    this.#tensors.set(buffer.id, { buffer, tensor });
    return tensor;
  }

  /** Takes over a kept tensor. */
  replace(buffer: Buffer, tensor: Tensor): void {
    const known = this.#tensors.get(buffer.id);
    if (known?.tensor === tensor) return;
    this.#tensors.set(buffer.id, { buffer, tensor });
    known?.tensor.dispose();
  }

  /** Back to what buffers begin with: all that a condition names. */
  reset(condition: (buffer: Buffer) => boolean = () => true): void {
    for (const [id, { buffer, tensor }] of this.#tensors) {
      if (!condition(buffer)) continue;
      this.#tensors.delete(id);
      tensor.dispose();
    }
  }
}
