/** @file What views are asked: their size, their order, their lists and their lags. */
import { sizeOf } from '@ndl/numerics';
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

/** Whether two shapes, or any lists of numbers, are equal. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((length, axis) => length === b[axis]);
}
