/**
 * @file `RowLists`: rows of a factor in the order of the law, and for each of its columns the list of rows in which it is not 0.
 */
import { at, type Local, op, type Operand } from '@ndl/wasm-module';
import type { GradientProduct, Side } from './gradient-product.ts';
import { LANES_OF_BITS } from '../loops/listed-elements.ts';
import type { KernelFunctions } from './kernel-functions.ts';
import { type Address, pointerCode, pointerTo } from '../views/lanes.ts';
import { nest } from '../views/nest.ts';
import { read, type SectionContext, type Work } from '../sections/section-context.ts';

/** Where lists lie. */
export interface Lists {
  /** Columns, row by row, and where each row's end. */
  readonly columns: number;
  readonly rowEnds: number;
  /** Where the list of rows of each column ends, and where their entries lie. */
  readonly ends: number;
  readonly entries: number;
  /** Bytes of one. */
  readonly entry: number;
  /** Where it says, in i32, whether all numbers that are listed are the same, as spikes are. */
  readonly areSame: number;
  /** Where that number stands; 1 where they differ. */
  readonly same: number;
}

/** Numbers that are written at once, though not all of them count. */
const LANES = 4;

export class RowLists {
  readonly #context: SectionContext;
  readonly #product: GradientProduct;
  readonly #work: Work;
  readonly #kernels: KernelFunctions;
  readonly #bytes: number;
  readonly #rows: number;
  /** Bytes from row to row of what is packed of the other factor. */
  readonly #rowBytes: number;
  #made: Lists | undefined;

  /** @param rows the most of them that are listed at a time */
  constructor(
    context: SectionContext,
    work: Work,
    product: GradientProduct,
    kernels: KernelFunctions,
    { rows, rowBytes }: { readonly rows: number; readonly rowBytes: number },
  ) {
    this.#context = context;
    this.#product = product;
    this.#work = work;
    this.#kernels = kernels;
    this.#bytes = work.lanes.bytes;
    this.#rows = rows;
    this.#rowBytes = rowBytes;
  }

