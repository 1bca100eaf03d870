/**
 * @file Products that are summed over items and steps, as gradients of matrices are: `target[n][k] = Σ a[row][n] · b[row][k]` over rows
 * in the order of the law. Rows are taken some at a time; of these, both factors are packed. Where one of them is mostly zeros, it
 * becomes a list of rows for each of its columns, and only these terms are added: where the other factor is finite and the sum began
 * at +0, no bit shows it.
 */
import { KernelFunctions } from './kernel-functions.ts';
import { type Instruction, instructionsOf, writesOf } from '@ndl/ir';
import { at, type FunctionHandle, type Local, op, type Operand } from '@ndl/wasm-module';
import { type Address, lanesIn, pointerCode, pointerTo, type Vector } from './lanes.ts';
import { nest, settled } from './nest.ts';
import { isOftenZero } from './often-zero.ts';
import { type GradientProduct, type KernelMaker, type Lists, RowLists, type Side } from './row-lists.ts';
import { read, type SectionContext, type Work } from './section-context.ts';
import type { SpreadSum } from './sum.ts';

/** Smaller targets are not worth it. */
const FEWEST = 1024;

/** Rows that are packed at a time. */
const ROWS = 1024;

/** Bytes of a panel's width. */
const WIDTH = 64;

/** Likewise, where terms are listed: one row of sums at a time. */
const LISTED_WIDTH = 2 * WIDTH;

/** Columns of the other factor that are taken together. */
const TOGETHER = 2;

/** The sum as such a product; undefined where it is none. */
export function asGradientProduct(context: SectionContext, sum: SpreadSum): GradientProduct | undefined {
  const { factors, kept, summed, mode } = sum;
  if (factors.length !== 2 || sum.isInOrder || sum.isGreatest || sum.skipsZeros || kept.length !== 2) return undefined;
  const bytes = context.dtype === 'float32' ? 4 : 8;
  const sideOf = (factor: 0 | 1): Side | undefined => {
    const axis = kept.find(({ paces }) => paces[factor] === bytes && paces[1 - factor] === 0);
    const pace = axis?.paces[2];
    if (axis?.length === undefined || typeof pace !== 'number' || pace <= 0) return undefined;
    return { factor, length: axis.length, pace };
  };
  const sides = [sideOf(0), sideOf(1)];
  const across = sides.find((side) => side?.pace === bytes);
  const down = sides.find((side) => side !== undefined && side !== across);
  if (across === undefined || down === undefined || across.length * down.length < FEWEST) return undefined;
  const rest = summed.filter(({ kind }) => kind === 'own');
  const steps = summed.find(({ kind }) => kind === 'steps');
  const items = summed.find(({ kind }) => kind === 'items');
  const areTheirs = summed.every(({ paces }) => [0, 1].every((factor) => (paces[factor] as number) > 0));
  if (rest.length > 0 || summed.length === 0 || !areTheirs) return undefined;
  const { program } = context.shared.frame;
  const isSafe = mode === 'set' || beganAtZero(instructionsOf(program), sum.target.view.buffer);
  const listed = [across, down].find((side) => isOftenZero(program, factors[side.factor]!.view.buffer));
  return { sum, across, down, listed: isSafe ? listed : undefined, steps, items };
}

/** Whether a buffer holds sums alone that began at +0, and so never -0. */
function beganAtZero(instructions: readonly Instruction[], buffer: string): boolean {
  return instructions.every((instruction) => {
    if (!writesOf(instruction).some(({ target }) => target.buffer === buffer)) return true;
    if (instruction.kind === 'fill') return instruction.mode === 'set' && Object.is(instruction.value, 0);
    return instruction.kind === 'contract';
  });
}

export function emitGradientProduct(context: SectionContext, product: GradientProduct): void {
  context.part(`${product.sum.label}, summed over items and steps`, (work) =>
    new GradientEmitter(context, product, work).emit(),
  );
}

class GradientEmitter {
  readonly #context: SectionContext;
  readonly #kernels: KernelFunctions;
  readonly #product: GradientProduct;
  readonly #work: Work;
  readonly #bytes: number;
  readonly #width: number;
  /** Steps, and rows, that are packed at a time. */
  readonly #stepsAtOnce: number;
  readonly #rows: number;
  readonly #lists: RowLists;

