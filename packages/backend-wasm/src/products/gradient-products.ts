/**
 * @file Products that are summed over items and steps, in the order of the law. Rows are taken some at a time; of these, both factors are
 * packed. Where one of them is mostly zeros, it becomes a list of rows for each of its columns, and only these terms are added: where the
 * other factor is finite and the sum began at +0, no bit shows it. Where all that is listed is the same number, as of spikes, the other factor
 * is multiplied by it when it is packed.
 */
import { at, op, type Operand } from '@ndl/wasm-module';
import { GradientKernels, TOGETHER, WIDTH } from './gradient-kernels.ts';
import type { GradientProduct, Side } from './gradient-product.ts';
import { KernelFunctions } from './kernel-functions.ts';
import { type Address, pointerCode } from '../views/lanes.ts';
import { nest, settled } from '../views/nest.ts';
import { PackedRows } from './packed-rows.ts';
import { type Lists, RowLists } from './row-lists.ts';
import type { SectionContext, Work } from '../sections/section-context.ts';

/** Rows that are packed at a time. */
const ROWS = 1024;

export function emitGradientProduct(context: SectionContext, product: GradientProduct): void {
  context.part(`${product.sum.label}, summed over items and steps`, (work) =>
    new GradientEmitter(context, product, work).emit(),
  );
}

class GradientEmitter {
  readonly #context: SectionContext;
  readonly #kernels: GradientKernels;
  readonly #product: GradientProduct;
  readonly #work: Work;
  readonly #bytes: number;
  readonly #width: number;
  /** Steps, and rows, that are packed at a time. */
  readonly #stepsAtOnce: number;
  readonly #rows: number;
  readonly #lists: RowLists;
  readonly #packed: PackedRows;

