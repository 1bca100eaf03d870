/**
 * @file `GradientKernels`: what adds the terms of some rows to a panel's width of the target, in registers - all terms, of some columns
 * together, or those of one column that are listed.
 */
import { at, type FunctionHandle, op } from '@ndl/wasm-module';
import type { GradientProduct, Side } from './gradient-product.ts';
import type { KernelFunctions } from './kernel-functions.ts';
import { type Address, type Vector } from '../views/lanes.ts';
import type { Lists } from './row-lists.ts';
import type { SectionContext } from '../sections/section-context.ts';
import { repeatTerms, turnsOf } from './repeated-terms.ts';
import { addRowTerm, addTileTerm } from './tile-term.ts';

/** Bytes of a panel's width. */
export const WIDTH = 64;

/** Columns of the other factor that are taken together. */
export const TOGETHER = 2;

export class GradientKernels {
  readonly #context: SectionContext;
  readonly #product: GradientProduct;
  readonly #kernels: KernelFunctions;

  constructor(context: SectionContext, product: GradientProduct, kernels: KernelFunctions) {
    this.#context = context;
    this.#product = product;
    this.#kernels = kernels;
  }

  /** Takes where the columns, the panel, the end of that and the target begin. */
  dense(together: number, vectors: number, lastLanes: number): FunctionHandle {
    const { down } = this.#product;
    const name = `dense.${together}.${vectors}.${lastLanes}`;
    return this.#kernels.of(name, ['pair', 'panel', 'end', 'target'], (f, [pair, panel, end, target]) => {
      const lanes = this.#context.lanesIn(f);
      const place = (row: number, vector: number): Address => ({
        pointer: target!,
        offset: row * down.pace + 16 * vector,
      });
      const countOf = (vector: number): number => (vector === vectors - 1 ? lastLanes : lanes.count);
      const sums = Array.from({ length: together * vectors }, (_, index) => {
        const vector = index % vectors;
        return lanes.kept(lanes.load(place(Math.floor(index / vectors), vector), countOf(vector)));
      });
      const step = TOGETHER * lanes.bytes;
      const addTerm = (turn: number): void => {
        const left = Array.from({ length: together }, (_, row) => ({
          pointer: pair!,
          offset: turn * step + row * lanes.bytes,
        }));
        addTileTerm(f, lanes, { left, right: { pointer: panel!, offset: turn * WIDTH } }, sums);
      };
      repeatTerms(
        f,
        { pointer: panel!, pace: WIDTH, end: end!, turns: turnsOf(together, vectors) },
        addTerm,
        (turns) => {
          f.increase(pair!, turns * step);
        },
      );
      sums.forEach((sum, index) => {
        const vector = index % vectors;
        lanes.store(f, place(Math.floor(index / vectors), vector), sum, countOf(vector));
      });
    });
  }

  /** Takes where a list, its end, the panel and the target begin. @param areSame whether the panel was multiplied by what is listed */
  listed({ entry }: Lists, other: Side, vectors: number, lastLanes: number, areSame: boolean): FunctionHandle {
    return this.#kernels.of(
      `listed.${vectors}.${lastLanes}${areSame ? '.same' : ''}`,
      ['next', 'end', 'panel', 'target'],
      (f, [next, end, panel, target]) => {
        const lanes = this.#context.lanesIn(f);
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
            const left = areSame ? undefined : { pointer: next!, offset: lanes.bytes };
            addRowTerm(f, lanes, { left, right: { pointer: row, offset: 0 } }, sums);
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
}
