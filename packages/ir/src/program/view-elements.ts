/** @file Which elements views show: their offsets, where they begin and end, and what two views have in common. Offsets count elements within one item (and step) of the buffer. */
import { lastIndexAtMost } from '@ndl/numerics';
import { viewImpossible } from '../errors.ts';
import { broadcastView, withoutRepeatedAxes } from './view-axes.ts';
import type { View } from './view.ts';
import { indicesOf, isContiguous, lagAlong, sameShape, viewSize } from './views.ts';

/** Calls `visit` with the offset of each element, in row-major order. */
export function forEachOffset(view: View, visit: (offset: number, position: number) => void): void {
  if (view.shape.length === 1 && view.indices === undefined) {
    const [stride, length] = [view.strides[0]!, view.shape[0]!];
    for (let index = 0; index < length; index++) visit(view.offset + index * stride, index);
    return;
  }
  const lists = view.shape.map((_, axis) => indicesOf(view, axis));
  let position = 0;
  const walk = (axis: number, offset: number): void => {
    if (axis === view.shape.length) {
      visit(offset, position++);
      return;
    }
    const [list, stride] = [lists[axis], view.strides[axis]!];
    for (let index = 0; index < view.shape[axis]!; index++) walk(axis + 1, offset + (list?.[index] ?? index * stride));
  };
  walk(0, view.offset);
}

/** Greatest offset that views may reach: what a signed number of 32 bits holds. */
export const GREATEST_OFFSET: number = 2 ** 31 - 1;

/**
 * The offset of each element in row-major order; with `shape`, of the view broadcast to it as in NumPy.
 * @throws NdlError VIEW_IMPOSSIBLE when the view does not broadcast to `shape`, or reaches beyond `GREATEST_OFFSET`
 */
export function offsetsOf(view: View, shape: readonly number[] = view.shape): Int32Array {
  const shown = sameShape(view.shape, shape) ? view : broadcastView(view, shape);
  const extent = extentOf(shown);
  if (extent !== undefined && (extent.last > GREATEST_OFFSET || extent.first < -GREATEST_OFFSET)) {
    throw viewImpossible(view.buffer, `it reaches element ${extent.last}; offsets end at ${GREATEST_OFFSET}`);
  }
  const offsets = new Int32Array(viewSize(shown));
  forEachOffset(shown, (offset, position) => (offsets[position] = offset));
  return offsets;
}

/** Least and greatest offset of the view, or undefined when it is empty. */
export function extentOf(view: View): Extent | undefined {
  if (view.indices === undefined) return computedExtent(view);
  const known = EXTENTS.get(view);
  if (known !== undefined) return known;
  const extent = computedExtent(view);
  if (extent !== undefined) EXTENTS.set(view, extent);
  return extent;
}

/** The elements from the first to the last that a view shows. */
export interface Extent {
  readonly first: number;
  readonly last: number;
}

/** Of views with lists, which are long where a planner merged. */
const EXTENTS = new WeakMap<View, Extent>();

function computedExtent(view: View): Extent | undefined {
  if (viewSize(view) === 0) return undefined;
  let [first, last] = [view.offset, view.offset];
  view.shape.forEach((length, axis) => {
    const list = indicesOf(view, axis);
    if (list !== undefined) {
      first += list.reduce((least, index) => Math.min(least, index), Infinity);
      last += list.reduce((greatest, index) => Math.max(greatest, index), -Infinity);
    } else {
      const reach = (length - 1) * view.strides[axis]!;
      first += Math.min(reach, 0);
      last += Math.max(reach, 0);
    }
  });
  return { first, last };
}

/** Whether some element stands in the view more than once. */
export function hasRepeats(view: View): boolean {
  if (view.indices === undefined) {
    const axes = view.shape
      .map((length, axis) => ({ length, stride: Math.abs(view.strides[axis]!) }))
      .filter(({ length }) => length !== 1)
      .sort((a, b) => a.stride - b.stride);
    let reach = 0;
    const nested = axes.every(({ length, stride }) => {
      const apart = stride > reach;
      reach += (length - 1) * stride;
      return apart;
    });
    if (nested) return false;
  }
  return new Set(offsetsOf(view)).size < viewSize(view);
}

/** Whether the views show the same elements in the same order, under the same shape. */
export function sameView(a: View, b: View): boolean {
  if (a.buffer !== b.buffer || !sameShape(a.shape, b.shape)) return false;
  if (viewSize(a) === 0) return true;
  const sameAxis = (length: number, axis: number): boolean => {
    const [listA, listB] = [indicesOf(a, axis), indicesOf(b, axis)];
    if (listA === undefined && listB === undefined) return length === 1 || a.strides[axis] === b.strides[axis];
    return listA !== undefined && listB !== undefined && (listA === listB || sameShape(listA, listB));
  };
  const sameLag = (length: number, axis: number): boolean => length === 1 || lagAlong(a, axis) === lagAlong(b, axis);
  return (
    a.offset === b.offset &&
    (a.lag?.base ?? 0) === (b.lag?.base ?? 0) &&
    a.shape.every((length, axis) => sameAxis(length, axis) && sameLag(length, axis))
  );
}

/** Whether the views have an element in common, at whatever steps. */
export function overlaps(a: View, b: View): boolean {
  if (a.buffer !== b.buffer) return false;
  const [extentA, extentB] = [extentOf(a), extentOf(b)];
  if (extentA === undefined || extentB === undefined) return false;
  if (extentA.last < extentB.first || extentB.last < extentA.first) return false;
  if (isContiguous(a) && isContiguous(b)) return true;
  const [small, large] = viewSize(a) <= viewSize(b) ? [a, b] : [b, a];
  const sorted = sortedOffsets(large);
  if (isContiguous(small)) {
    const extent = extentOf(small)!;
    const at = lastIndexAtMost(extent.last, sorted);
    return at >= 0 && sorted[at]! >= extent.first;
  }
  return offsetsOf(small).some((offset) => sorted[lastIndexAtMost(offset, sorted)] === offset);
}

/** Offsets of views that were looked at before: merged views are asked about again and again. */
const SORTED = new WeakMap<View, Int32Array>();

function sortedOffsets(view: View): Int32Array {
  const sorted = SORTED.get(view) ?? offsetsOf(withoutRepeatedAxes(view)).sort();
  SORTED.set(view, sorted);
  return sorted;
}
