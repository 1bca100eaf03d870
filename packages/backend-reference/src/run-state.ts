/** @file What a run carries from step to step: state buffers, host functions and the number of steps taken. */
import { executableErrors, type ExecutableState } from '@ndl/core';
import type { Buffer, Dtype, HostDeclaration, HostInstance } from '@ndl/ir';
import { NdArray, sizeOf } from '@ndl/numerics';
import { createStorage, fillInitial, type Storage } from './storage.ts';

/** State of a fixed number of items. Buffers and host functions come into being, initial, when first asked for. */
export class RunState {
  readonly items: number;
  readonly #dtype: Dtype;
  readonly #storages = new Map<string, Storage>();
  readonly #hosts = new Map<string, readonly HostInstance[]>();
  #step = 0;
  #isInitial = true;

  constructor(dtype: Dtype, items: number) {
    this.#dtype = dtype;
    this.items = items;
  }

  /** Steps taken since the initial state. */
  get step(): number {
    return this.#step;
  }

  /** Whether nothing has happened yet, so that a state of other items may take its place. */
  get isInitial(): boolean {
    return this.#isInitial;
  }

  /** Another step is complete. */
  advance(): void {
    this.#step++;
    this.#isInitial = false;
  }

  /** Something outside of steps changed the contents. */
  touch(): void {
    this.#isInitial = false;
  }

  /** @throws NdlError BUFFER_CONFLICT */
  storageOf(buffer: Buffer): Storage {
    const known = this.#storages.get(buffer.id);
    if (known === undefined) {
      const created = createStorage(buffer, this.#dtype, this.items, 1);
      this.#storages.set(buffer.id, created);
      return created;
    }
    const size = sizeOf(buffer.shape);
    if (known.itemStride !== size) throw executableErrors.bufferConflict(buffer.id, known.itemStride, size);
    return known;
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

  reset(): void {
    for (const storage of this.#storages.values()) fillInitial(storage);
    this.#hosts.clear();
    this.#step = 0;
    this.#isInitial = true;
  }

  /** Remembers the present contents; the function returned puts them back. Hosts without `save` stay as they are. */
  checkpoint(): () => void {
    const step = this.#step;
    const isInitial = this.#isInitial;
    const contents = [...this.#storages.values()].map(({ array }) => ({ array, kept: array.slice() }));
    const hosts = new Map(this.#hosts);
    const instances = [...hosts.values()].flat().map((instance) => ({ instance, kept: instance.save?.() }));
    return () => {
      for (const { array, kept } of contents) array.set(kept);
      for (const id of this.#hosts.keys()) if (!hosts.has(id)) this.#hosts.delete(id);
      for (const { instance, kept } of instances) if (instance.save !== undefined) instance.restore?.(kept);
      this.#step = step;
      this.#isInitial = isInitial;
    };
  }

  /** As plain data. A state in which nothing has happened has no buffers. */
  save(): ExecutableState {
    const buffers = new Map<string, NdArray>();
    const hosts = new Map<string, readonly unknown[]>();
    if (!this.#isInitial) {
      for (const [id, { buffer, array }] of this.#storages) {
        buffers.set(id, new NdArray(array.slice(), [this.items, ...buffer.shape]));
      }
      for (const [id, instances] of this.#hosts)
        hosts.set(
          id,
          instances.map((instance) => instance.save?.()),
        );
    }
    return { step: this.#step, items: this.items, buffers, hosts };
  }

  /**
   * A state with the contents of `saved`, for programs that have these buffers and host functions.
   * @throws NdlError STATE_MISMATCH
   */
  static restored(
    saved: ExecutableState,
    dtype: Dtype,
    buffers: readonly Buffer[],
    hosts: readonly HostDeclaration[],
  ): RunState {
    const state = new RunState(dtype, saved.items);
    const bufferOf = new Map(buffers.filter(({ role }) => role === 'state').map((buffer) => [buffer.id, buffer]));
    for (const [id, contents] of saved.buffers) {
      const buffer = bufferOf.get(id);
      if (buffer === undefined) throw executableErrors.stateMismatch(`the program has no state "${id}"`);
      const { array } = state.storageOf(buffer);
      if (array.length !== contents.size) {
        throw executableErrors.stateMismatch(
          `state "${id}" has ${array.length} numbers for ${saved.items} items, not ${contents.size}`,
        );
      }
      array.set(contents.data);
    }
    for (const [id, states] of saved.hosts) {
      const host = hosts.find((candidate) => candidate.id === id);
      if (host === undefined) throw executableErrors.stateMismatch(`the program has no host function "${id}"`);
      state.instancesOf(host).forEach((instance, item) => {
        if (states[item] !== undefined) instance.restore?.(states[item]);
      });
    }
    state.#step = saved.step;
    state.#isInitial = saved.step === 0 && saved.buffers.size === 0;
    return state;
  }
}
