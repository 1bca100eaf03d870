/**
 * @file What runs carry on: state by buffer id, for all programs that name it, copies of host functions, and the number of
 * steps taken. State of one value is updated where it stands. Of what spans blocks, the steps before stand with the program
 * that ran last; another copies them when it runs.
 */
import type { Interruption } from '@ndl/core';
import type { Buffer, Dtype, HostDeclaration, HostInstance, Tables } from '@ndl/ir';
import type { FloatArray } from '@ndl/numerics';
import type { Memory } from './engine.ts';
import { stepsNotKept } from './errors.ts';
import { type Contents, contentsOf, type LastingStore, LastingStores } from './lasting-stores.ts';
import type { ParameterStore } from './parameter-store.ts';
import { copyRows, fillRows } from './row-transfers.ts';
import { Slices } from './slices.ts';
import type { Waiting } from './waiting.ts';

/** The program on whose behalf state is asked for: its tables, and the parameters that state may begin as. */
export interface StateOwner {
  readonly buffers: ReadonlyMap<string, Buffer>;
  readonly tables: Tables;
}

export class RunState<Store> {
  readonly items: number;
  readonly #memory: Memory<Store>;
  readonly #dtype: Dtype;
  readonly #parameters: ParameterStore<Store>;
  readonly #stores: LastingStores<Store>;
  /** Where the steps before stand of what has a value for each. */
  readonly #slices = new Map<string, Slices<Store>>();
  /** Slices that no program owns. */
  readonly #own = new Set<Slices<Store>>();
  readonly #hosts = new Map<string, readonly HostInstance[]>();
  #step = 0;
  #isInitial = true;

  constructor(memory: Memory<Store>, dtype: Dtype, items: number, parameters: ParameterStore<Store>) {
    this.#memory = memory;
    this.#dtype = dtype;
    this.items = items;
    this.#parameters = parameters;
    this.#stores = new LastingStores(memory);
  }

  /** Steps taken since the initial state. */
  get step(): number {
    return this.#step;
  }

  /** Whether nothing has happened yet, so that a state of other items may take its place. */
  get isInitial(): boolean {
    return this.#isInitial;
  }

  /** Steps were taken. */
  advance(steps: number): void {
    this.#step += steps;
    if (steps > 0) this.#isInitial = false;
  }

