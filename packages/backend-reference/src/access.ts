/** @file `Access`: where the elements of a view stand in memory. */
import type { Place } from '@ndl/backend-kit';
import { indicesOf, lagAlong, layoutIn, type SectionKind, type View } from '@ndl/ir';
import type { FloatArray } from '@ndl/numerics';
import type { Store } from './memory.ts';

/**
 * The element at position (i0, i1, …) of a view, for item b at step t of the block, is
 * `array[start(t, b) + axes[0][i0] + axes[1][i1] + …]`.
 */
export class Access {
  readonly view: View;
  readonly array: FloatArray;
  /** How far each position of an axis lies from its beginning: strides, lists and lags, in elements. */
  readonly axes: readonly Float64Array[];
  readonly hasItems: boolean;
  /** Whether its section sees a value for each step. */
  readonly hasSteps: boolean;
  readonly #place: Place<Store>;
  readonly #offset: number;
  readonly #itemStride: number;
  readonly #sliceStride: number;

  constructor(view: View, place: Place<Store>, section: SectionKind) {
    const { buffer, direction, shape, store } = place;
    this.view = view;
    this.array = store.array;
    this.#place = place;
    this.#itemStride = buffer.items ? shape.size : 0;
    this.#sliceStride = buffer.steps === 'one' ? 0 : shape.copies * shape.size;
    // What lies back is earlier where the buffer ascends, later where it descends.
    const back = direction === 'ascending' ? -this.#sliceStride : this.#sliceStride;
    this.#offset = view.offset + (view.lag?.base ?? 0) * back;
    this.axes = view.shape.map((length, axis) => {
      const list = indicesOf(view, axis);
      const distance = lagAlong(view, axis) * back;
      return Float64Array.from(
        { length },
        (_, index) => (list?.[index] ?? index * view.strides[axis]!) + index * distance,
      );
    });
    this.hasItems = buffer.items;
    this.hasSteps = layoutIn(buffer, section).steps;
  }

  /** Where the elements of an item at a step of the block begin; what has no items, or no steps, is the same for all. */
  start(step: number, item: number): number {
    return (this.#place.first + step) * this.#sliceStride + item * this.#itemStride + this.#offset;
  }

  /** Where all elements stand from `start` on, in row-major order. */
  offsets(): Float64Array {
    let offsets: Float64Array = new Float64Array(1);
    for (const axis of this.axes) {
      const next = new Float64Array(offsets.length * axis.length);
      offsets.forEach((start, position) => {
        for (let index = 0; index < axis.length; index++) next[position * axis.length + index] = start + axis[index]!;
      });
      offsets = next;
    }
    return offsets;
  }
}
