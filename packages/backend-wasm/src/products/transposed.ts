/** @file Vectors of neighbouring terms turned into vectors of neighbouring sums. */
import { type Local, shuffle } from '@ndl/wasm-module';
import type { Lanes, Vector } from '../views/lanes.ts';

/** Takes the lanes of a square of vectors across: lane i of result j is lane j of vector i. */
export function transposed(lanes: Lanes, rows: readonly Local<'v128'>[]): readonly Vector[] {
  if (lanes.count === 2) {
    const [a, b] = rows as [Local<'v128'>, Local<'v128'>];
    return [shuffle(a, b, bytesOf([0, 2], 8)), shuffle(a, b, bytesOf([1, 3], 8))];
  }
  const [a, b, c, d] = rows as [Local<'v128'>, Local<'v128'>, Local<'v128'>, Local<'v128'>];
  const low = (x: Local<'v128'>, y: Local<'v128'>): Local<'v128'> =>
    lanes.kept(shuffle(x, y, bytesOf([0, 4, 1, 5], 4)));
  const high = (x: Local<'v128'>, y: Local<'v128'>): Local<'v128'> =>
    lanes.kept(shuffle(x, y, bytesOf([2, 6, 3, 7], 4)));
  const [ab, cd, ef, gh] = [low(a, b), low(c, d), high(a, b), high(c, d)];
  const [first, second] = [bytesOf([0, 1, 4, 5], 4), bytesOf([2, 3, 6, 7], 4)];
  return [shuffle(ab, cd, first), shuffle(ab, cd, second), shuffle(ef, gh, first), shuffle(ef, gh, second)];
}

/** The bytes of lanes, those of the second vector counted on. */
function bytesOf(lanes: readonly number[], size: number): readonly number[] {
  return lanes.flatMap((lane) => Array.from({ length: size }, (_, byte) => lane * size + byte));
}
