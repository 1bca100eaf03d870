/** @file A function of which a file has no more than what it gave: its values at the points that decoders were solved for. */
import type { Matrix, Vector } from './golden-file.ts';

/** Nengo's points and ndl's are the same but for rounding; two points of a set are seldom as near. */
const SAME = 1e-6;

/**
 * A function that gives the recorded values at the recorded points, in whatever order and however often they are asked for. Without
 * `points`, which large files leave out, the order of the first pass over all of them tells which is which, and later ones go by the point.
 * What a network asks for to learn the size of the result, zeros or the first point, gets the values of the first.
 * @param targets [points, size], numbers or truth values.
 * @param points [points, size of the source], or null.
 * @throws Error, when it is called, at a point that was not recorded
 */
export function recordedFunction(targets: Matrix, points: Matrix | null): (x: Vector) => number[] {
  const rows = targets.map((row) => Array.from(row, Number));
  const known = new Map<string, number>();
  let next = 0;
  const isNext = (x: Vector, seen: number | undefined): boolean => {
    if (next === (points ?? rows).length) return false;
    if (points !== null) return isNear(points[next]!, x);
    return seen === undefined ? x.some((value) => value !== 0) : isSame(rows[next]!, rows[seen]!);
  };
  const rowOf = (x: Vector): number | undefined => {
    const key = x.join();
    const seen = known.get(key);
    if (isNext(x, seen)) known.set(key, next++);
    return seen ?? known.get(key) ?? rowNear(x, points);
  };
  return (x) => {
    const row = rowOf(x) ?? (x.every((value) => value === 0) ? 0 : undefined);
    if (row === undefined)
      throw new Error(
        `it is known by its values at the ${rows.length} points that Nengo solved its decoders for, and at no others; ` +
          'give the connection a function of your own, or export it with a formula',
      );
    return [...rows[row]!];
  };
}

function rowNear(x: Vector, points: Matrix | null): number | undefined {
  const row = points?.findIndex((point) => isNear(point, x)) ?? -1;
  return row === -1 ? undefined : row;
}

function isNear(point: Vector, x: Vector): boolean {
  return point.every((value, axis) => Math.abs(value - x[axis]!) <= SAME * Math.max(1, Math.abs(value)));
}

function isSame(a: Vector, b: Vector): boolean {
  return a.every((value, index) => value === b[index]);
}
