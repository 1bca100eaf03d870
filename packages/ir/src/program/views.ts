/**
 * @file Making views and asking about them. Offsets count elements within one item (and step) of the buffer.
 */
import { lastIndexAtMost, sizeOf } from '@ndl/numerics';
import { viewImpossible } from '../errors.ts';
import type { Buffer } from './program.ts';
import type { View } from './view.ts';

/** Steps between neighbours of each axis of a dense row-major array. */
export function rowMajorStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1]! * shape[axis + 1]!;
  return strides;
}

/** The whole buffer. */
export function fullView(buffer: Pick<Buffer, 'id' | 'shape'>): View {
  return { buffer: buffer.id, offset: 0, shape: buffer.shape, strides: rowMajorStrides(buffer.shape) };
}

/** Number of elements that the view shows, repeats included. */
export function viewSize(view: View): number {
  return sizeOf(view.shape);
}

/** Whether the elements stand one after another in row-major order, so that the view is `size` elements from `offset`. */
export function isContiguous(view: View): boolean {
  if (view.indices !== undefined || view.lag?.perAxis.some((lag, axis) => lag !== 0 && view.shape[axis] !== 1))
    return false;
  let expected = 1;
  for (let axis = view.shape.length - 1; axis >= 0; axis--) {
    if (view.shape[axis] !== 1 && view.strides[axis] !== expected) return false;
    expected *= view.shape[axis]!;
  }
  return true;
}

/** Whether the view shows every element of the buffer once, in order. */
export function isWhole(view: View, buffer: Pick<Buffer, 'shape'>): boolean {
  return view.offset === 0 && viewSize(view) === sizeOf(buffer.shape) && isContiguous(view);
}

/** The list that takes the place of the stride of an axis, if it has one. */
export function indicesOf(view: View, axis: number): readonly number[] | undefined {
  return view.indices?.find((list) => list.axis === axis)?.offsets;
}

/** Steps that each position of an axis lies further back; 0 where the view has no lag. */
export function lagAlong(view: View, axis: number): number {
  return view.lag?.perAxis[axis] ?? 0;
}

/** The fewest and the most steps that an element of the view lies back. */
export function lagsOf({ lag, shape }: View): { readonly least: number; readonly most: number } {
  if (lag === undefined) return { least: 0, most: 0 };
  let [least, most] = [lag.base, lag.base];
  lag.perAxis.forEach((step, axis) => {
    const reach = step * Math.max(0, shape[axis]! - 1);
    least += Math.min(reach, 0);
    most += Math.max(reach, 0);
  });
  return { least, most };
}

/** All different numbers of steps that elements of the view lie back. */
export function lagsIn({ lag, shape }: View): readonly number[] {
  let lags = [lag?.base ?? 0];
  lag?.perAxis.forEach((step, axis) => {
    if (step === 0) return;
    const along = Array.from({ length: shape[axis]! }, (_, position) => position * step);
    lags = [...new Set(lags.flatMap((each) => along.map((further) => each + further)))];
  });
  return lags;
}

/** Whether the view shows the same elements at each position of an axis: stride 0, no list, and no lag along it. */
export function isRepeatedAxis(view: View, axis: number): boolean {
  return view.strides[axis] === 0 && indicesOf(view, axis) === undefined && lagAlong(view, axis) === 0;
}

/** The view at the first position of each axis of `axes`, without those axes. */
export function dropAxes(view: View, axes: readonly number[]): View {
  const kept = [...view.shape.keys()].filter((axis) => !axes.includes(axis));
  const offset = axes.reduce((sum, axis) => sum + (indicesOf(view, axis)?.[0] ?? 0), view.offset);
  return rearranged({ ...view, offset }, kept);
}

/** The view without the axes along which it repeats: each element that it shows, once for each position of the others. */
export function withoutRepeatedAxes(view: View): View {
  if (!view.strides.includes(0)) return view;
  const repeated = [...view.shape.keys()].filter((axis) => isRepeatedAxis(view, axis));
  return repeated.length === 0 ? view : dropAxes(view, repeated);
}

/**
 * A view of the same iteration space that shows each element of a dense array once: repeated along the axes along which `view` repeats.
 * @param make makes the array, of the shape of what `view` shows without these axes
 */
export function denseLike(view: View, make: (shape: readonly number[]) => View): View {
  const whole = make(withoutRepeatedAxes(view).shape);
  const strides = [...whole.strides];
  return {
    ...whole,
    shape: view.shape,
    strides: view.shape.map((_, axis) => (isRepeatedAxis(view, axis) ? 0 : strides.shift()!)),
  };
}

