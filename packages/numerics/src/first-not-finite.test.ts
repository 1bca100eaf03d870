/** @file Where numbers stop being finite, wherever in an array that is. */
import { expect, test } from 'vitest';
import { firstNotFinite, type FloatArray } from './index.ts';

const finite = [0, -0, 2 ** -149, 1, -(2 ** 128 - 2 ** 104), 2 ** 127];

/** Numbers that are finite in either width, between two that are not, which stand outside. */
function numbers(make: (length: number) => FloatArray, length: number): FloatArray {
  const around = make(length + 2).fill(NaN);
  const inside = around.subarray(1, length + 1);
  for (let index = 0; index < length; index++) inside[index] = finite[index % finite.length]!;
  return inside;
}

const WIDTHS = {
  float32: (length: number): FloatArray => new Float32Array(length),
  float64: (length: number): FloatArray => new Float64Array(length),
};

/** Where pages of 2^16 bytes begin and end, and turns in them. */
const LENGTHS = [0, 1, 3, 1023, 1024, 2047, 2048, 2055, 8191, 8192, 8193, 16383, 16384, 16385, 16400, 40001];

test.each(Object.entries(WIDTHS))('%s', (_, make) => {
  for (const length of LENGTHS) {
    expect(firstNotFinite(numbers(make, length))).toBeUndefined();
    const places = [0, 1, 5, 8, 8190, 8191, 8192, 16383, 16384, 16388, length - 2, length - 1];
    for (const place of places.filter((index) => index >= 0 && index < length))
      for (const value of [NaN, Infinity, -Infinity]) {
        const values = numbers(make, length);
        values[place] = value;
        expect(firstNotFinite(values)).toBe(place);
        values[length - 1] = NaN;
        expect(firstNotFinite(values)).toBe(place);
      }
  }
});

test('what only float64 holds is finite there', () => {
  const values = new Float64Array(3000).fill(1e300);
  expect(firstNotFinite(values)).toBeUndefined();
  values[2999] = -Number.MAX_VALUE;
  expect(firstNotFinite(values)).toBeUndefined();
});
