/** @file The quasirandom sequence to the last bit, against exact arithmetic on whole numbers. */
import { quasirandomSequence } from '@ndl/model';
import { RandomState } from '@ndl/numerics';
import { describe, expect, it } from 'vitest';
import { BUILT_IN_DISTRIBUTIONS } from './index.ts';

const definition = BUILT_IN_DISTRIBUTIONS.find(({ kind }) => kind === 'quasirandomSequence')!;

/** The float64 nearest to the root of x^(d+1) = x + 1: the one whose halfway points to its neighbours enclose the root. */
function nearestRoot(dimensions: number): number {
  const degree = BigInt(dimensions);
  /** Whether units · 2^-53 is below the root. */
  const isBelow = (units: bigint): boolean =>
    units ** (degree + 1n) < (units << (53n * degree)) + (1n << (53n * (degree + 1n)));
  let [low, high] = [2n ** 52n, 2n ** 53n];
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (isBelow(2n * middle - 1n)) low = middle;
    else high = middle;
  }
  return Number(low) / 2 ** 52;
}

/** base^exponent, exact, then rounded to float64; for a base in [1/2, 1). */
function nearestPower(base: number, exponent: number): number {
  const exact = BigInt(base * 2 ** 53) ** BigInt(exponent);
  const scale = 53 * exponent;
  const dropped = BigInt(Math.max(0, scale - 200));
  const head = exact >> dropped;
  // A lower bit stands for all that are dropped.
  const isCut = head << dropped !== exact;
  return Number((head << 1n) | (isCut ? 1n : 0n)) / 2 ** (scale - Number(dropped) + 1);
}

function expectedPoints(count: number, dimensions: number, seed: number): Float64Array {
  const random = new RandomState(seed);
  const offset = random.uniform(0, 1, dimensions);
  const order = Array.from({ length: count }, (_, index) => index);
  random.shuffle(order);
  const base = 1 / nearestRoot(dimensions);
  const steps = offset.map((_, axis) => nearestPower(base, axis + 1));
  const points = new Float64Array(count * dimensions);
  order.forEach((index, row) => {
    for (let axis = 0; axis < dimensions; axis++) {
      points[row * dimensions + axis] = (offset[axis]! + (index + 1) * steps[axis]!) % 1;
    }
  });
  return points;
}

describe('the quasirandom sequence has the bits of exactly rounded arithmetic', () => {
  it.each([
    { count: 40, dimensions: 2 },
    { count: 100_000, dimensions: 7 },
    { count: 100_000, dimensions: 16 },
    { count: 300, dimensions: 64 },
    { count: 300, dimensions: 520 },
    { count: 3, dimensions: 1001 },
  ])('at $count points of $dimensions dimensions', ({ count, dimensions }) => {
    const { data } = definition.sample(quasirandomSequence(), count, dimensions, new RandomState(3));
    const expected = expectedPoints(count, dimensions, 3);
    let different = 0;
    for (let index = 0; index < expected.length; index++) if (data[index] !== expected[index]) different++;
    expect(different).toBe(0);
  });
});
