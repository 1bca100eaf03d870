/** @file Tensors that outlive windows, by buffer: parameters and optimizer memory, and the state that runs carry. */
import { executableErrors } from '@ndl/core';
import type { Buffer } from '@ndl/ir';
import { NdArray, sizeOf } from '@ndl/numerics';
import { extentsOf, type Tensor, type TensorFlow } from '../engines/tensors.ts';

/** One whole tensor [kept steps, items, size] per buffer. */
export class TensorStore {
  readonly #tf: TensorFlow;
  readonly #tensors = new Map<string, { readonly buffer: Buffer; readonly tensor: Tensor }>();

  /** What buffers begin with, where it is not what programs say. */
  #begins: ReadonlyMap<string, NdArray> = new Map();

  constructor(tf: TensorFlow) {
    this.#tf = tf;
  }

  /** @throws NdlError BUFFER_CONFLICT */
  find({ id, shape }: Buffer): Tensor | undefined {
    const tensor = this.#tensors.get(id)?.tensor;
    const size = sizeOf(shape);
    if (tensor !== undefined && extentsOf(tensor)[2] !== size)
      throw executableErrors.bufferConflict(id, extentsOf(tensor)[2], size);
    return tensor;
  }

  /**
   * @param make what the buffer begins with, where nothing is stored; of these numbers, where it is to begin with them
   * @throws NdlError BUFFER_CONFLICT
   */
  get(buffer: Buffer, make: (begins: NdArray | undefined) => Tensor): Tensor {
    const known = this.find(buffer);
    if (known !== undefined) return known;
    const tensor = this.#tf.keep(make(this.#begins.get(buffer.id)));
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

  /** Copies of what is stored of these buffers, and of what they begin with where nothing is. */
  async saved(
    condition: (buffer: Buffer) => boolean,
    fetch: (tensors: readonly Tensor[]) => Promise<readonly Float32Array[]>,
  ): Promise<ReadonlyMap<string, NdArray>> {
    const saved = new Map(this.#begins);
    const wanted = [...this.#tensors.values()].filter(({ buffer }) => condition(buffer));
    const contents = wanted.length === 0 ? [] : await fetch(wanted.map(({ tensor }) => tensor));
    wanted.forEach(({ buffer }, index) => saved.set(buffer.id, new NdArray(contents[index]!.slice(), buffer.shape)));
    return saved;
  }

  /** Buffers of these names begin with these numbers when they are used again. */
  beginWith(contents: ReadonlyMap<string, NdArray>): void {
    this.#begins = contents;
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
