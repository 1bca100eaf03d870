/** @file Where the elements of a layer that moves them come from. */
import { sizeOf } from '@ndl/numerics';
import type { Move } from './layer-graph.ts';

/** For each element that goes out, the one that comes in, in row-major order; -1 for a zero. Null where all keep their places. */
export function movedPlaces(move: Move, from: readonly number[], into: readonly number[]): Int32Array | null {
  if (move.how === 'reshape') return null;
  const [apart, across] = [strides(from), strides(into)];
  return Int32Array.from({ length: sizeOf(into) }, (_, element) => {
    let place = 0;
    for (let axis = 0; axis < into.length; axis++) {
      const position = Math.floor(element / across[axis]!) % into[axis]!;
      if (move.how === 'permute') place += position * apart[move.order[axis]!]!;
      else if (move.how === 'repeat') place += Math.floor(position / move.times[axis]!) * apart[axis]!;
      else {
        const seen = position - move.margins[axis]![0];
        if (seen < 0 || seen >= from[axis]!) return -1;
        place += seen * apart[axis]!;
      }
    }
    return place;
  });
}

/** For each element of a shape, the one of another that stands in its place: axes of length 1, and those that are missing, are repeated. */
export function broadcastPlaces(from: readonly number[], into: readonly number[]): Int32Array | null {
  if (sizeOf(from) === sizeOf(into)) return null;
  const own = [...new Array<number>(into.length - from.length).fill(1), ...from];
  const [apart, across] = [strides(own), strides(into)];
  return Int32Array.from({ length: sizeOf(into) }, (_, element) =>
    into.reduce((place, size, axis) => {
      const position = Math.floor(element / across[axis]!) % size;
      return place + (own[axis] === 1 ? 0 : position * apart[axis]!);
    }, 0),
  );
}

/** For each layer that lies beside others along an axis, where its elements go. */
export function placesBeside(shapes: readonly (readonly number[])[], axis: number): readonly Int32Array[] {
  const along = shapes.map((shape) => shape[axis]!);
  const whole = shapes[0]!.map((size, other) => (other === axis ? along.reduce((sum, each) => sum + each, 0) : size));
  const across = strides(whole);
  return shapes.map((shape, index) => {
    const start = along.slice(0, index).reduce((sum, each) => sum + each, 0);
    const own = strides(shape);
    return Int32Array.from({ length: sizeOf(shape) }, (_, element) =>
      shape.reduce((place, size, other) => {
        const position = Math.floor(element / own[other]!) % size;
        return place + (position + (other === axis ? start : 0)) * across[other]!;
      }, 0),
    );
  });
}

/** How far neighbours along each axis are apart. */
export function strides(shape: readonly number[]): readonly number[] {
  return shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
}
