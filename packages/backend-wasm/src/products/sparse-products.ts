/**
 * @file Products of a few elements of a matrix, column by column: where an element of the vector is 0, as most of spikes are, nothing is done
 * for its column. Where the values are finite, and sums began at +0, no bit shows it.
 */
import { at, type Local, op, type Operand } from '@ndl/wasm-module';
import { type Address, pointerTo, shifted } from '../views/lanes.ts';
import { nest } from '../views/nest.ts';
import { type Pack, read, type SectionContext, type Work } from '../sections/section-context.ts';
import { byStepAndItem } from './by-step-and-item.ts';
import type { SparseProduct } from './sparse-product.ts';
import { isFromZero } from './sums-from-zero.ts';

export function emitSparseProduct(context: SectionContext, product: SparseProduct): void {
  context.part(`${product.sum.label}, column by column`, (work) => new SparseEmitter(context, product, work).emit());
}

class SparseEmitter {
  readonly #context: SectionContext;
  readonly #product: SparseProduct;
  readonly #work: Work;
  /** Where the values lie, column by column, and where it says whether all of them are finite, in i32. */
  readonly #values: number;
  readonly #isFinite: number;
  readonly #starts: number;
  readonly #targets: number;

  constructor(context: SectionContext, product: SparseProduct, work: Work) {
    const { control, packs } = context.shared;
    const { starts, targetOffsets, values } = product;
    this.#context = context;
    this.#product = product;
    this.#work = work;
    this.#starts = context.listAt(starts);
    this.#targets = context.listAt(targetOffsets);
    this.#values = control.take(targetOffsets.length * work.lanes.bytes);
    this.#isFinite = control.take(4);
    const handle = context.shared.module.function(`pack${packs.size}`, {}, (f) => this.#pack(f), true);
    const pack: Pack = { handle, store: values.store, version: -1 };
    packs.set(handle.name, pack);
    context.packs.add(pack);
  }

  emit(): void {
    const { sum, vector } = this.#product;
    const { target, mode } = sum;
    const items = target.hasItems ? this.#context.items : 1;
    if (mode === 'set') {
      byStepAndItem(this.#context, this.#work, [target], items, ([to]) => this.#clear(to!));
    }
    const kernel = this.#context.function('columns', { vector: 'i32', target: 'i32', all: 'i32' }, (f, locals) =>
      this.#columns(f, locals),
    );
    const { f } = this.#work;
    const areAll = sum.skipsZeros
      ? 0
      : isFromZero(this.#context, sum)
        ? f.let(op('i32.eqz', at('i32.load', this.#isFinite, 0)), 'all')
        : 1;
    byStepAndItem(this.#context, this.#work, [vector, target], items, ([from, to]) => {
      f.call(kernel, pointerTo(shifted(from!, this.#product.firstColumn)), pointerTo(to!), areAll);
    });
  }

  #clear(target: Address): void {
    const { f, lanes } = this.#work;
    const zero = lanes.kept(lanes.constant(0));
    const { length } = this.#product.targetOffsets;
    nest(f, [{ length, paces: [this.#product.targetOffsets] }], [target], this.#context.listAt, ([place]) =>
      lanes.store(f, place!, zero, 1),
    );
  }

  /** The values in the order of the columns. */
  #pack(f: Work['f']): void {
    const lanes = this.#context.lanesIn(f);
    const { values, valueOffsets } = this.#product;
    f.comment(`packs what begins at ${values.base}, ${valueOffsets.length} entries, column by column`);
    const doubt = f.local('v128', 'doubt');
    const starts = [values.base, this.#values].map((offset) => ({ pointer: undefined, offset }));
    const axis = { length: valueOffsets.length, paces: [valueOffsets, lanes.bytes] };
    nest(f, [axis], starts, this.#context.listAt, ([from, to]) => {
      const value = lanes.kept(lanes.loadOne(from!));
      // 0 · x is NaN where x is not finite, and stays so.
      f.set(doubt, lanes.add(read(doubt), lanes.multiply(read(value), lanes.constant(0))));
      lanes.store(f, to!, value, 1);
    });
    const isFine = op('i32.eqz', op('v128.any_true', lanes.different(read(doubt), read(doubt))));
    f.do(at('i32.store', this.#isFinite, 0, isFine));
  }

  /** Looks through the vector, and adds the columns of what is not 0, or all. */
  #columns(
    f: Work['f'],
    {
      vector,
      target,
      all,
    }: { readonly vector: Local<'i32'>; readonly target: Local<'i32'>; readonly all: Local<'i32'> },
  ): void {
    const lanes = this.#context.lanesIn(f);
    const { columns } = this.#product;
    const bits = f.local('i32', 'bits');
    const some = (index: Operand<'i32'>, count: number): void => {
      const element = lanes.load({ pointer: vector, offset: 0 }, count);
      const every = (1 << count) - 1;
      f.set(
        bits,
        op(
          'i32.and',
          op('i32.or', lanes.bits(lanes.different(element, lanes.constant(0))), op('i32.sub', 0, all)),
          every,
        ),
      );
      f.while(
        () => bits,
        () => {
          const lane = f.let(op('i32.ctz', bits), 'lane');
          const place = f.let(op('i32.shl', op('i32.add', index, lane), 2), 'place');
          const factor = f.let(op('i32.add', vector, op('i32.mul', lane, lanes.bytes)), 'factor');
          this.#column(f, place, factor, target);
          f.set(bits, op('i32.and', bits, op('i32.sub', bits, 1)));
        },
      );
      f.increase(vector, count * lanes.bytes);
    };
    const whole = columns - (columns % lanes.count);
    f.count(0, whole, lanes.count, (index) => some(index, lanes.count));
    if (whole < columns) some(whole, columns - whole);
  }

  /** Adds the terms of one column, whose limits stand at `place` in the list of them. */
  #column(f: Work['f'], place: Local<'i32'>, factor: Local<'i32'>, target: Local<'i32'>): void {
    const lanes = this.#context.lanesIn(f);
    const x = lanes.kept(lanes.loadOne({ pointer: factor, offset: 0 }));
    const next = f.let(op('i32.shl', at('i32.load', this.#starts, place), 2), 'next');
    const end = f.let(op('i32.shl', at('i32.load', this.#starts + 4, place), 2), 'end');
    f.while(
      () => op('i32.lt_u', next, end),
      () => {
        const value = lanes.bytes === 4 ? next : f.let(op('i32.shl', next, 1), 'value');
        const to = f.let(op('i32.add', target, at('i32.load', this.#targets, next)), 'to');
        // Each term is a sum that begins at +0, before it is added.
        const product = lanes.multiply(read(x), lanes.loadOne({ pointer: value, offset: this.#values }));
        const term = lanes.add(lanes.constant(0), product);
        lanes.store(
          f,
          { pointer: to, offset: 0 },
          lanes.kept(lanes.add(lanes.loadOne({ pointer: to, offset: 0 }), term)),
          1,
        );
        f.increase(next, 4);
      },
    );
  }
}
