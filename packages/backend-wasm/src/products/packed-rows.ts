/** @file `PackedRows`: rows of the factors of a gradient, packed in panels anew for each few of them. */
import { at, type Local, op, type Operand } from '@ndl/wasm-module';
import type { Side } from './gradient-product.ts';
import type { KernelFunctions } from './kernel-functions.ts';
import { type Address, pointerTo } from '../views/lanes.ts';
import type { RowLists } from './row-lists.ts';
import { read, type SectionContext, type Work } from '../sections/section-context.ts';

/** Where panels lie, and where it says whether all their numbers are finite, in i32. */
interface Panels {
  readonly address: number;
  readonly isFinite: number;
}

export class PackedRows {
  readonly #context: SectionContext;
  readonly #work: Work;
  readonly #kernels: KernelFunctions;
  readonly #lists: RowLists;
  readonly #rows: number;
  readonly #made = new Map<string, Panels>();

  /** @param rows the most of them that are packed at a time */
  constructor(context: SectionContext, work: Work, kernels: KernelFunctions, lists: RowLists, rows: number) {
    this.#context = context;
    this.#work = work;
    this.#kernels = kernels;
    this.#lists = lists;
    this.#rows = rows;
  }

  /**
   * The columns of a factor in panels, `[columns / width][rows][width]`, and whether all are finite.
   * @param times where a number stands that they are multiplied by
   */
  of(
    { factor, length }: Side,
    places: readonly Address[],
    steps: Operand<'i32'>,
    width: number,
    times?: number,
  ): Panels {
    const panels = Math.ceil(length / width);
    const key = `pack${factor}.${width}${times === undefined ? '' : '.times'}`;
    const panelBytes = this.#rows * width * this.#work.lanes.bytes;
    const { address, isFinite } = this.#room(key, panels * panelBytes);
    const pack = this.#kernels.of(key, ['from', 'steps'], (f, [from, count]) => {
      const lanes = this.#context.lanesIn(f);
      const doubt = f.local('v128', 'doubt');
      const scale = times === undefined ? undefined : lanes.kept(lanes.splat({ pointer: undefined, offset: times }));
      const panel = (start: Address, to: Local<'i32'>, columns: number): void => {
        const next = f.let(op('i32.add', to, 0), 'next');
        this.#lists.eachRow(f, factor, start, count!, (row) => {
          for (let column = 0; column < width; column += lanes.count) {
            const here = Math.min(lanes.count, columns - column, width);
            const own =
              here > 0 ? lanes.load({ ...row, offset: row.offset + column * lanes.bytes }, here) : lanes.constant(0);
            const value = lanes.kept(scale === undefined ? own : lanes.multiply(read(scale), own));
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

  #room(key: string, bytes: number): Panels {
    const known = this.#made.get(key);
    if (known !== undefined) return known;
    const { control } = this.#context.shared;
    const made = { address: control.take(bytes), isFinite: control.take(4) };
    this.#made.set(key, made);
    return made;
  }
}
