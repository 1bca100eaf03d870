/** @file One shape for views that show as many elements in the same order. */
import { indicesOf, lagAlong, type View } from '@ndl/ir';

/** The coarsest shape that is as fine as both; undefined where their axes do not fit into each other. */
export function commonShape(a: readonly number[], b: readonly number[]): readonly number[] | undefined {
  const [sizesA, sizesB] = [suffixSizes(a), suffixSizes(b)];
  if (sizesA.at(-1) !== sizesB.at(-1)) return undefined;
  const sizes = [...new Set([...sizesA, ...sizesB])].sort((x, y) => x - y);
  const shape: number[] = [];
  for (let index = 1; index < sizes.length; index++) {
    const length = sizes[index]! / sizes[index - 1]!;
    if (!Number.isInteger(length)) return undefined;
    shape.unshift(length);
  }
  return shape;
}

/** How many elements stand in the last axes: of none, of one, … */
function suffixSizes(shape: readonly number[]): readonly number[] {
  const sizes = [1];
  for (const length of shape.toReversed()) sizes.push(sizes.at(-1)! * length);
  return sizes;
}

/** The view with axes split; undefined where a list would have to be. */
export function splitView(view: View, shape: readonly number[]): View | undefined {
  const strides: number[] = [];
  const perAxis: number[] = [];
  const indices: { axis: number; offsets: readonly number[] }[] = [];
  let next = shape.length;
  for (let axis = view.shape.length - 1; axis >= 0; axis--) {
    if (view.shape[axis] === 1) continue;
    const list = indicesOf(view, axis);
    let inner = 1;
    while (inner < view.shape[axis]!) {
      const length = shape[--next]!;
      if (list !== undefined && length !== view.shape[axis]) return undefined;
      if (list !== undefined) indices.unshift({ axis: next, offsets: list });
      strides.unshift(list === undefined ? view.strides[axis]! * inner : view.strides[axis]!);
      perAxis.unshift(lagAlong(view, axis) * inner);
      inner *= length;
    }
  }
  const offset = view.shape.reduce((sum, length, axis) => {
    return sum + (length === 1 ? (indicesOf(view, axis)?.[0] ?? 0) : 0);
  }, view.offset);
  return {
    buffer: view.buffer,
    offset,
    shape,
    strides,
    ...(indices.length > 0 && { indices }),
    ...(view.lag && { lag: { base: view.lag.base, perAxis } }),
  };
}

/** Fewest elements of a piece, on average, where a list is cut into pieces that need none. */
const PIECE = 24;

/** Pieces of an axis in each of which no view needs a list; undefined where they would be too small. */
export function evenPieces(views: readonly View[], axis: number): readonly (readonly [number, number])[] | undefined {
  const lists = views.flatMap((view) => indicesOf(view, axis) ?? []);
  if (lists.length === 0) return undefined;
  const columns = views.map((view) => indicesOf(view, axis)).filter((list) => list !== undefined);
  const { length } = columns[0]!;
  const most = Math.max(1, length / PIECE);
  const pieces: (readonly [number, number])[] = [];
  let start = 0;
  while (start < length) {
    let end = Math.min(start + 2, length);
    const isEven = (at: number): boolean =>
      columns.every((list) => list[at]! - list[at - 1]! === list[start + 1]! - list[start]!);
    while (end < length && isEven(end)) end++;
    pieces.push([start, end]);
    if (pieces.length > most) return undefined;
    start = end;
  }
  return pieces;
}

/** Part of the view along an axis, where positions of a list that lie at even distances have a stride instead. */
export function evenPart(view: View, axis: number, [start, end]: readonly [number, number]): View {
  const list = indicesOf(view, axis);
  const shape = view.shape.with(axis, end - start);
  const base = (view.lag?.base ?? 0) + start * lagAlong(view, axis);
  const lag = view.lag && { lag: { ...view.lag, base } };
  if (list === undefined) return { ...view, ...lag, shape, offset: view.offset + start * view.strides[axis]! };
  const stride = end - start > 1 ? list[start + 1]! - list[start]! : 0;
  const { indices, ...rest } = view;
  const others = indices!.filter((each) => each.axis !== axis);
  return {
    ...rest,
    ...lag,
    shape,
    offset: view.offset + list[start]!,
    strides: view.strides.with(axis, stride),
    ...(others.length > 0 && { indices: others }),
  };
}
