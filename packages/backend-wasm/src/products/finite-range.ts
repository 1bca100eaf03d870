/** @file `FiniteRange`: whether all numbers of a piece of memory are finite. */
import { at, type Code, op, type Operand } from '@ndl/wasm-module';
import { read, type SectionContext, type Work } from '../sections/section-context.ts';
import type { KernelFunctions } from './kernel-functions.ts';

/** Vectors that are looked at in turn. */
const TOGETHER = 4;

export class FiniteRange {
  readonly #context: SectionContext;
  readonly #kernels: KernelFunctions;
  readonly #elements: number;
  readonly #result: number;

  /** @param elements of the piece */
  constructor(context: SectionContext, kernels: KernelFunctions, elements: number) {
    this.#context = context;
    this.#kernels = kernels;
    this.#elements = elements;
    this.#result = context.shared.scratch.take(4);
  }

  /** Looks the piece through that begins at `from`. */
  isFinite({ f }: Work, from: Operand<'i32'>): Code<'i32'> {
    const kernel = this.#kernels.of('finite', ['from'], (g, [place]) => {
      const lanes = this.#context.lanesIn(g);
      const doubts = Array.from({ length: TOGETHER }, () => g.local('v128', 'doubt'));
      // Of what is not finite, a product with 0 is NaN, and so are all sums from there on.
      const look = (vectors: number, lastLanes: number): void => {
        for (let vector = 0; vector < vectors; vector++) {
          const count = vector === vectors - 1 ? lastLanes : lanes.count;
          const value = lanes.load({ pointer: place!, offset: 16 * vector }, count);
          g.set(doubts[vector]!, lanes.add(read(doubts[vector]!), lanes.multiply(value, lanes.constant(0))));
        }
        g.increase(place!, 16 * vectors);
      };
      const turn = TOGETHER * lanes.count;
      const rest = this.#elements % turn;
      g.count(0, this.#elements - rest, turn, () => look(TOGETHER, lanes.count));
      if (rest > 0) look(Math.ceil(rest / lanes.count), ((rest - 1) % lanes.count) + 1);
      const sum = doubts.map((doubt) => read(doubt)).reduce((all, doubt) => lanes.add(all, doubt));
      const doubt = lanes.kept(sum);
      const isNaN = op('v128.any_true', lanes.different(read(doubt), read(doubt)));
      g.do(at('i32.store', 0, this.#result, op('i32.eqz', isNaN)));
    });
    f.call(kernel, from);
    return at('i32.load', this.#result, 0);
  }
}
