/**
 * @file `ListedRange`: the numbers of a piece of memory that are not 0, listed once however many rows of a product they stand in - windows
 * of an image overlap - and for each place of it where the list goes on: so what is listed of any numbers in a row is found at once.
 */
import { at, type Code, type Local, op, type Operand } from '@ndl/wasm-module';
import { LANES_OF_BITS } from '../loops/listed-elements.ts';
import { read, type SectionContext, type Work } from '../sections/section-context.ts';
import { type Address, pointerCode, shifted } from '../views/lanes.ts';
import type { KernelFunctions } from './kernel-functions.ts';

/** Bytes of an entry, and of where the list goes on. */
const ENTRY = 4;

/** Entries that are written at once, though not all of them count. */
const LANES = 4;

/** For each set of lanes, as bits, how many bytes of entries stand before each lane. */
const ENTRIES_BEFORE: readonly number[] = Array.from({ length: 16 }, (_, bits) => {
  const counts = [0, 1, 2].map((lane) => (bits >> lane) & 1);
  return [0, 1, 2, 3].map((lane) => ENTRY * counts.slice(0, lane).reduce((sum, count) => sum + count, 0));
}).flat();

export class ListedRange {
  readonly #context: SectionContext;
  readonly #kernels: KernelFunctions;
  readonly #elements: number;
  readonly #bytes: number;
  /** Where the entries lie: bytes from the beginning of the piece. */
  readonly #entries: number;
  /** Where it stands, for each element and behind the last one, which entry is the first from there. */
  readonly #begins: number;
  readonly #found: number;

  /** @param elements of the piece */
  constructor(context: SectionContext, kernels: KernelFunctions, elements: number, bytes: 4 | 8) {
    const take = (count: number): number => context.shared.scratch.take(ENTRY * count);
    this.#context = context;
    this.#kernels = kernels;
    this.#elements = elements;
    this.#bytes = bytes;
    this.#entries = take(elements + LANES);
    this.#begins = take(elements + LANES);
    this.#found = take(1);
  }

  /** Lists what is not 0 of the piece that begins at `from`; returns how many there are. */
  scan({ f }: Work, from: Operand<'i32'>): Code<'i32'> {
    f.call(
      this.#kernels.of('scan', ['from'], (g, [start]) => this.#scan(g, start!)),
      from,
    );
    return at('i32.load', this.#found, 0);
  }

  /**
   * Runs `body` for what is listed of some numbers in a row, with bytes from the beginning of the piece to each.
   * @param begin of these numbers, as bytes from there
   */
  each(f: Work['f'], begin: Address, length: number, body: (place: Local<'i32'>) => void): void {
    const entry = f.let(this.#entryAt(begin), 'entry');
    const end = f.let(this.#entryAt(shifted(begin, length * this.#bytes)), 'end');
    f.while(
      () => op('i32.lt_u', entry, end),
      () => {
        body(f.let(at('i32.load', 0, entry), 'place'));
        f.increase(entry, ENTRY);
      },
    );
  }

  /** Where the list goes on at a place. */
  #entryAt(place: Address): Code<'i32'> {
    if (this.#bytes === ENTRY) return at('i32.load', this.#begins + place.offset, place.pointer ?? 0);
    return at('i32.load', this.#begins, op('i32.shr_u', pointerCode(place), 1));
  }

  // Without a branch, as nobody could foresee it.
  #scan(f: Work['f'], from: Local<'i32'>): void {
    const lanes = this.#context.lanesIn(f);
    const [numbers, before] = [this.#context.listAt(LANES_OF_BITS), this.#context.listAt(ENTRIES_BEFORE)];
    const next = f.let(op('i32.add', this.#entries, 0), 'next');
    const begins = f.let(op('i32.add', this.#begins, 0), 'begins');
    const place = f.local('i32', 'place');
    const some = (count: number): void => {
      const mask = lanes.bits(lanes.different(lanes.load({ pointer: from, offset: 0 }, count), lanes.constant(0)));
      const bits = op('i32.shl', count === lanes.count ? mask : op('i32.and', mask, (1 << count) - 1), 4);
      const row = f.let(bits, 'bits');
      f.do(at('v128.store', 0, begins, op('i32x4.add', at('v128.load', before, row), op('i32x4.splat', next))));
      const inVector = op('i32x4.shl', at('v128.load', numbers, row), lanes.bytes === 4 ? 2 : 3);
      f.do(at('v128.store', 0, next, op('i32x4.add', inVector, op('i32x4.splat', place))));
      f.increase(next, op('i32.shl', op('i32.popcnt', row), 2));
      f.increase(begins, count * ENTRY);
      f.increase(place, count * lanes.bytes);
      f.increase(from, count * lanes.bytes);
    };
    const whole = this.#elements - (this.#elements % lanes.count);
    f.count(0, whole, lanes.count, () => some(lanes.count));
    if (whole < this.#elements) some(this.#elements - whole);
    f.do(at('i32.store', 0, begins, next));
    f.do(at('i32.store', 0, this.#found, op('i32.shr_u', op('i32.sub', read(next), this.#entries), 2)));
  }
}