  /** Room for lists of rows, one for each column: where each ends, and entries of an offset and a number. */
  room({ length }: Side): Lists {
    const { control } = this.#context.shared;
    const entry = 2 * this.#bytes;
    this.#made ??= {
      columns: control.take(4 * (this.#rows * length + LANES)),
      rowEnds: control.take(4 * this.#rows),
      entry,
      ends: control.take(4 * length),
      entries: control.take(entry * (Math.floor((this.#rows * length) / 2) + 1)),
      areSame: control.take(4),
      same: control.take(this.#bytes),
    };
    return this.#made;
  }

  /** Lists the columns of each row in which it is not 0; returns how many there are. Without a branch, as nobody could foresee it. */
  scan(
    { columns, rowEnds }: Lists,
    { factor, length }: Side,
    places: readonly Address[],
    steps: Operand<'i32'>,
  ): Operand<'i32'> {
    const kernel = this.#kernels.of('scan', ['from', 'steps', 'found'], (g, [from, count, found]) => {
      const lanes = this.#context.lanesIn(g);
      const numbers = this.#context.listAt(LANES_OF_BITS);
      const next = g.let(op('i32.add', columns, 0), 'next');
      const end = g.let(op('i32.add', rowEnds, 0), 'end');
      this.eachRow(g, factor, { pointer: from!, offset: 0 }, count!, (row) => {
        const start = g.let(pointerCode(row), 'start');
        const some = (column: Operand<'i32'>, here: number): void => {
          const mask = lanes.bits(lanes.different(lanes.load({ pointer: start, offset: 0 }, here), lanes.constant(0)));
          const bits = g.let(here === lanes.count ? mask : op('i32.and', mask, (1 << here) - 1), 'bits');
          const own = op('i32x4.add', at('v128.load', numbers, op('i32.shl', bits, 4)), op('i32x4.splat', column));
          g.do(at('v128.store', 0, next, own));
          g.increase(next, op('i32.shl', op('i32.popcnt', bits), 2));
          g.increase(start, here * lanes.bytes);
        };
        const whole = length - (length % lanes.count);
        g.count(0, whole, lanes.count, (column) => some(column, lanes.count));
        if (whole < length) some(whole, length - whole);
        g.do(at('i32.store', 0, end, next));
        g.increase(end, 4);
      });
      g.do(at('i32.store', 0, found!, op('i32.shr_u', op('i32.sub', next, columns), 2)));
    });
    const { f } = this.#work;
    const found = this.#context.shared.control.take(4);
    f.call(kernel, pointerTo(places[factor]!), steps, found);
    return at('i32.load', found, 0);
  }

  /** Makes lists of rows of what was scanned, and sees whether the numbers are the same. */
  fill(lists: Lists, { factor, length }: Side, places: readonly Address[], steps: Operand<'i32'>): void {
    const { ends, entries, entry, areSame, same } = lists;
    const kernel = this.#kernels.of('fill', ['from', 'steps'], (g, [from, count]) => {
      const lanes = this.#context.lanesIn(g);
      const start: Address = { pointer: from!, offset: 0 };
      const placeOf = (column: Operand<'i32'>): Local<'i32'> => g.let(op('i32.shl', column, 2), 'place');
      g.count(0, length, 1, (column) => g.do(at('i32.store', ends, op('i32.shl', column, 2), 0)));
      const [first, differing] = [g.local('v128', 'first'), g.local('v128', 'differing')];
      const isFirst = g.let(op('i32.add', 1, 0), 'isFirst');
      g.set(differing, lanes.constant(0));
      this.#eachNumber(g, lists, factor, start, count!, (column, number) => {
        const place = placeOf(column);
        g.do(at('i32.store', ends, place, op('i32.add', at('i32.load', ends, place), 1)));
        const value = lanes.kept(lanes.splat(number));
        g.if(isFirst, () => g.set(first, value));
        g.set(isFirst, 0);
        g.set(differing, op('v128.or', read(differing), op('v128.xor', read(first), read(value))));
      });
      const are = g.let(op('i32.eqz', op('v128.any_true', read(differing))), 'same');
      g.do(at('i32.store', 0, areSame, are));
      g.if(op('i32.eqz', are), () => g.set(first, lanes.constant(1)));
      lanes.store(g, { pointer: undefined, offset: same }, first, 1);

      const next = g.let(op('i32.add', entries, 0), 'next');
      const own = g.local('i32', 'own');
      g.count(0, length, 1, (column) => {
        const place = placeOf(column);
        g.set(own, at('i32.load', ends, place));
        g.do(at('i32.store', ends, place, next));
        g.increase(next, op('i32.mul', own, entry));
      });
      const row = g.local('i32', 'offset');
      g.set(row, 0);
      const afterRow = (): void => g.increase(row, this.#rowBytes);
      const list = (column: Local<'i32'>, number: Address): void => {
        const place = placeOf(column);
        const to = g.let(at('i32.load', ends, place), 'to');
        g.do(at('i32.store', 0, to, row));
        lanes.store(g, { pointer: to, offset: lanes.bytes }, lanes.kept(lanes.loadOne(number)), 1);
        g.do(at('i32.store', ends, place, op('i32.add', to, entry)));
      };
      this.#eachNumber(g, lists, factor, start, count!, list, afterRow);
    });
    this.#work.f.call(kernel, pointerTo(places[factor]!), steps);
  }

  /** Rows in the order of the law: steps as the section walks them, then items. */
  eachRow(f: Work['f'], factor: 0 | 1, start: Address, steps: Operand<'i32'>, body: (row: Address) => void): void {
    const sign = this.#context.direction === 'descending' ? -1 : 1;
    const axes = [this.#product.steps, this.#product.items].flatMap((axis) => {
      if (axis === undefined) return [];
      const pace = axis.paces[factor] as number;
      return [
        axis.kind === 'steps' ? { length: steps, paces: [sign * pace] } : { length: axis.length!, paces: [pace] },
      ];
    });
    nest(f, axes, [start], this.#context.listAt, ([row]) => body(row!));
  }

  /** Numbers that are not 0, row by row: their columns, and where they stand. */
  #eachNumber(
    f: Work['f'],
    { columns, rowEnds }: Lists,
    factor: 0 | 1,
    start: Address,
    steps: Operand<'i32'>,
    body: (column: Local<'i32'>, number: Address) => void,
    afterRow: () => void = () => {},
  ): void {
    const next = f.let(op('i32.add', columns, 0), 'next');
    const ends = f.let(op('i32.add', rowEnds, 0), 'ends');
    const end = f.local('i32', 'end');
    this.eachRow(f, factor, start, steps, (row) => {
      const from = f.let(pointerCode(row), 'from');
      f.set(end, at('i32.load', 0, ends));
      f.while(
        () => op('i32.lt_u', next, end),
        () => {
          const column = f.let(at('i32.load', 0, next), 'column');
          const number = f.let(op('i32.add', from, op('i32.mul', column, this.#bytes)), 'number');
          body(column, { pointer: number, offset: 0 });
          f.increase(next, 4);
        },
      );
      f.increase(ends, 4);
      afterRow();
    });
  }
}