  /** To be called before something outside of steps changes the contents: from now on they follow no parameter any more. */
  leaveInitial(): void {
    if (!this.#isInitial) return;
    this.#stores.forget((buffer) => typeof buffer.initial === 'object' && 'parameter' in buffer.initial);
    this.#forgetSlices();
    this.#isInitial = false;
  }

  /** The memory of state of one value; what it holds is there once it is ready. @throws NdlError BUFFER_CONFLICT */
  storeOf(buffer: Buffer, { tables }: StateOwner): LastingStore<Store> {
    return this.#stores.of(buffer, tables, this.#dtype, this.items);
  }

  /** Sees to it that state holds what runs carry on, or what it begins with. */
  *ready(buffer: Buffer, owner: StateOwner, interruption: Interruption): Waiting<LastingStore<Store>> {
    const lasting = this.storeOf(buffer, owner);
    if (!lasting.isFilled || this.#beginsAnew(lasting.contents)) {
      const value = yield* this.#valueOf(lasting.contents, owner, interruption);
      yield* this.#stores.fill(lasting, value, interruption);
    }
    return lasting;
  }

  /** Sees to it that the steps before stand in `slices`, which from now on hold them for all. */
  *takeOver(slices: Slices<Store>, owner: StateOwner, interruption: Interruption): Waiting {
    const { buffer, keep } = slices;
    const known = this.#slices.get(buffer.id);
    const contents = contentsOf(buffer, owner.tables);
    const isLonger = this.#isInitial && known !== undefined && known.keep < keep;
    if (known === undefined || isLonger || this.#beginsAnew(contents)) {
      slices.end = keep;
      const value = yield* this.#valueOf(contents, owner, interruption);
      yield* fillRows(this.#memory, slices.kept(), value, interruption);
    } else if (known !== slices) {
      if (known.keep < keep) throw stepsNotKept(buffer.id, keep, known.keep);
      slices.end = keep;
      yield* copyRows(this.#memory, known.kept(keep), slices.kept(), interruption);
    }
    this.#hold(slices);
  }

  /** The steps before of a buffer, where a program left them, or else in memory of the state's own. */
  *stepsBefore(buffer: Buffer, keep: number, owner: StateOwner, interruption: Interruption): Waiting<Slices<Store>> {
    const known = this.#slices.get(buffer.id);
    if (known !== undefined && !this.#beginsAnew(contentsOf(buffer, owner.tables))) return known;
    const own = this.#makeSlices(buffer, keep);
    yield* this.takeOver(own, owner, interruption);
    this.#own.add(own);
    return own;
  }

  /** To be called before slices that may hold state are freed. */
  letGo(slices: Slices<Store>): void {
    if (this.#slices.get(slices.buffer.id) !== slices) return;
    const own = this.#makeSlices(slices.buffer, slices.keep);
    const { store, row, count } = slices.kept();
    this.#memory.copy(store, row, own.store, own.kept().row, count);
    this.#own.add(own);
    this.#slices.set(slices.buffer.id, own);
  }

  /** One instance per item, or a single one for scope `batch`. */
  instancesOf(host: HostDeclaration, { hosts }: Tables): readonly HostInstance[] {
    const known = this.#hosts.get(host.id);
    if (known !== undefined) return known;
    const { make } = hosts.get(host.id)!;
    const count = host.scope === 'batch' ? 1 : this.items;
    const made = Array.from({ length: count }, (_, item) => make(item));
    this.#hosts.set(host.id, made);
    return made;
  }

  hasInstancesOf(host: string): boolean {
    return this.#hosts.has(host);
  }

  /** Remembers what hosts can save of themselves; the function returned puts it back, and forgets those made since. */
  hostCheckpoint(): () => void {
    const hosts = new Map(this.#hosts);
    const saved = [...hosts.values()].flat().map((instance) => ({ instance, state: instance.save?.() }));
    return () => {
      for (const id of this.#hosts.keys()) if (!hosts.has(id)) this.#hosts.delete(id);
      for (const { instance, state } of saved) if (instance.save !== undefined) instance.restore?.(state);
    };
  }

  /** Initial state at step 0; memory is filled when it is used. */
  reset(): void {
    this.#stores.forget();
    this.#forgetSlices();
    this.#hosts.clear();
    this.#step = 0;
    this.#isInitial = true;
  }

  free(): void {
    this.reset();
    this.#stores.free();
  }

  /** Until something happens, what begins as a parameter follows it. */
  #beginsAnew(contents: Contents): boolean {
    return this.#isInitial && typeof contents === 'object' && 'parameter' in contents;
  }

  *#valueOf(contents: Contents, owner: StateOwner, interruption: Interruption): Waiting<number | FloatArray> {
    if (typeof contents === 'number' || !('parameter' in contents)) return contents;
    return yield* this.#parameters.valueOf(owner.buffers.get(contents.parameter)!, owner.tables, interruption);
  }

  #forgetSlices(): void {
    this.#slices.clear();
    for (const own of this.#own) this.#memory.free(own.store);
    this.#own.clear();
  }

  #makeSlices(buffer: Buffer, keep: number): Slices<Store> {
    const plan = { buffer, direction: 'ascending', span: 'block', keep, ahead: 0 } as const;
    return new Slices(this.#memory, plan, { dtype: this.#dtype, items: this.items, steps: 0 });
  }

  #hold(slices: Slices<Store>): void {
    const known = this.#slices.get(slices.buffer.id);
    if (known !== undefined && known !== slices && this.#own.delete(known)) this.#memory.free(known.store);
    this.#slices.set(slices.buffer.id, slices);
  }
}
