/** @file `ListedTerms`: for rows that are mostly zeros, the terms whose elements are not 0. */
import { at, type Local, op, type Operand } from '@ndl/wasm-module';
import type { KernelFunctions } from './kernel-functions.ts';
import { type Address, pointerTo, type Vector } from '../views/lanes.ts';
import { LANES_OF_BITS } from '../loops/listed-elements.ts';
import type { MatrixProduct } from './matrix-product.ts';
import { Walk } from '../views/nest.ts';
import { read, type SectionContext, type Work } from '../sections/section-context.ts';

export class ListedTerms {
  /** Where the lists of rows lie, numbers of terms, and where each ends. */
  readonly address: number;
  readonly rowBytes: number;
  readonly ends: number;
  readonly #context: SectionContext;
  readonly #product: MatrixProduct;
  readonly #kernels: KernelFunctions;

  /** @param rows of which lists are made at a time, at most */
  constructor(context: SectionContext, product: MatrixProduct, kernels: KernelFunctions, rows: number) {
    const { control } = context.shared;
    this.rowBytes = 4 * (product.depth + 8);
    this.address = control.take(this.rowBytes * rows);
    this.ends = control.take(4 * rows);
    this.#context = context;
    this.#product = product;
    this.#kernels = kernels;
  }

  /** Makes the lists of rows, whose number stands in `count`, or of one; adds to `found` how many terms they have. */
  emit({ f }: Work, row: Address, count: Local<'i32'> | undefined, found: Local<'i32'>): void {
    const { address, rowBytes, ends } = this;
    const { rowPace } = this.#product;
    const scan = this.#kernels.of('list', ['row', 'list', 'end'], (g, [from, list, end]) =>
      this.#scan(g, from!, list!, end!),
    );
    const walk = new Walk(
      f,
      [row, { pointer: undefined, offset: address }, { pointer: undefined, offset: ends }],
      [rowPace, rowBytes, 4],
      this.#context.listAt,
    );
    f.count(0, count ?? 1, 1, () => {
      const [from, list, end] = walk.at(0).map((place) => pointerTo(place));
      f.call(scan, from!, list!, end!);
      const listed = op('i32.sub', at('i32.load', 0, end!), list!);
      f.set(found, op('i32.add', found, op('i32.shr_u', listed, 2)));
      walk.advance(1);
    });
  }

  #scan(f: Work['f'], row: Local<'i32'>, list: Local<'i32'>, end: Local<'i32'>): void {
    const { depth, termPace } = this.#product;
    const lanes = this.#context.lanesIn(f);
    const next = f.let(read(list), 'next');
    const numbers = this.#context.listAt(LANES_OF_BITS);
    const turn = (index: Operand<'i32'>, count: number): void => {
      let vector: Vector;
      if (termPace === lanes.bytes) vector = lanes.load({ pointer: row, offset: 0 }, count);
      else {
        vector = lanes.loadOne({ pointer: row, offset: 0 });
        for (let lane = 1; lane < count; lane++)
          vector = lanes.withLane(vector, lane, { pointer: row, offset: lane * termPace });
      }
      // NaN differs from 0 as well.
      const mask = lanes.bits(lanes.different(vector, lanes.constant(0)));
      const bits = f.let(count === lanes.count ? mask : op('i32.and', mask, (1 << count) - 1), 'bits');
      const elements = op('i32x4.add', at('v128.load', numbers, op('i32.shl', bits, 4)), op('i32x4.splat', index));
      f.do(at('v128.store', 0, next, elements));
      f.increase(next, op('i32.shl', op('i32.popcnt', bits), 2));
      f.increase(row, count * termPace);
    };
    const whole = depth - (depth % lanes.count);
    f.count(0, whole, lanes.count, (index) => turn(index, lanes.count));
    if (whole < depth) turn(whole, depth - whole);
    f.do(at('i32.store', 0, end, next));
  }
}
