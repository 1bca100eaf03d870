/**
 * @file `PanelKernels`: what adds up the terms of rows for one panel of a packed matrix, in registers - all terms, of one row or two, or
 * those that are listed.
 */
import { at, type FunctionHandle, type Local, op } from '@ndl/wasm-module';
import type { KernelFunctions } from './kernel-functions.ts';
import { type Address, pointerCode, shifted } from '../views/lanes.ts';
import { nest, type WalkedAxis } from '../views/nest.ts';
import type { ListedRange } from './listed-range.ts';
import type { MatrixProduct } from './matrix-product.ts';
import { repeatTerms, turnsOf } from './repeated-terms.ts';
import { read, type SectionContext, type Work } from '../sections/section-context.ts';
import { addRowTerm, addTileTerm } from './tile-term.ts';
import type { WindowRows } from './window-rows.ts';

/** Fewer terms are not worth a loop that is written out. */
const FEWEST_TERMS = 8;

export class PanelKernels {
  readonly #context: SectionContext;
  readonly #product: MatrixProduct;
  readonly #kernels: KernelFunctions;

  constructor(context: SectionContext, product: MatrixProduct, kernels: KernelFunctions) {
    this.#context = context;
    this.#product = product;
    this.#kernels = kernels;
  }

  /** Of some rows together: takes where the first row, the panel and the target begin. */
  dense(together: number, vectors: number, lastLanes: number): FunctionHandle {
    return this.#kernels.of(`dense.${together}.${vectors}.${lastLanes}`, ['row', 'panel', 'target'], (f, locals) =>
      this.#dense(f, locals, together, vectors, lastLanes),
    );
  }

  /** Of one row: takes where it, its list, the end of that, the panel and the target begin. */
  listed(vectors: number, lastLanes: number): FunctionHandle {
    const name = `listed.${vectors}.${lastLanes}`;
    return this.#kernels.of(name, ['row', 'list', 'end', 'panel', 'target'], (f, locals) =>
      this.#listed(f, locals, vectors, lastLanes),
    );
  }

  /** Of windows: takes where the range of the near rows, the panel and the target begin. */
  windows({ near, range }: WindowRows, list: ListedRange, vectors: number, lastLanes: number): FunctionHandle {
    const name = `windows.${vectors}.${lastLanes}`;
    return this.#kernels.of(name, ['range', 'panel', 'target'], (f, [from, panel, target]) => {
      const lanes = this.#context.lanesIn(f);
      const { rows, terms, depth, strip } = this.#product;
      const run = terms.at(-1)!;
      const ofRows = near.map(({ length, paces }) => ({ length: length!, paces: [paces[rows]!, paces[2]!] }));
      let reach = depth * strip;
      const pace = strip / lanes.bytes;
      const around = terms.slice(0, -1).map(({ length, paces }): WalkedAxis => {
        reach /= length!;
        return { length: length!, paces: [paces[rows]!, reach] };
      });
      // Places of what is listed are bytes from the beginning of the range.
      const first: Address = { pointer: f.let(op('i32.add', range.before, 0), 'first'), offset: 0 };
      nest(f, ofRows, [first, { pointer: target!, offset: 0 }], this.#context.listAt, ([row, to]) => {
        const sums = this.#sums(f, f.let(pointerCode(to!), 'to'), 1, 0, vectors, lastLanes);
        nest(f, around, [row!, { pointer: panel!, offset: 0 }], this.#context.listAt, ([begin, factors]) => {
          const base = f.let(op('i32.sub', pointerCode(factors!), op('i32.mul', pointerCode(begin!), pace)), 'base');
          list.each(f, begin!, run.length!, (place) => {
            const right = f.let(op('i32.add', base, op('i32.mul', place, pace)), 'right');
            const left = { pointer: f.let(op('i32.add', from!, place), 'left'), offset: 0 };
            addRowTerm(f, lanes, { left, right: { pointer: right, offset: 0 } }, sums);
          });
        });
        this.#storeSums(f, f.let(pointerCode(to!), 'to'), 0, sums, vectors, lastLanes);
      });
    });
  }

  #dense(
    f: Work['f'],
    [row, panel, target]: readonly Local<'i32'>[],
    together: number,
    vectors: number,
    lastLanes: number,
  ): void {
    const lanes = this.#context.lanesIn(f);
    const { rowPace, targetPace, depth, termPace, strip } = this.#product;
    const sums = this.#sums(f, target!, together, targetPace, vectors, lastLanes);
    const end = f.let(op('i32.add', panel!, depth * strip), 'end');
    const addTerm = (turn: number): void => {
      const left = Array.from({ length: together }, (_, each) => ({
        pointer: row!,
        offset: turn * termPace + each * rowPace,
      }));
      addTileTerm(f, lanes, { left, right: { pointer: panel!, offset: turn * strip } }, sums);
    };
    const turns = depth < FEWEST_TERMS ? 1 : turnsOf(together, vectors);
    repeatTerms(f, { pointer: panel!, pace: strip, end, turns }, addTerm, (terms) => {
      f.increase(row!, terms * termPace);
    });
    this.#storeSums(f, target!, targetPace, sums, vectors, lastLanes);
  }

  #listed(
    f: Work['f'],
    [row, list, end, panel, target]: readonly Local<'i32'>[],
    vectors: number,
    lastLanes: number,
  ): void {
    const lanes = this.#context.lanesIn(f);
    const { termPace, strip } = this.#product;
    const sums = this.#sums(f, target!, 1, 0, vectors, lastLanes);
    const next = f.let(read(list!), 'next');
    f.while(
      () => op('i32.lt_u', next, end!),
      () => {
        const term = f.let(at('i32.load', 0, next), 'term');
        const place = f.let(op('i32.add', panel!, op('i32.mul', term, strip)), 'place');
        const value = f.let(op('i32.add', row!, op('i32.mul', term, termPace)), 'value');
        addRowTerm(f, lanes, { left: { pointer: value, offset: 0 }, right: { pointer: place, offset: 0 } }, sums);
        f.increase(next, 4);
      },
    );
    this.#storeSums(f, target!, 0, sums, vectors, lastLanes);
  }

  #sums(
    f: Work['f'],
    target: Local<'i32'>,
    rows: number,
    pace: number,
    vectors: number,
    lastLanes: number,
  ): readonly Local<'v128'>[] {
    const lanes = this.#context.lanesIn(f);
    return Array.from({ length: rows * vectors }, (_, index) => {
      if (this.#product.sum.mode === 'set') return lanes.kept(lanes.constant(0));
      const vector = index % vectors;
      const place = shifted({ pointer: target, offset: 0 }, Math.floor(index / vectors) * pace + 16 * vector);
      return lanes.kept(lanes.load(place, vector === vectors - 1 ? lastLanes : lanes.count));
    });
  }

  #storeSums(
    f: Work['f'],
    target: Local<'i32'>,
    pace: number,
    sums: readonly Local<'v128'>[],
    vectors: number,
    lastLanes: number,
  ): void {
    const lanes = this.#context.lanesIn(f);
    sums.forEach((sum, index) => {
      const vector = index % vectors;
      const place = shifted({ pointer: target, offset: 0 }, Math.floor(index / vectors) * pace + 16 * vector);
      lanes.store(f, place, sum, vector === vectors - 1 ? lastLanes : lanes.count);
    });
  }
}
