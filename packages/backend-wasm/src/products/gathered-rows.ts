/**
 * @file `GatheredRows`: rows of a product that stand apart in memory - windows of an image, whose terms are at several distances, and targets
 * whose columns are channels of their own - side by side for as long as they are worked on.
 */
import { type Local, type Operand } from '@ndl/wasm-module';
import { copyRun } from './copy-run.ts';
import type { KernelFunctions } from './kernel-functions.ts';
import type { MatrixProduct } from './matrix-product.ts';
import { type Address, pointerTo } from '../views/lanes.ts';
import { nest, type WalkedAxis } from '../views/nest.ts';
import type { SectionContext, Work } from '../sections/section-context.ts';

export class GatheredRows {
  /** Where the first row begins, and the first row of the target. */
  readonly row: Address;
  readonly target: Address;
  readonly #context: SectionContext;
  readonly #product: MatrixProduct;
  readonly #kernels: KernelFunctions;

  /** @param rows of which there are copies at a time, at most */
  constructor(context: SectionContext, product: MatrixProduct, kernels: KernelFunctions, rows: number) {
    const { isGathered, rowPace, isScattered, targetPace } = product;
    const take = (bytes: number): Address => ({ pointer: undefined, offset: context.shared.scratch.take(bytes) });
    this.#context = context;
    this.#product = product;
    this.#kernels = kernels;
    this.row = take(isGathered ? rows * rowPace : 0);
    this.target = take(isScattered ? rows * targetPace : 0);
  }

  /** Copies the terms of rows, whose number stands in `count`, or of one. */
  gather({ f }: Work, row: Address, count: Local<'i32'> | undefined): void {
    const { rows, block, rowPace, terms } = this.#product;
    const kernel = this.#kernels.of('gather', ['row', 'count'], (g, [from, length]) => {
      const { bytes } = this.#context.lanesIn(g);
      let reach = bytes as number;
      const inRow = terms.toReversed().map((axis) => {
        const pace = reach;
        reach *= axis.length!;
        return { length: axis.length!, paces: [axis.paces[rows]!, pace] };
      });
      const [run, ...around] = inRow as [(typeof inRow)[number], ...WalkedAxis[]];
      const axes = [{ length: length!, paces: [block?.paces[rows] ?? 0, rowPace] }, ...around.toReversed()];
      const starts = [{ pointer: from, offset: 0 }, this.row];
      nest(g, axes, starts, this.#context.listAt, ([one, other]) => copyRun(this.#context, g, run, one!, other!));
    });
    this.#call(f, kernel, row, count);
  }

  /** Copies the target to where it is worked on. */
  fetch({ f }: Work, target: Address, count: Local<'i32'> | undefined): void {
    const kernel = this.#kernels.of('fetch', ['target', 'count'], (g, [from, length]) =>
      this.#eachElement(g, { pointer: from, offset: 0 }, length!, (theirs, own) => this.#copyOne(g, theirs, own)),
    );
    this.#call(f, kernel, target, count);
  }

  /** Copies it back. */
  scatter({ f }: Work, target: Address, count: Local<'i32'> | undefined): void {
    const kernel = this.#kernels.of('scatter', ['target', 'count'], (g, [to, length]) =>
      this.#eachElement(g, { pointer: to, offset: 0 }, length!, (theirs, own) => this.#copyOne(g, own, theirs)),
    );
    this.#call(f, kernel, target, count);
  }

  #call(
    f: Work['f'],
    kernel: ReturnType<KernelFunctions['of']>,
    place: Address,
    count: Local<'i32'> | undefined,
  ): void {
    f.call(kernel, pointerTo(place), count ?? 1);
  }

  #eachElement(
    f: Work['f'],
    target: Address,
    length: Operand<'i32'>,
    body: (theirs: Address, own: Address) => void,
  ): void {
    const { block, columns, targetPace } = this.#product;
    const { bytes } = this.#context.lanesIn(f);
    const axes = [
      { length, paces: [block?.paces[2] ?? 0, targetPace] },
      { length: columns.length!, paces: [columns.paces[2]!, bytes] },
    ];
    nest(f, axes, [target, this.target], this.#context.listAt, ([theirs, own]) => body(theirs!, own!));
  }

  #copyOne(f: Work['f'], from: Address, to: Address): void {
    const lanes = this.#context.lanesIn(f);
    lanes.store(f, to, lanes.kept(lanes.loadOne(from)), 1);
  }
}
