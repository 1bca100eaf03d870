/** @file Tensors that outlive blocks, by buffer: parameters and optimizer memory, and the state that runs carry. */
import { executableErrors, type ExecutableState } from '@ndl/core';
import type { Buffer, HostDeclaration, HostInstance } from '@ndl/ir';
import { NdArray, sizeOf } from '@ndl/numerics';
import type { Arithmetic } from './arithmetic.ts';
import type { Engine } from './engine.ts';
import { initialValue } from './frame.ts';
import type { Dims, Tensor, TensorFlow } from './tensors.ts';

/** One whole tensor [1, items, size] per buffer; initial when first asked for. */
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

  /** @throws NdlError BUFFER_CONFLICT */
  get(buffer: Buffer): Tensor {
    const known = this.#tensors.get(buffer.id);
    const size = sizeOf(buffer.shape);
    if (known === undefined) {
      const segment = { index: 0, buffer, start: 0, length: size };
      const tensor = this.#tf.keep(initialValue({ arithmetic: this.#arithmetic }, segment, this.#dimsOf(buffer)));
      this.#tensors.set(buffer.id, { buffer, tensor });
      return tensor;
    }
    if (known.tensor.shape[2] !== size) throw executableErrors.bufferConflict(buffer.id, known.tensor.shape[2]!, size);
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

  /** Back to initial contents, of all buffers or of one role. */
  reset(role?: Buffer['role']): void {
    for (const [id, { buffer, tensor }] of this.#tensors) {
      if (role !== undefined && buffer.role !== role) continue;
      this.#tensors.delete(id);
      tensor.dispose();
    }
  }

  #dimsOf({ batched, shape }: Buffer): Dims {
    return [1, batched ? this.items : 1, sizeOf(shape)];
  }
}

/** What a run carries from step to step. */
export class RunState {
  readonly tensors: TensorStore;
  readonly #hosts = new Map<string, readonly HostInstance[]>();
  step = 0;
  /** Whether nothing has happened yet, so that a state of other items may take its place. */
  isInitial = true;

  constructor(tf: TensorFlow, arithmetic: Arithmetic, items: number) {
    this.tensors = new TensorStore(tf, arithmetic, items);
  }

  get items(): number {
    return this.tensors.items;
  }

  advance(): void {
    this.step += 1;
    this.isInitial = false;
  }

  /** One instance per item, or a single one for scope `batch`. */
  instancesOf(host: HostDeclaration): readonly HostInstance[] {
    const known = this.#hosts.get(host.id);
    if (known !== undefined) return known;
    const count = host.scope === 'batch' ? 1 : this.items;
    const made = Array.from({ length: count }, (_, item) => host.make(item));
    this.#hosts.set(host.id, made);
    return made;
  }

  /** Remembers the state of host functions; the function returned puts it back. Hosts without `save` stay as they are. */
  hostCheckpoint(): () => void {
    const hosts = new Map(this.#hosts);
    const saved = [...hosts.values()].flat().map((instance) => ({ instance, kept: instance.save?.() }));
    return () => {
      for (const id of this.#hosts.keys()) if (!hosts.has(id)) this.#hosts.delete(id);
      for (const { instance, kept } of saved) if (instance.save !== undefined) instance.restore?.(kept);
    };
  }

  reset(): void {
    this.tensors.reset();
    this.#hosts.clear();
    this.step = 0;
    this.isInitial = true;
  }

  /** As plain data. A state in which nothing has happened has no buffers. */
  async save(buffers: readonly Buffer[], engine: Engine): Promise<ExecutableState> {
    const states = this.isInitial ? [] : buffers.filter(({ role }) => role === 'state');
    const tensors = engine.within(() => states.map((buffer) => this.tensors.get(buffer)));
    const contents = await engine.fetch(tensors);
    return {
      step: this.step,
      items: this.items,
      buffers: new Map(
        states.map(({ id, shape }, index) => [id, new NdArray(contents[index]!.slice(), [this.items, ...shape])]),
      ),
      hosts: new Map(
        this.isInitial
          ? []
          : [...this.#hosts].map(([id, instances]) => [id, instances.map((instance) => instance.save?.())]),
      ),
    };
  }

  /**
   * Fills a state in which nothing has happened.
   * @throws NdlError STATE_MISMATCH
   */
  restore(saved: ExecutableState, buffers: readonly Buffer[], hosts: readonly HostDeclaration[]): void {
    for (const [id, contents] of saved.buffers) {
      const buffer = buffers.find((candidate) => candidate.id === id && candidate.role === 'state');
      if (buffer === undefined) throw executableErrors.stateMismatch(`the program has no state "${id}"`);
      const size = this.items * sizeOf(buffer.shape);
      if (contents.size !== size) {
        throw executableErrors.stateMismatch(
          `state "${id}" has ${size} numbers for ${this.items} items, not ${contents.size}`,
        );
      }
      this.tensors.setContents(buffer, Float32Array.from(contents.data));
    }
    for (const [id, states] of saved.hosts) {
      const host = hosts.find((candidate) => candidate.id === id);
      if (host === undefined) throw executableErrors.stateMismatch(`the program has no host function "${id}"`);
      this.instancesOf(host).forEach((instance, item) => {
        if (states[item] !== undefined) instance.restore?.(states[item]);
      });
    }
    this.step = saved.step;
    this.isInitial = saved.step === 0 && saved.buffers.size === 0;
  }
}
