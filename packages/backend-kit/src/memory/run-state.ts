/**
 * @file What runs carry on: state by buffer id, for all programs that name it, copies of host functions, and the number of
 * steps taken. State of one value is updated where it stands. Of what spans blocks, the steps before stand with the program
 * that ran last; another copies them when it runs.
 */
import { executableErrors, type Interruption } from '@ndl/core';
import type { Buffer, Dtype, Tables } from '@ndl/ir';
import { sizeOf, type FloatArray } from '@ndl/numerics';
import type { CheckedEngine } from '../calls/checked-engine.ts';
import type { Memory, RandomStreams } from '../engine.ts';
import { stateLost, stepsNotKept } from '../errors.ts';
import { Generators } from '../feeds/generators.ts';
import { type Contents, contentsOf, type LastingStore, LastingStores } from './lasting-stores.ts';
import type { ParameterStore } from './parameter-store.ts';
import { copyRows, fillRows, type Rows } from './row-transfers.ts';
import { RunHosts } from './run-hosts.ts';
import { Slices } from './slices.ts';
import type { Waiting } from '../calls/waiting.ts';

/** The program on whose behalf state is asked for: its tables, and the parameters that state may begin as. */
export interface StateOwner {
  readonly buffers: ReadonlyMap<string, Buffer>;
  readonly tables: Tables;
}

export class RunState<Store> {
  readonly items: number;
  readonly generators: Generators<RandomStreams<Store>>;
  readonly hosts: RunHosts;
  readonly #memory: Memory<Store>;
  readonly #dtype: Dtype;
  readonly #parameters: ParameterStore<Store>;
  readonly #stores: LastingStores<Store>;
  /** Where the steps before stand of what has a value for each. */
  readonly #slices = new Map<string, Slices<Store>>();
  /** Slices that no program owns. */
  readonly #own = new Set<Slices<Store>>();
  #step = 0;
  #isInitial = true;
  #isLost = false;

  constructor(
    { memory, randomStreams }: Pick<CheckedEngine<Store>, 'memory' | 'randomStreams'>,
    dtype: Dtype,
    items: number,
    parameters: ParameterStore<Store>,
  ) {
    this.#memory = memory;
    this.#dtype = dtype;
    this.items = items;
    this.generators = new Generators(items, (source) => randomStreams(source, items, dtype));
    this.hosts = new RunHosts(items);
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
    this.generators.commit();
    if (steps > 0) this.#isInitial = false;
  }

  /** To be called before something outside of steps changes the contents: from now on they follow no parameter any more. */
  leaveInitial(): void {
    if (!this.#isInitial) return;
    this.#stores.forget((buffer) => typeof buffer.initial === 'object' && 'parameter' in buffer.initial);
    this.#forgetSlices();
    this.#isInitial = false;
  }

  /** Steps were left in the middle, and nothing can put back what they changed: until it is reset, the state is refused. */
  lose(): void {
    this.#isLost = true;
  }

  /** @throws NdlError STATE_LOST */
  refuseLost(): void {
    if (this.#isLost) throw stateLost(this.#step);
  }

  /** The memory of state of one value; what it holds is there once it is ready. @throws NdlError BUFFER_CONFLICT */
  storeOf(buffer: Buffer, { tables }: StateOwner): LastingStore<Store> {
    return this.#stores.of(buffer, tables, this.#dtype, this.items);
  }

  /** Sees to it that state of one value holds what runs carry on, or what it begins with. @throws NdlError STATE_LOST */
  *ready(buffer: Buffer, owner: StateOwner, interruption: Interruption): Waiting<LastingStore<Store>> {
    this.refuseLost();
    const lasting = this.storeOf(buffer, owner);
    const elsewhere = this.#slices.get(buffer.id);
    if (this.#beginsAnew(lasting.contents) || (!lasting.isFilled && elsewhere === undefined)) {
      const value = yield* this.#valueOf(lasting.contents, owner, interruption);
      yield* this.#stores.fill(lasting, value, interruption);
    } else if (elsewhere !== undefined) {
      // A program that has a value for each step ran last.
      yield* copyRows(this.#memory, elsewhere.kept(1), { store: lasting.store, row: 0 }, interruption);
      lasting.isFilled = true;
    }
    this.#hold(buffer.id, undefined);
    return lasting;
  }

  /** Sees to it that the steps before stand in `slices`, which from now on hold them for all. @throws NdlError STATE_LOST */
  *takeOver(slices: Slices<Store>, owner: StateOwner, interruption: Interruption): Waiting {
    this.refuseLost();
    const { buffer, keep } = slices;
    const known = this.#slices.get(buffer.id);
    if (known === slices && !this.#beginsAnew(contentsOf(buffer, owner.tables))) return;
    slices.end = keep;
    const before = this.#carried(buffer, keep, owner);
    if (before === undefined) {
      const value = yield* this.#valueOf(contentsOf(buffer, owner.tables), owner, interruption);
      yield* fillRows(this.#memory, slices.kept(), value, interruption);
    } else {
      yield* copyRows(this.#memory, before, slices.kept(), interruption);
    }
    this.#hold(buffer.id, slices);
  }

  /**
   * The steps before of a buffer, where a program left them, or else in memory of the state's own.
   * @throws NdlError STATE_LOST; BUFFER_CONFLICT where fewer were kept
   */
  *stepsBefore(buffer: Buffer, keep: number, owner: StateOwner, interruption: Interruption): Waiting<Slices<Store>> {
    this.refuseLost();
    const known = this.#slices.get(buffer.id);
    if (known !== undefined && known.keep >= keep && !this.#beginsAnew(contentsOf(buffer, owner.tables))) return known;
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

  /** Initial state at step 0; memory is filled when it is used. */
  reset(): void {
    this.#stores.forget();
    this.#forgetSlices();
    this.hosts.clear();
    this.generators.reset();
    this.#step = 0;
    this.#isInitial = true;
    this.#isLost = false;
  }

  free(): void {
    this.reset();
    this.generators.free();
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

  /** The last `keep` steps of a buffer, where they stand; none where it is initial. @throws NdlError BUFFER_CONFLICT */
  #carried(buffer: Buffer, keep: number, { tables }: StateOwner): Rows<Store> | undefined {
    if (this.#beginsAnew(contentsOf(buffer, tables))) return undefined;
    const slices = this.#slices.get(buffer.id);
    const lasting = this.#stores.get(buffer.id);
    const steps = slices?.keep ?? (lasting?.isFilled === true ? 1 : undefined);
    if (steps === undefined || (steps < keep && this.#isInitial)) return undefined;
    if (steps < keep) throw stepsNotKept(buffer.id, keep, steps);
    const [size, wanted] = [(slices ?? lasting!).shape.size, sizeOf(buffer.shape)];
    if (size !== wanted) throw executableErrors.bufferConflict(buffer.id, size, wanted);
    if (slices !== undefined) return slices.kept(keep);
    return { store: lasting!.store, row: 0, count: keep * lasting!.shape.copies, size: lasting!.shape.size };
  }

  /** From now on the buffer's steps before stand in `slices`, or its one value in its store. */
  #hold(id: string, slices: Slices<Store> | undefined): void {
    const known = this.#slices.get(id);
    if (known !== undefined && known !== slices && this.#own.delete(known)) this.#memory.free(known.store);
    if (slices === undefined) this.#slices.delete(id);
    else {
      this.#slices.set(id, slices);
      const lasting = this.#stores.get(id);
      if (lasting !== undefined) lasting.isFilled = false;
    }
  }
}
