/** @file Loops around loops: variables that walk memory, one for all that walk alike. */
import { at, constant, type FunctionBuilder, type Local, op, type Operand } from '@ndl/wasm-module';
import type { Pace } from './access.ts';
import { type Address, pointerOf } from './lanes.ts';

/** An axis to be walked: positions, and a pace for each address. */
export interface WalkedAxis {
  readonly length: Operand<'i32'>;
  readonly paces: readonly Pace[];
}

/** Where a list of distances lies in memory, as numbers of 32 bits. */
export type ListAddress = (list: readonly number[]) => number;

/** Runs `body` for each position of all axes, the last one fastest, with the addresses of that position. */
export function nest(
  f: FunctionBuilder,
  axes: readonly WalkedAxis[],
  addresses: readonly Address[],
  listAt: ListAddress,
  body: (addresses: readonly Address[]) => void,
): void {
  const [axis, ...inner] = axes;
  if (axis === undefined) {
    body(addresses);
    return;
  }
  const walk = new Walk(f, addresses, axis.paces, listAt);
  f.count(0, axis.length, 1, (index) => {
    nest(f, inner, walk.at(index), listAt, body);
    walk.advance(1);
  });
}

/** Variables that walk along one axis. */
export class Walk {
  readonly #f: FunctionBuilder;
  readonly #paces: readonly Pace[];
  readonly #listAt: ListAddress;
  readonly #starts: readonly Address[];
  /** Variables that are moved, by what they have in common. */
  readonly #moving = new Map<string, { readonly local: Local<'i32'>; readonly pace: number }>();

  constructor(f: FunctionBuilder, addresses: readonly Address[], paces: readonly Pace[], listAt: ListAddress) {
    this.#f = f;
    this.#paces = paces;
    this.#listAt = listAt;
    this.#starts = addresses.map((address, index) => this.#start(address, paces[index]!));
  }

  /** The addresses at the present position, whose number is needed where there are lists. */
  at(index: Operand<'i32'>): readonly Address[] {
    return this.#starts.map((address, number) => {
      const pace = this.#paces[number]!;
      if (typeof pace === 'number') return address;
      return this.#listed(address, pace, index, 0);
    });
  }

  /** The address of one of them, some positions ahead. */
  ahead(number: number, index: Operand<'i32'>, positions: number): Address {
    const [address, pace] = [this.#starts[number]!, this.#paces[number]!];
    if (typeof pace !== 'number') return this.#listed(address, pace, index, positions);
    const further = positions * pace;
    if (address.offset + further >= 0) return { ...address, offset: address.offset + further };
    return settled(this.#f, address, further);
  }

  /** Moves on by so many positions. */
  advance(positions: number): void {
    for (const { local, pace } of this.#moving.values()) this.#f.increase(local, pace * positions);
  }

  #start(given: Address, pace: Pace): Address {
    if (pace === 0 || typeof pace !== 'number') return given;
    // An offset must not lead back: what walks backwards is a variable as a whole.
    const address = pace < 0 ? settled(this.#f, given, 0) : given;
    const key = `${address.pointer?.index ?? ''} ${pace}`;
    const known = this.#moving.get(key);
    if (known !== undefined) return { pointer: known.local, offset: address.offset };
    const local = this.#f.local('i32', 'p');
    this.#f.set(local, pointerOf(address));
    this.#moving.set(key, { local, pace });
    return { pointer: local, offset: address.offset };
  }

  #listed(address: Address, list: readonly number[], index: Operand<'i32'>, positions: number): Address {
    const table = this.#listAt(list);
    const distance =
      typeof index === 'number'
        ? constant('i32', list[index + positions]!)
        : at('i32.load', table + 4 * positions, op('i32.shl', index, 2));
    return settled(this.#f, address, distance);
  }
}

/** The same place, further on by some bytes, as a variable alone. */
export function settled(f: FunctionBuilder, { pointer, offset }: Address, by: Operand<'i32'>): Address {
  const start = pointer === undefined ? constant('i32', offset) : op('i32.add', pointer, offset);
  return { pointer: f.let(by === 0 ? start : op('i32.add', start, by), 'q'), offset: 0 };
}