  constructor(context: SectionContext, product: GradientProduct, work: Work) {
    this.#context = context;
    const functions = new KernelFunctions(context);
    this.#kernels = new GradientKernels(context, product, functions);
    this.#product = product;
    this.#work = work;
    this.#bytes = work.lanes.bytes;
    this.#width = WIDTH / this.#bytes;
    const items = product.items?.length ?? 1;
    this.#stepsAtOnce = Math.max(1, Math.floor(ROWS / items));
    this.#rows = items * (product.steps === undefined ? 1 : this.#stepsAtOnce);
    const room = { rows: this.#rows, rowBytes: WIDTH };
    this.#lists = new RowLists(context, work, product, functions, room);
    this.#packed = new PackedRows(context, work, functions, this.#lists, this.#rows);
  }

  emit(): void {
    const { f } = this.#work;
    const { sum, steps } = this.#product;
    const start = (index: number): Address =>
      this.#context.start(this.#work, [...sum.factors, sum.target][index]!, sum.bases[index]!);
    const factors = [start(0), start(1)] as const;
    const target = start(2);
    if (sum.mode === 'set') this.#clear(target);
    if (steps === undefined) return this.#rowsOf([factors[0], factors[1]], target, 1);
    const left = this.#context.steps(f);
    const isDescending = this.#context.direction === 'descending';
    const last = op('i32.sub', left, 1);
    const paces = [0, 1].map((factor) => (isDescending ? -1 : 1) * (steps.paces[factor] as number));
    const places = factors.map((address, factor) => {
      const begin = isDescending ? op('i32.mul', last, -paces[factor]!) : 0;
      return settled(f, address, begin);
    });
    const count = f.local('i32', 'count');
    f.while(
      () => op('i32.gt_s', left, 0),
      () => {
        f.set(count, left);
        f.if(op('i32.gt_s', left, this.#stepsAtOnce), () => f.set(count, this.#stepsAtOnce));
        this.#rowsOf(places, target, count);
        places.forEach(({ pointer }, factor) => f.increase(pointer!, paces[factor]! * this.#stepsAtOnce));
        f.increase(left, -this.#stepsAtOnce);
      },
    );
  }

  #clear(target: Address): void {
    const { f, lanes } = this.#work;
    const { across, down } = this.#product;
    const zero = lanes.kept(lanes.constant(0));
    const axes = [
      { length: down.length, paces: [down.pace] },
      { length: across.length, paces: [across.pace] },
    ];
    nest(f, axes, [target], this.#context.listAt, ([place]) => lanes.store(f, place!, zero, 1));
  }

  /** Adds the terms of some steps. */
  #rowsOf(places: readonly Address[], target: Address, steps: Operand<'i32'>): void {
    const { f } = this.#work;
    const { across, down, listed } = this.#product;
    const dense = (): void => {
      const wide = this.#packed.of(across, places, steps, this.#width);
      const narrow = this.#packed.of(down, places, steps, TOGETHER);
      this.#dense(wide.address, narrow.address, target, steps);
    };
    if (listed === undefined) return dense();
    const other = listed === across ? down : across;
    const lists = this.#lists.room(listed);
    const found = this.#lists.scan(lists, listed, places, steps);
    const all = op('i32.mul', steps, (this.#product.items?.length ?? 1) * listed.length);
    f.if(
      op('i32.le_u', op('i32.shl', found, 1), all),
      () => {
        this.#lists.fill(lists, listed, places, steps);
        const wide = this.#packed.of(other, places, steps, this.#width, lists.same);
        f.if(
          at('i32.load', wide.isFinite, 0),
          () => {
            const add = (areSame: boolean) => (): void =>
              this.#listed(lists, listed, other, { panels: wide.address, areSame }, target);
            f.if(at('i32.load', lists.areSame, 0), add(true), add(false));
          },
          dense,
        );
      },
      dense,
    );
  }

  #dense(wide: number, narrow: number, target: Address, steps: Operand<'i32'>): void {
    const { f, lanes } = this.#work;
    const { across, down, items } = this.#product;
    const rows = f.let(op('i32.mul', steps, items?.length ?? 1), 'rows');
    const [width, bytes] = [this.#width, this.#bytes];
    const panels = Math.ceil(across.length / width);
    const to = f.let(pointerCode(target), 'to');
    const column = f.local('i32', 'column');
    const panel = f.let(op('i32.add', wide, 0), 'panel');
    const ofPanel = (columns: number): void => {
      const vectors = Math.ceil(columns / lanes.count);
      const lastLanes = columns - (vectors - 1) * lanes.count;
      f.set(column, to);
      const pair = f.let(op('i32.add', narrow, 0), 'pair');
      const call = (together: number): void => {
        const kernel = this.#kernels.dense(together, vectors, lastLanes);
        f.call(kernel, pair, panel, op('i32.add', panel, op('i32.mul', rows, width * bytes)), column);
        f.increase(pair, this.#rows * TOGETHER * bytes);
        f.increase(column, TOGETHER * down.pace);
      };
      f.count(0, Math.floor(down.length / TOGETHER), 1, () => call(TOGETHER));
      if (down.length % TOGETHER > 0) call(down.length % TOGETHER);
    };
    const whole = Math.floor(across.length / width);
    f.count(0, whole, 1, () => {
      ofPanel(width);
      f.increase(panel, this.#rows * width * bytes);
      f.increase(to, width * bytes);
    });
    if (whole < panels) ofPanel(across.length - whole * width);
  }

  #listed(
    lists: Lists,
    listed: Side,
    other: Side,
    { panels, areSame }: { readonly panels: number; readonly areSame: boolean },
    target: Address,
  ): void {
    const { f, lanes } = this.#work;
    const width = this.#width;
    const panelBytes = this.#rows * WIDTH;
    const panel = f.let(op('i32.add', panels, 0), 'panel');
    const to = f.let(pointerCode(target), 'to');
    const [begin, column, place] = [f.local('i32', 'begin'), f.local('i32', 'column'), f.local('i32', 'place')];
    const ofPanel = (columns: number): void => {
      const vectors = Math.ceil(columns / lanes.count);
      const kernel = this.#kernels.listed(lists, other, vectors, columns - (vectors - 1) * lanes.count, areSame);
      f.set(begin, lists.entries);
      f.set(column, to);
      f.set(place, 0);
      f.count(0, listed.length, 1, () => {
        const end = f.let(at('i32.load', lists.ends, place), 'end');
        f.if(op('i32.lt_u', begin, end), () => f.call(kernel, begin, end, panel, column));
        f.set(begin, end);
        f.increase(column, listed.pace);
        f.increase(place, 4);
      });
    };
    const whole = Math.floor(other.length / width);
    f.count(0, whole, 1, () => {
      ofPanel(width);
      f.increase(panel, panelBytes);
      f.increase(to, width * other.pace);
    });
    if (whole * width < other.length) ofPanel(other.length - whole * width);
  }
}
