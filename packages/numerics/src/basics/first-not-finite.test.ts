/** @file Where numbers stop being finite, wherever in an array that is. */
import { expect, test } from 'vitest';
import { firstNotFinite, type FloatArray } from '../index.ts';

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

test('what only float64 holds is finite there, and not in float32, up to what rounds to infinity', () => {
  const most = 2 ** 128 - 2 ** 103;
  for (const [value, inSingle] of [
    [1e300, false],
    [-Number.MAX_VALUE, false],
    [most, false],
    [-most, false],
    [most * (1 - 2 ** -53), true],
    [2 ** -1074, true],
  ] as const) {
    for (const length of [10, 3000]) {
      const values = new Float64Array(length).fill(1);
      values[length - 2] = value;
      expect(Number.isFinite(Math.fround(value))).toBe(inSingle);
      expect(firstNotFinite(values)).toBeUndefined();
      expect(firstNotFinite(values, 'float32')).toBe(inSingle ? undefined : length - 2);
    }
  }
});
