/** @file Thinned lines miss no sample by more than they may, whatever the samples are, and have as few points as that takes. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawThinned } from './thin-line.ts';

type Point = readonly [x: number, y: number];

function thinned(samples: readonly Point[], scale = 1): Point[] {
  const drawn: Point[] = [];
  const path = { lineTo: (x: number, y: number): void => void drawn.push([x, y]) };
  drawThinned(path, { count: samples.length, x: (at) => samples[at]![0], y: (at) => samples[at]![1] }, scale);
  return drawn;
}

/** What a line is at a place: at corners that stand above each other, all between them. */
function spanAt(line: readonly Point[], x: number): [low: number, high: number] {
  let [low, high] = [Infinity, -Infinity];
  for (const [at, [right, above]] of line.entries()) {
    const [left, below] = line[Math.max(0, at - 1)]!;
    if (x < left || x > right) continue;
    const ends = left === right ? [below, above] : [below + ((above - below) * (x - left)) / (right - left)];
    [low, high] = [Math.min(low, ...ends), Math.max(high, ...ends)];
  }
  return [low, high];
}

test('one sample in a column is missed by 0.4 pixels of the screen at most', () => {
  const heights = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(heights, fc.constantFrom(1, 2), fc.boolean(), (values, scale, isSmooth) => {
      let sum = 0;
      const samples = values.map((value, at): Point => [at / scale, isSmooth ? (sum += value / 50) : value]);
      const line = thinned(samples, scale);
      for (const [x, y] of samples) {
        const [low, high] = spanAt(line, x);
        expect(y).toBeGreaterThanOrEqual(low - 0.4 / scale - 1e-9);
        expect(y).toBeLessThanOrEqual(high + 0.4 / scale + 1e-9);
      }
      expect([line[0], line.at(-1)]).toEqual([samples[0], samples.at(-1)]);
    }),
  );
});

test('of many samples in a column the least and the greatest are drawn, however short they are', () => {
  const samples = Array.from({ length: 20_000 }, (_, at): Point => [
    at / 200,
    at === 7777 ? -30 : at === 7778 ? 40 : 0,
  ]);
  const line = thinned(samples);
  expect(line).toContainEqual([7777 / 200, -30]);
  expect(line).toContainEqual([7778 / 200, 40]);
  expect(line.length).toBeLessThan(12);
  const noise = samples.map(([x], at): Point => [x, (at * 7919) % 101]);
  expect(thinned(noise).length).toBeLessThanOrEqual(2 * 101);
});

test('a straight line has two points, and a wave few', () => {
  const samples = Array.from({ length: 300 }, (_, at): Point => [at, 100 - at / 3]);
  expect(thinned(samples)).toEqual([samples[0], samples.at(-1)]);
  const wave = Array.from({ length: 2000 }, (_, at): Point => [at / 6, 60 * Math.sin(at / 200)]);
  expect(thinned(wave).length).toBeLessThan(60);
});

test('what is not finite is left out', () => {
  const samples: Point[] = [
    [0, NaN],
    [1, 3],
    [2, Infinity],
    [3, -Infinity],
    [4, 9],
  ];
  expect(thinned(samples)).toEqual([
    [1, 3],
    [4, 9],
  ]);
  expect(thinned([])).toEqual([]);
  expect(thinned([[0, NaN]])).toEqual([]);
});
