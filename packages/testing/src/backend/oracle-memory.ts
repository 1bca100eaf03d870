/** @file The numbers that the oracle works on: of each buffer, one list per step and item. */
import { type Buffer, type Dtype, type InitialContents, type Program, type Tables, writesOf } from '@ndl/ir';
import { sizeOf } from '@ndl/numerics';

/** Rounds a number to the format under test. */
export type Round = (value: number) => number;

/** Numbers of a buffer, `[slice][item][offset]`, axes that it does not have being of length 1. */
type Slices = number[][][];

/** What is carried from window to window, by buffer id. */
export type CarriedState = ReadonlyMap<string, readonly (readonly (readonly number[])[])[]>;

interface Store {
  readonly buffer: Buffer;
  /** Steps before the window that come first in `slices`. */
  readonly before: number;
  /** Whether its lags count towards later steps. */
  readonly descends: boolean;
  slices: Slices;
}

export function roundingOf(dtype: Dtype): Round {
  return dtype === 'float32' ? Math.fround : (value) => value;
}

export class OracleMemory {
  readonly items: number;
  readonly #stores = new Map<string, Store>();
  readonly #tables: Tables;
  readonly #round: Round;
  #carried = new Map<string, Slices>();
  #steps = 0;

  constructor({ buffers, dtype, sections }: Program, tables: Tables, items: number) {
    this.items = items;
    this.#tables = tables;
    this.#round = roundingOf(dtype);
    const descending = sections.filter(({ direction }) => direction === 'descending');
    const writtenBackwards = new Set(
      descending.flatMap(({ instructions }) => instructions.flatMap(writesOf)).map(({ target }) => target.buffer),
    );
    for (const buffer of buffers) {
      const before = buffer.steps === 'one' ? 0 : buffer.steps.before;
      this.#stores.set(buffer.id, { buffer, before, descends: writtenBackwards.has(buffer.id), slices: [] });
    }
    for (const store of this.#stores.values())
      if (store.buffer.lifetime === 'forever') store.slices = [this.#initialSlice(store.buffer)];
  }

  /** Lays a window out: carried on is what lives for a run; what the window has to set is no number yet. */
  begin(steps: number): void {
    this.#steps = steps;
    for (const [id, store] of this.#stores) {
      const { buffer, before } = store;
      if (buffer.lifetime === 'forever') continue;
      const isState = buffer.steps === 'one' && buffer.lifetime === 'run';
      const carried = this.#carried.get(id) ?? repeat(isState ? 1 : before, () => this.#initialSlice(buffer));
      const unset = (): number[][] => this.#slice(buffer, () => NaN);
      const own = buffer.steps === 'one' ? repeat(isState ? 0 : 1, unset) : repeat(steps, unset);
      store.slices = [...copyOf(carried), ...own];
    }
  }

  /** Ends a window. */
  end(): void {
    this.#carried = new Map();
    for (const [id, { buffer, before, descends, slices }] of this.#stores) {
      if (buffer.lifetime !== 'run') continue;
      if (buffer.steps === 'one') this.#carried.set(id, slices);
      else if (!descends) this.#carried.set(id, slices.slice(slices.length - before));
    }
  }

  /** A copy of what is carried on. */
  get carried(): CarriedState {
    return new Map([...this.#carried].map(([id, slices]) => [id, copyOf(slices)]));
  }

  /** Goes on from there with the next window. */
  carryOn(state: CarriedState): void {
    this.#carried = new Map([...state].map(([id, slices]) => [id, copyOf(slices)]));
  }

  bufferOf(id: string): Buffer {
    return this.#stores.get(id)!.buffer;
  }

  /** The numbers at a step of the window (from 0; those before it are negative) and an item, `lag` steps back. */
  cells(id: string, step: number, item: number, lag = 0): number[] {
    const { buffer, before, descends, slices } = this.#stores.get(id)!;
    const at = descends ? step + lag : step - lag;
    if (descends && at >= this.#steps) return Array.from({ length: sizeOf(buffer.shape) }, () => 0);
    const slice = slices[buffer.steps === 'one' ? 0 : before + at]!;
    return slice[buffer.items ? item : 0]!;
  }

  /** Replaces the numbers at a step: `[items, size]`, or `[size]` for each item. */
  fill(id: string, values: ArrayLike<number>, step = 0): void {
    const { buffer } = this.#stores.get(id)!;
    const size = sizeOf(buffer.shape);
    for (let item = 0; item < (buffer.items ? this.items : 1); item++) {
      const cells = this.cells(id, step, item);
      const from = values.length === size ? 0 : item * size;
      for (let offset = 0; offset < size; offset++) cells[offset] = this.#round(values[from + offset]!);
    }
  }

  #initialSlice(buffer: Buffer): number[][] {
    const values = this.#initialValues(buffer.initial);
    return this.#slice(buffer, (offset) => this.#round(typeof values === 'number' ? values : values[offset]!));
  }

  #initialValues(initial: InitialContents): number | ArrayLike<number> {
    if (typeof initial === 'number') return initial;
    if ('array' in initial) return this.#tables.arrays.get(initial.array)!.data;
    return this.cells(initial.parameter, 0, 0);
  }

  #slice({ items, shape }: Buffer, value: (offset: number) => number): number[][] {
    return repeat(items ? this.items : 1, () => Array.from({ length: sizeOf(shape) }, (_, offset) => value(offset)));
  }
}

function repeat<Value>(length: number, make: () => Value): Value[] {
  return Array.from({ length }, make);
}

function copyOf(slices: readonly (readonly (readonly number[])[])[]): Slices {
  return slices.map((slice) => slice.map((cells) => [...cells]));
}
