/** @file Views made of views: axes left out, repeated, cut, put in another order, and added. */
import { viewImpossible } from '../errors.ts';
import type { View } from './view.ts';
import { indicesOf, isRepeatedAxis, lagAlong } from './views.ts';

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
