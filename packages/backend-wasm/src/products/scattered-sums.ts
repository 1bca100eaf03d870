/**
 * @file Sums into views that show some element more than once, as adjoints of convolutions do: step by step, each position is summed
 * from +0 in memory of its own, then added in view order.
 */
import { sizeOf } from '@ndl/numerics';
import { isRepeatedAxis, rowMajorStrides, withoutRepeatedAxes } from '@ndl/ir';
import { op } from '@ndl/wasm-module';
import type { Access } from '../views/access.ts';
import { byStepAndItem } from './by-step-and-item.ts';
import { type Address, type Vector } from '../views/lanes.ts';
import { nest, settled } from '../views/nest.ts';
import { read, type SectionContext, type Work } from '../sections/section-context.ts';
import { type LoopAxis, simplified } from '../views/space.ts';
import { addPositions, clearView } from './positions.ts';
import type { Sum } from './sum.ts';

export function emitScattered(context: SectionContext, sum: Sum): void {
  context.part(`${sum.label} into elements that repeat`, (work) => new ScatteredSum(context, sum, work).emit());
}

class ScatteredSum {
  readonly #context: SectionContext;
  readonly #sum: Sum;
  readonly #work: Work;
  /** The positions of the target, once each. */
  readonly #own: Access;
  readonly #positions: number;
  readonly #sums: Address;

  constructor(context: SectionContext, sum: Sum, work: Work) {
    this.#context = context;
    this.#sum = sum;
    this.#work = work;
    this.#own = context.access(withoutRepeatedAxes(sum.target.view));
    this.#positions = sizeOf(this.#own.view.shape);
    this.#sums = { pointer: undefined, offset: context.shared.scratch.take(this.#positions * work.lanes.bytes) };
  }

  emit(): void {
    const { factors, target, mode } = this.#sum;
    const accesses = [...factors, target, this.#own];
    const items = target.hasItems ? this.#context.items : 1;
    if (mode === 'set')
      byStepAndItem(this.#context, this.#work, [this.#own], items, ([place]) =>
        clearView(this.#context, this.#work, this.#own, place!),
      );
    byStepAndItem(this.#context, this.#work, accesses, items, (at) => this.#ofItem(at));
  }

  /** One step of one item of the target: of all items, where the target has none. */
  #ofItem(at: readonly Address[]): void {
    const { f, lanes } = this.#work;
    const { factors, target } = this.#sum;
    const zero = lanes.kept(lanes.constant(0));
    nest(f, [{ length: this.#positions, paces: [lanes.bytes] }], [this.#sums], this.#context.listAt, ([place]) =>
      lanes.store(f, place!, zero, 1),
    );
    const strides = rowMajorStrides(this.#own.view.shape);
    let next = 0;
    const axes: LoopAxis[] = target.view.shape.map((length, axis) => {
      const position = isRepeatedAxis(target.view, axis) ? 0 : strides[next++]! * lanes.bytes;
      return { length, kind: 'own', paces: [...factors.map((factor) => factor.axes[axis]!), position] };
    });
    if (!target.hasItems && factors.some(({ hasItems }) => hasItems))
      axes.unshift({ length: this.#context.items, kind: 'items', paces: [...factors.map((f2) => f2.itemBytes), 0] });
    const places = [...at.slice(0, factors.length), this.#sums];
    const space = simplified({ axes, bases: places.map(() => 0) });
    const moved = places.map((address, index) => settled(f, address, space.bases[index]!));
    nest(f, this.#context.walked(f, space.axes), moved, this.#context.listAt, (place) => this.#term(place));
    this.#addPositions(at.at(-1)!);
  }

  #term(place: readonly Address[]): void {
    const { f, lanes } = this.#work;
    const sum = place.at(-1)!;
    const factors = place.slice(0, -1).map((address) => lanes.loadOne(address));
    const [left, right] = factors as [Vector, Vector | undefined];
    const x = lanes.kept(left);
    const add = (): void => {
      const term = right === undefined ? read(x) : lanes.multiply(read(x), right);
      lanes.store(f, sum, lanes.kept(lanes.add(lanes.loadOne(sum), term)), 1);
    };
    if (!this.#sum.skipsZeros) return add();
    const isThere = op('i32.and', lanes.bits(lanes.different(read(x), lanes.constant(0))), 1);
    f.if(isThere, add);
  }

  #addPositions(start: Address): void {
    const strides = rowMajorStrides(this.#own.view.shape).map((stride) => stride * this.#work.lanes.bytes);
    const positions = this.#own.view.shape.map((length, axis) => {
      return { length, target: this.#own.axes[axis]!, sums: strides[axis]! };
    });
    addPositions(this.#context, this.#work, positions, start, this.#sums);
  }
}
