/** @file Part of a view along an axis. Lists are cut once for each part, so that equal views stay equal. */
import { indicesOf, lagAlong, type View } from '@ndl/ir';

/** Positions from the first number to before the second. */
export type Piece = readonly [start: number, end: number];

const parts = /* @__PURE__ */ new WeakMap<readonly number[], Map<string, readonly number[]>>();

export function cutView(view: View, axis: number, [start, end]: Piece): View {
  const shape = view.shape.with(axis, end - start);
  const lag = view.lag && { lag: { ...view.lag, base: view.lag.base + start * lagAlong(view, axis) } };
  if (indicesOf(view, axis) === undefined)
    return { ...view, ...lag, shape, offset: view.offset + start * view.strides[axis]! };
  const indices = view.indices!.map((each) => {
    return each.axis === axis ? { axis, offsets: partOf(each.offsets, [start, end]) } : each;
  });
  return { ...view, ...lag, shape, indices };
}

function partOf(list: readonly number[], [start, end]: Piece): readonly number[] {
  const known = parts.get(list) ?? new Map<string, readonly number[]>();
  parts.set(list, known);
  const key = `${start} ${end}`;
  const part = known.get(key) ?? list.slice(start, end);
  known.set(key, part);
  return part;
}

/** A length in so many pieces, of which none is much longer than the others; boundaries are multiples of `grain`. */
export function piecesOf(length: number, count: number, grain: number): readonly Piece[] {
  const bounds = Array.from({ length: count + 1 }, (_, index) =>
    index === count ? length : Math.min(length, Math.round((index * length) / count / grain) * grain),
  );
  return bounds.slice(1).map((end, index): Piece => [bounds[index]!, end]);
}
