/**
 * @file `Control`: a piece of memory through which a block is told to emitted functions - how many steps it has, where those of
 * each buffer begin, scalars, the clock, and the steps that are sampled. It is written before each call.
 */
import type { Block, Frame } from '@ndl/backend-kit';
import type { AddressSpace } from './address-space.ts';
import { elementBytes, type Store } from './memory.ts';

/** Bytes of a slot: what it holds may be a number of 64 bits. */
const SLOT = 8;

/** A number that is written before each call: what it is, and how it is stored. */
interface Slot {
  readonly address: number;
  readonly type: 'i32' | 'f32' | 'f64';
  valueIn(block: Block): number;
}

export class Control {
  readonly #space: AddressSpace;
  readonly #frame: Frame<Store>;
  readonly #address: number;
  readonly #room: number;
  readonly #taken: { readonly address: number; readonly bytes: number }[] = [];
  readonly #slots = new Map<string, Slot>();
  #asked = new Set<string>();

  /** @param slots the most that may be asked for */
  constructor(space: AddressSpace, frame: Frame<Store>, slots: number) {
    this.#space = space;
    this.#frame = frame;
    this.#room = slots;
    this.#address = this.take(slots * SLOT);
  }

  /** A piece of memory that lives as long as the functions do. */
  take(bytes: number): number {
    const address = this.#space.take(bytes);
    this.#taken.push({ address, bytes });
    return address;
  }

  free(): void {
    for (const { address, bytes } of this.#taken) this.#space.give(address, bytes);
    this.#taken.length = 0;
  }

  /** Steps of the block: i32. */
  steps(): number {
    return this.#slot('steps', () => ({ type: 'i32', valueIn: ({ steps }) => steps }));
  }

  /** Steps before the block: f64. */
  stepsBefore(): number {
    return this.#slot('steps before', () => ({ type: 'f64', valueIn: ({ stepsBefore }) => stepsBefore }));
  }

  /** Steps before the block, modulo a number: i32. */
  stepsBeforeIn(modulus: number): number {
    return this.#slot(`steps before, modulo ${modulus}`, () => {
      return { type: 'i32', valueIn: ({ stepsBefore }) => stepsBefore % modulus };
    });
  }

  /** The address of what a buffer holds at the block's first step: i32. */
  first(buffer: string): number {
    return this.#slot(`first ${buffer}`, () => {
      const place = this.#frame.place(buffer);
      const { copies, size, dtype } = place.shape;
      const sliceBytes = copies * size * elementBytes(dtype);
      return { type: 'i32', valueIn: () => place.store.address + place.first * sliceBytes };
    });
  }

  /** A scalar of the program, rounded to its dtype. */
  scalar(name: string): number {
    return this.#slot(`scalar ${name}`, () => {
      const { scalars, program } = this.#frame;
      return { type: program.dtype === 'float32' ? 'f32' : 'f64', valueIn: () => scalars.get(name)! };
    });
  }

  /** What tells a function of a block: to be called before it is. */
  writer(names: ReadonlySet<string>): (block: Block) => void {
    const slots = [...names].map((name) => this.#slots.get(name)!);
    return (block) => {
      const { int32, float32, float64 } = this.#space;
      for (const { address, type, valueIn } of slots) {
        const value = valueIn(block);
        if (type === 'i32') int32[address / 4] = value;
        else if (type === 'f64') float64[address / 8] = value;
        else float32[address / 4] = value;
      }
    };
  }

  /** Notes the names of the slots that are asked for while `action` runs. */
  asking(names: Set<string>, action: () => void): void {
    const before = this.#asked;
    this.#asked = names;
    action();
    this.#asked = before;
  }

  #slot(name: string, make: () => Omit<Slot, 'address'>): number {
    this.#asked.add(name);
    const known = this.#slots.get(name);
    if (known !== undefined) return known.address;
    if (this.#slots.size === this.#room) throw new RangeError('WebAssembly: more slots than were counted');
    const address = this.#address + this.#slots.size * SLOT;
    this.#slots.set(name, { address, ...make() });
    return address;
  }
}