/** Axis k of the result is axis `axes[k]` of the view, or a new one of length 1 where that is undefined. */
function rearranged(view: View, axes: readonly (number | undefined)[]): View {
  const indices = axes.flatMap((from, axis) => {
    const offsets = from === undefined ? undefined : indicesOf(view, from);
    return offsets === undefined ? [] : [{ axis, offsets }];
  });
  return {
    buffer: view.buffer,
    offset: view.offset,
    shape: axes.map((axis) => (axis === undefined ? 1 : view.shape[axis]!)),
    strides: axes.map((axis) => (axis === undefined ? 0 : view.strides[axis]!)),
    ...(indices.length > 0 && { indices }),
    ...(view.lag && {
      lag: { base: view.lag.base, perAxis: axes.map((axis) => (axis === undefined ? 0 : lagAlong(view, axis))) },
    }),
  };
}

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

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}

/** Whether a view of shape `from` broadcasts to `to`: aligned at the last axis, each length equal or 1. */
export function broadcastsTo(from: readonly number[], to: readonly number[]): boolean {
  const added = to.length - from.length;
  return added >= 0 && from.every((length, axis) => length === 1 || length === to[axis + added]);
}

/**
 * The view with axes of length 1, and axes added in front, repeated to `shape`.
 * @throws NdlError VIEW_IMPOSSIBLE when it does not broadcast to `shape`
 */
export function broadcastView(view: View, shape: readonly number[]): View {
  if (!broadcastsTo(view.shape, shape)) {
    throw viewImpossible(view.buffer, `shape [${view.shape.join(', ')}] does not broadcast to [${shape.join(', ')}]`);
  }
  const added = shape.length - view.shape.length;
  const single = [...view.shape.keys()].filter((axis) => view.shape[axis] === 1);
  const rest = dropAxes(view, single);
  let next = 0;
  const axes = shape.map((_, axis) => (axis < added || single.includes(axis - added) ? undefined : next++));
  return { ...rearranged(rest, axes), shape };
}

/**
 * Elements `start`, `start + step`, … below `stop` of one axis; with a negative step, above `stop`.
 * @throws NdlError VIEW_IMPOSSIBLE for an axis or elements that the view does not have
 */
export function sliceView(view: View, axis: number, start: number, stop: number, step = 1): View {
  const length = view.shape[axis];
  const count = Math.max(0, Math.ceil((stop - start) / step));
  const last = start + (count - 1) * step;
  const isInside = (index: number): boolean => Number.isInteger(index) && index >= 0 && index < length!;
  if (length === undefined || step === 0 || (count > 0 && !(isInside(start) && isInside(last)))) {
    throw viewImpossible(
      view.buffer,
      `no slice ${start}:${stop}:${step} on axis ${axis} of shape [${view.shape.join(', ')}]`,
    );
  }
  const shape = view.shape.with(axis, count);
  const along = lagAlong(view, axis);
  const lag = view.lag && {
    lag: { base: view.lag.base + start * along, perAxis: view.lag.perAxis.with(axis, along * step) },
  };
  const list = indicesOf(view, axis);
  if (list !== undefined) {
    const offsets = Array.from({ length: count }, (_, k) => list[start + k * step]!);
    const indices = view.indices!.map((each) => (each.axis === axis ? { axis, offsets } : each));
    return { ...view, ...lag, shape, indices };
  }
  const offset = count === 0 ? view.offset : view.offset + start * view.strides[axis]!;
  return { ...view, ...lag, offset, shape, strides: view.strides.with(axis, view.strides[axis]! * step) };
}

/**
 * The view with its axes in another order: axis k of the result is axis `axes[k]` of the view. Default: reversed.
 * @throws NdlError VIEW_IMPOSSIBLE when `axes` is no permutation
 */
export function transposeView(view: View, axes: readonly number[] = [...view.shape.keys()].reverse()): View {
  if (
    axes.length !== view.shape.length ||
    new Set(axes).size !== axes.length ||
    axes.some((axis) => view.shape[axis] === undefined)
  ) {
    throw viewImpossible(
      view.buffer,
      `[${axes.join(', ')}] is no order of the axes of shape [${view.shape.join(', ')}]`,
    );
  }
  return rearranged(view, axes);
}

/** The view with an axis of length 1 inserted before `axis`; `length` repeats it along that axis. */
export function insertAxis(view: View, axis: number, length = 1): View {
  const axes: (number | undefined)[] = [...view.shape.keys()];
  axes.splice(axis, 0, undefined);
  const inserted = rearranged(view, axes);
  return { ...inserted, shape: inserted.shape.with(axis, length) };
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
