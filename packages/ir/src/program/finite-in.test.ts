/** @file Which numbers a dtype cannot hold, among arrays of any kind. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { indexOfInfiniteIn } from './finite-in.ts';

const EDGES = [
  0,
  -0,
  2 ** -149,
  2 ** 127,
  -(2 ** 128 - 2 ** 104),
  2 ** 128 - 2 ** 103,
  -(2 ** 128),
  1e300,
  Infinity,
  -Infinity,
  NaN,
];
const numbers = fc.array(fc.oneof(fc.constantFrom(...EDGES), fc.double({ noNaN: true, noDefaultInfinity: true })), {
  maxLength: 40,
});

test('the first number that rounding leaves infinite, or that is none', () => {
  fc.assert(
    fc.property(numbers, fc.nat({ max: 3 }), fc.nat({ max: 2000 }), (some, skipped, before) => {
      const values = [...new Array<number>(before).fill(1), ...some];
      const firstOf = (round: (value: number) => number): number | undefined => {
        const index = values.findIndex((value) => !Number.isFinite(round(value)));
        return index < 0 ? undefined : index;
      };
      const doubles = new Float64Array([...new Array<number>(skipped).fill(NaN), ...values]).subarray(skipped);
      const singles = new Float32Array(doubles.length + skipped).fill(NaN).subarray(skipped);
      singles.set(doubles);
      expect(indexOfInfiniteIn('float64', values)).toBe(firstOf(Number));
      expect(indexOfInfiniteIn('float64', doubles)).toBe(firstOf(Number));
      expect(indexOfInfiniteIn('float32', values)).toBe(firstOf(Math.fround));
      expect(indexOfInfiniteIn('float32', doubles)).toBe(firstOf(Math.fround));
      expect(indexOfInfiniteIn('float32', singles)).toBe(firstOf(Math.fround));
      expect(indexOfInfiniteIn('float64', singles)).toBe(firstOf(Math.fround));
    }),
    { numRuns: 300 },
  );
});

test('an array within a buffer of odd length', () => {
  const within = new Float32Array(new ArrayBuffer(4 * 9 + 3), 4, 8);
  expect(indexOfInfiniteIn('float32', within)).toBeUndefined();
  within[7] = Infinity;
  expect(indexOfInfiniteIn('float32', within)).toBe(7);
});
