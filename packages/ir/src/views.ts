/**
 * @file Making views and asking about them. Offsets count elements within one item (and step) of the buffer.
 */
import { sizeOf } from '@ndl/numerics';
import { viewImpossible } from './errors.ts';
import type { Buffer, View } from './program.ts';

/** Steps between neighbours of each axis of a dense row-major array. */
export function rowMajorStrides(shape: readonly number[]): number[] {
  const strides: number[] = [];
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides.unshift(stride);
    stride *= shape[axis]!;
  }
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
  if (view.indices !== undefined) return false;
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

/** Calls `visit` with the offset of each element, in row-major order. */
export function forEachOffset(view: View, visit: (offset: number, position: number) => void): void {
  let position = 0;
  const walk = (axis: number, offset: number): void => {
    if (axis === view.shape.length) {
      visit(offset, position++);
      return;
    }
    const gather = axis === 0 ? view.indices : undefined;
    for (let index = 0; index < view.shape[axis]!; index++) {
      walk(axis + 1, offset + (gather ? gather[index]! : index * view.strides[axis]!));
    }
  };
  walk(0, view.offset);
}

/**
 * The offset of each element in row-major order; with `shape`, of the view broadcast to it as in NumPy.
 * @throws NdlError VIEW_IMPOSSIBLE when the view does not broadcast to `shape`
 */
export function offsetsOf(view: View, shape: readonly number[] = view.shape): Int32Array {
  const own = new Int32Array(viewSize(view));
  forEachOffset(view, (offset, position) => (own[position] = offset));
  if (sameShape(view.shape, shape)) return own;
  // A dense stand-in for the view's positions is broadcast in its place: positions, unlike `indices`, have strides.
  const positions = broadcastView(fullView({ id: view.buffer, shape: view.shape }), shape);
  const broadcast = new Int32Array(sizeOf(shape));
  forEachOffset(positions, (offset, position) => (broadcast[position] = own[offset]!));
  return broadcast;
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
 * @throws NdlError VIEW_IMPOSSIBLE when it does not broadcast to `shape`, or its indices would leave the first axis
 */
export function broadcastView(view: View, shape: readonly number[]): View {
  if (!broadcastsTo(view.shape, shape)) {
    throw viewImpossible(view.buffer, `shape [${view.shape.join(', ')}] does not broadcast to [${shape.join(', ')}]`);
  }
  const added = shape.length - view.shape.length;
  const strides = shape.map((_, axis) =>
    axis < added || view.shape[axis - added] === 1 ? 0 : view.strides[axis - added]!,
  );
  if (view.indices === undefined) return { ...view, shape, strides };
  if (view.shape[0] === 1) return { buffer: view.buffer, offset: view.offset + view.indices[0]!, shape, strides };
  if (added === 0) return { ...view, shape, strides };
  throw viewImpossible(
    view.buffer,
    'indices must stay on the first axis; copy the view before broadcasting it over more axes',
  );
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
  if (axis === 0 && view.indices !== undefined) {
    return { ...view, shape, indices: Array.from({ length: count }, (_, k) => view.indices![start + k * step]!) };
  }
  const offset = count === 0 ? view.offset : view.offset + start * view.strides[axis]!;
  return { ...view, offset, shape, strides: view.strides.with(axis, view.strides[axis]! * step) };
}

/**
 * The view with its axes in another order: axis k of the result is axis `axes[k]` of the view. Default: reversed.
 * @throws NdlError VIEW_IMPOSSIBLE when `axes` is no permutation, or indices would leave the first axis
 */
export function transposeView(view: View, axes: readonly number[] = view.shape.map((_, axis) => axis).reverse()): View {
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
  if (view.indices !== undefined && axes[0] !== 0) {
    throw viewImpossible(view.buffer, 'indices must stay on the first axis; copy the view before transposing it');
  }
  return { ...view, shape: axes.map((axis) => view.shape[axis]!), strides: axes.map((axis) => view.strides[axis]!) };
}

/**
 * The view with an axis of length 1 inserted before `axis`.
 * @throws NdlError VIEW_IMPOSSIBLE when indices would leave the first axis
 */
export function insertAxis(view: View, axis: number): View {
  if (axis === 0 && view.indices !== undefined) {
    throw viewImpossible(
      view.buffer,
      'indices must stay on the first axis; copy the view before adding an axis in front',
    );
  }
  return { ...view, shape: view.shape.toSpliced(axis, 0, 1), strides: view.strides.toSpliced(axis, 0, 0) };
}

/** Least and greatest offset of the view, or undefined when it is empty. */
export function extentOf(view: View): { readonly first: number; readonly last: number } | undefined {
  if (viewSize(view) === 0) return undefined;
  let [first, last] = [view.offset, view.offset];
  view.shape.forEach((length, axis) => {
    if (axis === 0 && view.indices !== undefined) {
      first += view.indices.reduce((least, index) => Math.min(least, index), Infinity);
      last += view.indices.reduce((greatest, index) => Math.max(greatest, index), -Infinity);
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
  const sameIndices =
    a.indices === b.indices || (a.indices !== undefined && b.indices !== undefined && sameShape(a.indices, b.indices));
  const gathers = a.indices !== undefined;
  return (
    a.offset === b.offset &&
    sameIndices &&
    a.strides.every((stride, axis) => stride === b.strides[axis] || a.shape[axis] === 1 || (axis === 0 && gathers))
  );
}

/** Whether the views have an element in common. */
export function overlaps(a: View, b: View): boolean {
  if (a.buffer !== b.buffer) return false;
  const [extentA, extentB] = [extentOf(a), extentOf(b)];
  if (extentA === undefined || extentB === undefined) return false;
  if (extentA.last < extentB.first || extentB.last < extentA.first) return false;
  if (isContiguous(a) && isContiguous(b)) return true;
  const [small, large] = viewSize(a) <= viewSize(b) ? [a, b] : [b, a];
  const offsets = new Set(offsetsOf(small));
  return offsetsOf(large).some((offset) => offsets.has(offset));
}