  constructor(context: SectionContext, product: GradientProduct, work: Work) {
    this.#context = context;
    this.#kernels = new KernelFunctions(context);
    this.#product = product;
    this.#work = work;
    this.#bytes = work.lanes.bytes;
    this.#width = WIDTH / this.#bytes;
    const items = product.items?.length ?? 1;
    this.#stepsAtOnce = Math.max(1, Math.floor(ROWS / items));
    this.#rows = items * (product.steps === undefined ? 1 : this.#stepsAtOnce);
    const kernel: KernelMaker = (...given) => this.#kernels.of(...given);
    const room = { rows: this.#rows, rowBytes: LISTED_WIDTH };
    this.#lists = new RowLists(context, work, product, kernel, room);
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
      const wide = this.#pack(across, places, steps, this.#width);
      const narrow = this.#pack(down, places, steps, TOGETHER);
      this.#dense(wide.address, narrow.address, target, steps);
    };
    if (listed === undefined) return dense();
    const other = listed === across ? down : across;
    const lists = this.#lists.room(listed);
    const found = this.#lists.count(lists, listed, places, steps);
    const all = op('i32.mul', steps, (this.#product.items?.length ?? 1) * listed.length);
    f.if(
      op('i32.le_u', op('i32.shl', found, 1), all),
      () => {
        const wide = this.#pack(other, places, steps, LISTED_WIDTH / this.#bytes);
        f.if(
          at('i32.load', wide.isFinite, 0),
          () => {
            this.#lists.fill(lists, listed, places, steps);
            this.#listed(lists, listed, other, wide.address, target);
          },
          dense,
        );
      },
      dense,
    );
  }

  /** The columns of a factor in panels, `[columns / width][rows][width]`, and whether all are finite. */
  #pack(
    { factor, length }: Side,
    places: readonly Address[],
    steps: Operand<'i32'>,
    width: number,
  ): { readonly address: number; readonly isFinite: number } {
    const panels = Math.ceil(length / width);
    const key = `pack${factor}.${width}`;
    const panelBytes = this.#rows * width * this.#bytes;
    const { address, isFinite } = this.#once(key, () => ({
      address: this.#context.shared.control.take(panels * panelBytes),
      isFinite: this.#context.shared.control.take(4),
    }));
    const pack = this.#kernels.of(key, ['from', 'steps'], (f, [from, count]) => {
      const lanes = lanesIn(f, this.#context.dtype);
      const doubt = f.local('v128', 'doubt');
      const panel = (start: Address, to: Local<'i32'>, columns: number): void => {
        const next = f.let(op('i32.add', to, 0), 'next');
        this.#lists.eachRow(f, factor, start, count!, (row) => {
          for (let column = 0; column < width; column += lanes.count) {
            const here = Math.min(lanes.count, columns - column, width);
            const value = lanes.kept(
              here > 0 ? lanes.load({ ...row, offset: row.offset + column * lanes.bytes }, here) : lanes.constant(0),
            );
            f.set(doubt, lanes.add(read(doubt), lanes.multiply(read(value), lanes.constant(0))));
            lanes.store(f, { pointer: next, offset: column * lanes.bytes }, value, Math.min(lanes.count, width));
          }
          f.increase(next, width * lanes.bytes);
        });
      };
      const whole = Math.floor(length / width);
      const first: Address = { pointer: from!, offset: 0 };
      const to = f.let(op('i32.add', address, 0), 'to');
      f.count(0, whole, 1, () => {
        panel(first, to, width);
        f.increase(from!, width * lanes.bytes);
        f.increase(to, panelBytes);
      });
      if (whole < panels) panel(first, to, length - whole * width);
      f.do(at('i32.store', 0, isFinite, op('i32.eqz', op('v128.any_true', lanes.different(read(doubt), read(doubt))))));
    });
    this.#work.f.call(pack, pointerTo(places[factor]!), steps);
    return { address, isFinite };
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
        const kernel = this.#denseKernel(together, vectors, lastLanes);
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

  #denseKernel(together: number, vectors: number, lastLanes: number): FunctionHandle {
    const { down } = this.#product;
    const name = `dense.${together}.${vectors}.${lastLanes}`;
    return this.#kernels.of(name, ['pair', 'panel', 'end', 'target'], (f, [pair, panel, end, target]) => {
      const lanes = lanesIn(f, this.#context.dtype);
      const place = (row: number, vector: number): Address => ({
        pointer: target!,
        offset: row * down.pace + 16 * vector,
      });
      const countOf = (vector: number): number => (vector === vectors - 1 ? lastLanes : lanes.count);
      const sums = Array.from({ length: together * vectors }, (_, index) => {
        const vector = index % vectors;
        return lanes.kept(lanes.load(place(Math.floor(index / vectors), vector), countOf(vector)));
      });
      f.repeat(
        () => {
          const right = Array.from({ length: vectors }, (_, vector) =>
            lanes.kept(lanes.load({ pointer: panel!, offset: 16 * vector })),
          );
          for (let row = 0; row < together; row++) {
            const left = lanes.kept(lanes.splat({ pointer: pair!, offset: row * lanes.bytes }));
            right.forEach((vector, index) => {
              const sum = sums[row * vectors + index]!;
              f.set(sum, lanes.add(read(sum), lanes.multiply(read(left), read(vector))));
            });
          }
          f.increase(pair!, TOGETHER * lanes.bytes);
          f.increase(panel!, this.#width * lanes.bytes);
        },
        () => op('i32.lt_u', panel!, end!),
      );
      sums.forEach((sum, index) => {
        const vector = index % vectors;
        lanes.store(f, place(Math.floor(index / vectors), vector), sum, countOf(vector));
      });
    });
  }

  #listed(lists: Lists, listed: Side, other: Side, wide: number, target: Address): void {
    const { f, lanes } = this.#work;
    const width = LISTED_WIDTH / this.#bytes;
    const panelBytes = this.#rows * LISTED_WIDTH;
    const panel = f.let(op('i32.add', wide, 0), 'panel');
    const to = f.let(pointerCode(target), 'to');
    const [begin, column, place] = [f.local('i32', 'begin'), f.local('i32', 'column'), f.local('i32', 'place')];
    const ofPanel = (columns: number): void => {
      const vectors = Math.ceil(columns / lanes.count);
      const kernel = this.#listedKernel(lists, other, vectors, columns - (vectors - 1) * lanes.count);
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

  #listedKernel({ entry }: Lists, other: Side, vectors: number, lastLanes: number): FunctionHandle {
    return this.#kernels.of(
      `listed.${vectors}.${lastLanes}`,
      ['next', 'end', 'panel', 'target'],
      (f, [next, end, panel, target]) => {
        const lanes = lanesIn(f, this.#context.dtype);
        const isContiguous = other.pace === lanes.bytes;
        const countOf = (vector: number): number => (vector === vectors - 1 ? lastLanes : lanes.count);
        const place = (vector: number, lane = 0): Address => {
          return { pointer: target!, offset: (vector * lanes.count + lane) * other.pace };
        };
        const sums = Array.from({ length: vectors }, (_, vector) => {
          if (isContiguous) return lanes.kept(lanes.load(place(vector), countOf(vector)));
          let gathered: Vector = lanes.loadOne(place(vector));
          for (let lane = 1; lane < countOf(vector); lane++)
            gathered = lanes.withLane(gathered, lane, place(vector, lane));
          return lanes.kept(gathered);
        });
        f.repeat(
          () => {
            const row = f.let(op('i32.add', panel!, at('i32.load', 0, next!)), 'row');
            const left = lanes.kept(lanes.splat({ pointer: next!, offset: lanes.bytes }));
            sums.forEach((sum, vector) => {
              const right = lanes.load({ pointer: row, offset: 16 * vector });
              f.set(sum, lanes.add(read(sum), lanes.multiply(read(left), right)));
            });
            f.increase(next!, entry);
          },
          () => op('i32.lt_u', next!, end!),
        );
        sums.forEach((sum, vector) => {
          if (isContiguous) return lanes.store(f, place(vector), sum, countOf(vector));
          for (let lane = 0; lane < countOf(vector); lane++) f.do(lanes.storeLane(place(vector, lane), sum, lane));
        });
      },
    );
  }

  readonly #made = new Map<string, unknown>();

  #once<Value>(key: string, make: () => Value): Value {
    if (!this.#made.has(key)) this.#made.set(key, make());
    return this.#made.get(key) as Value;
  }
}
