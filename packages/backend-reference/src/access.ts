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
  readonly axes: readonly Distances[];
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
      const [list, stride, lag] = [indicesOf(view, axis), view.strides[axis]!, lagAlong(view, axis) * back];
      const distances = distancesFor(length, length * Math.abs(lag));
      for (let index = 0; index < length; index++) distances[index] = (list?.[index] ?? index * stride) + index * lag;
      return distances;
    });
    this.hasItems = buffer.items;
    this.hasSteps = layoutIn(buffer, section).steps;
  }

  /** Where the elements of an item at a step of the block begin; what has no items, or no steps, is the same for all. */
  start(step: number, item: number): number {
    return (this.#place.first + step) * this.#sliceStride + item * this.#itemStride + this.#offset;
  }

  /** Where all elements stand from `start` on, in row-major order. */
  offsets(): Distances {
    let offsets: Distances = new Int32Array(1);
    for (const axis of this.axes) {
      const isFar = offsets instanceof Float64Array || axis instanceof Float64Array;
      const next = distancesFor(offsets.length * axis.length, isFar ? Infinity : 0);
      for (let outer = 0, position = 0; outer < offsets.length; outer++)
        for (let index = 0; index < axis.length; index++) next[position++] = offsets[outer]! + axis[index]!;
      offsets = next;
    }
    return offsets;
  }
}

/** Whole numbers of elements, from one to another. */
export type Distances = Int32Array | Float64Array;

/** Within an item, offsets fit 31 bits; what lies some steps back may be further away. */
function distancesFor(length: number, furthest: number): Distances {
  return furthest < 2 ** 30 ? new Int32Array(length) : new Float64Array(length);
}
