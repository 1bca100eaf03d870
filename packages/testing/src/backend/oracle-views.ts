/** @file Where the elements of a view stand, for the oracle: one position at a time. */
import type { View } from '@ndl/ir';
import { sizeOf } from '@ndl/numerics';

/** An element that a view shows: its offset in the buffer, and how many steps it lies back. */
export interface Position {
  readonly offset: number;
  readonly lag: number;
}

const POSITIONS: WeakMap<View, readonly Position[]> = /* @__PURE__ */ new WeakMap();

/** The elements in row-major order. */
export function positionsOf(view: View): readonly Position[] {
  const known = POSITIONS.get(view) ?? findPositions(view);
  POSITIONS.set(view, known);
  return known;
}

function findPositions({ offset, shape, strides, indices = [], lag }: View): readonly Position[] {
  let positions: readonly Position[] = [{ offset, lag: lag?.base ?? 0 }];
  shape.forEach((length, axis) => {
    const list = indices.find((each) => each.axis === axis);
    const back = lag?.perAxis[axis] ?? 0;
    positions = positions.flatMap((start) =>
      Array.from({ length }, (_, index) => ({
        offset: start.offset + (list ? list.offsets[index]! : index * strides[axis]!),
        lag: start.lag + index * back,
      })),
    );
  });
  return positions;
}

/** Whether a view shows the same elements at each position of an axis. */
export function isRepeated({ strides, indices = [], lag }: View, axis: number): boolean {
  return strides[axis] === 0 && !indices.some((list) => list.axis === axis) && (lag?.perAxis[axis] ?? 0) === 0;
}

/** The axes of a shape that are none of these. */
export function otherAxes(shape: readonly number[], axes: readonly (number | string)[]): readonly number[] {
  return [...shape.keys()].filter((axis) => !axes.includes(axis));
}

/** Index per axis of a row-major position. */
function unravel(position: number, shape: readonly number[]): number[] {
  return shape.map((length, axis) => Math.floor(position / sizeOf(shape.slice(axis + 1))) % length);
}

function ravel(index: readonly number[], shape: readonly number[]): number {
  return index.reduce((position, each, axis) => position * shape[axis]! + each, 0);
}

/** Position in an array of shape `own` of what stands at a position after broadcasting to `shape`. */
export function broadcastPosition(position: number, own: readonly number[], shape: readonly number[]): number {
  const index = unravel(position, shape).slice(shape.length - own.length);
  return ravel(
    index.map((each, axis) => (own[axis] === 1 ? 0 : each)),
    own,
  );
}

/** Position, in an array of some axes alone, of an element of an array of this shape. */
export function positionAlong(position: number, shape: readonly number[], axes: readonly number[]): number {
  const index = unravel(position, shape);
  return ravel(
    axes.map((axis) => index[axis]!),
    axes.map((axis) => shape[axis]!),
  );
}
