/**
 * @file `RowLists`: rows of a factor in the order of the law, and for each of its columns the list of rows in which it is not 0.
 */
import { at, type Local, op, type Operand } from '@ndl/wasm-module';
import type { GradientProduct, Side } from './gradient-product.ts';
import type { KernelFunctions } from './kernel-functions.ts';
import { type Address, lanesIn, pointerCode, pointerTo } from '../views/lanes.ts';
import { nest } from '../views/nest.ts';
import type { SectionContext, Work } from '../sections/section-context.ts';

/** Where lists of rows lie. */
export interface Lists {
  readonly ends: number;
  readonly entries: number;
  /** Bytes of one. */
  readonly entry: number;
}

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
      entry,
      ends: control.take(4 * length),
      entries: control.take(entry * (Math.floor((this.#rows * length) / 2) + 1)),
    };
    return this.#made;
  }

  /** Counts the numbers of each column that are not 0; returns how many there are. */
  count({ ends }: Lists, { factor, length }: Side, places: readonly Address[], steps: Operand<'i32'>): Local<'i32'> {
    const { f } = this.#work;
    const kernel = this.#kernels.of('count', ['from', 'steps'], (g, [from, count]) => {
      g.count(0, length, 1, (column) => g.do(at('i32.store', ends, op('i32.shl', column, 2), 0)));
      this.#eachNumber(g, factor, length, { pointer: from!, offset: 0 }, count!, (column) => {
        const place = g.let(op('i32.shl', column, 2), 'place');
        g.do(at('i32.store', ends, place, op('i32.add', at('i32.load', ends, place), 1)));
      });
    });
    f.call(kernel, pointerTo(places[factor]!), steps);
    const found = f.local('i32', 'found');
    f.set(found, 0);
    f.count(0, length, 1, (column) => {
      f.set(found, op('i32.add', found, at('i32.load', ends, op('i32.shl', column, 2))));
    });
    return found;
  }

  /** Makes the lists, of which the lengths stand where they are to end. */
  fill(
    { ends, entries, entry }: Lists,
    { factor, length }: Side,
    places: readonly Address[],
    steps: Operand<'i32'>,
  ): void {
    const { f } = this.#work;
    const kernel = this.#kernels.of('fill', ['from', 'steps'], (g, [from, count]) => {
      const lanes = lanesIn(g, this.#context.dtype);
      const next = g.let(op('i32.add', entries, 0), 'next');
      const own = g.local('i32', 'own');
      g.count(0, length, 1, (column) => {
        const place = g.let(op('i32.shl', column, 2), 'place');
        g.set(own, at('i32.load', ends, place));
        g.do(at('i32.store', ends, place, next));
        g.increase(next, op('i32.mul', own, entry));
      });
      const row = g.local('i32', 'offset');
      g.set(row, 0);
      const start: Address = { pointer: from!, offset: 0 };
      const afterRow = (): void => g.increase(row, this.#rowBytes);
      this.#eachNumber(
        g,
        factor,
        length,
        start,
        count!,
        (column, number) => {
          const place = g.let(op('i32.shl', column, 2), 'place');
          const to = g.let(at('i32.load', ends, place), 'to');
          g.do(at('i32.store', 0, to, row));
          lanes.store(g, { pointer: to, offset: lanes.bytes }, lanes.kept(lanes.loadOne(number())), 1);
          g.do(at('i32.store', ends, place, op('i32.add', to, entry)));
        },
        afterRow,
      );
    });
    f.call(kernel, pointerTo(places[factor]!), steps);
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
    factor: 0 | 1,
    length: number,
    start: Address,
    steps: Operand<'i32'>,
    body: (column: Local<'i32'>, number: () => Address) => void,
    afterRow: () => void = () => {},
  ): void {
    const lanes = lanesIn(f, this.#context.dtype);
    const bits = f.local('i32', 'bits');
    this.eachRow(f, factor, start, steps, (row) => {
      const from = f.let(pointerCode(row), 'from');
      const some = (index: Operand<'i32'>, count: number): void => {
        const mask = lanes.bits(lanes.different(lanes.load({ pointer: from, offset: 0 }, count), lanes.constant(0)));
        f.set(bits, count === lanes.count ? mask : op('i32.and', mask, (1 << count) - 1));
        f.while(
          () => bits,
          () => {
            const lane = f.let(op('i32.ctz', bits), 'lane');
            const column = f.let(op('i32.add', index, lane), 'column');
            body(column, () => {
              return { pointer: f.let(op('i32.add', from, op('i32.mul', lane, lanes.bytes)), 'number'), offset: 0 };
            });
            f.set(bits, op('i32.and', bits, op('i32.sub', bits, 1)));
          },
        );
        f.increase(from, lanes.count * lanes.bytes);
      };
      const whole = length - (length % lanes.count);
      f.count(0, whole, lanes.count, (index) => some(index, lanes.count));
      if (whole < length) some(whole, length - whole);
      afterRow();
    });
  }
}
