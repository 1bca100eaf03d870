/**
 * @file `Control`: a piece of memory through which a block is told to emitted functions - how many steps it has, where those of
 * each buffer begin, scalars, the clock, and the steps that are sampled. It is written before each call.
 */
import type { Block, Frame } from '@ndl/backend-kit';
import type { AddressSpace } from './address-space.ts';
import { elementBytes, type Store } from './memory.ts';

/** Bytes of a slot: what it holds may be a number of 64 bits. */
const SLOT = 8;

type Writer = (block: Block) => void;

export class Control {
  readonly #space: AddressSpace;
  readonly #frame: Frame<Store>;
  readonly #address: number;
  readonly #room: number;
  readonly #taken: { readonly address: number; readonly bytes: number }[] = [];
  readonly #slots = new Map<string, { readonly address: number; readonly write: Writer }>();

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
    return this.#slot(
      'steps',
      (address) =>
        ({ steps }) =>
          this.#setInteger(address, steps),
    );
  }

  /** Steps before the block: f64. */
  stepsBefore(): number {
    return this.#slot('steps before', (address) => {
      return ({ stepsBefore }) => void (this.#space.float64[address / 8] = stepsBefore);
    });
  }

  /** Steps before the block, modulo a number: i32. */
  stepsBeforeIn(modulus: number): number {
    return this.#slot(`steps before, modulo ${modulus}`, (address) => {
      return ({ stepsBefore }) => this.#setInteger(address, stepsBefore % modulus);
    });
  }

  /** The address of what a buffer holds at the block's first step: i32. */
  first(buffer: string): number {
    return this.#slot(`first ${buffer}`, (address) => {
      const place = this.#frame.place(buffer);
      const { copies, size, dtype } = place.shape;
      const sliceBytes = copies * size * elementBytes(dtype);
      return () => this.#setInteger(address, place.store.address + place.first * sliceBytes);
    });
  }

  /** A scalar of the program, rounded to its dtype. */
  scalar(name: string): number {
    return this.#slot(`scalar ${name}`, (address) => {
      const { scalars, program } = this.#frame;
      return () => {
        const value = scalars.get(name)!;
        if (program.dtype === 'float32') this.#space.float32[address / 4] = value;
        else this.#space.float64[address / 8] = value;
      };
    });
  }

  /** What tells a section: to be called before it is. Knows what was asked for so far. */
  writer(names: ReadonlySet<string>): Writer {
    const writers = [...names].map((name) => this.#slots.get(name)!.write);
    return (block) => {
      for (const write of writers) write(block);
    };
  }

  /** Names of the slots that are asked for while `action` runs. */
  asking(action: () => void): Set<string> {
    const before = this.#asked;
    this.#asked = new Set();
    action();
    const asked = this.#asked;
    this.#asked = before;
    return asked;
  }

  #asked = new Set<string>();

  #slot(name: string, writerAt: (address: number) => Writer): number {
    this.#asked.add(name);
    const known = this.#slots.get(name);
    if (known !== undefined) return known.address;
    if (this.#slots.size === this.#room) throw new RangeError('WebAssembly: more slots than were counted');
    const address = this.#address + this.#slots.size * SLOT;
    this.#slots.set(name, { address, write: writerAt(address) });
    return address;
  }

  #setInteger(address: number, value: number): void {
    this.#space.int32[address / 4] = value;
  }
}
