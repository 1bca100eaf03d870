import { expect, test } from 'vitest';
import { interpolate, lastIndexAtMost, linspace } from '../index.ts';

test('a value between two points lies on the line through them; beyond the ends it is constant', () => {
  const xs = [0, 1, 3];
  const ys = [10, 20, 0];
  expect([-5, 0, 0.25, 1, 2, 3, 9].map((x) => interpolate(x, xs, ys))).toEqual([10, 10, 12.5, 20, 10, 0, 0]);
  expect(interpolate(NaN, xs, ys)).toBeNaN();
});

test('a point is met exactly, though its neighbour is infinite', () => {
  expect(interpolate(1, [0, 1, 2], [0, 5, Infinity])).toBe(5);
});

test('points must pair up', () => {
  const mismatch = expect.objectContaining({ code: 'SHAPE_MISMATCH' });
  expect(() => interpolate(0, [1, 2], [1])).toThrow(mismatch);
  expect(() => interpolate(0, [], [])).toThrow(mismatch);
});

test('the last index at most x counts repeats and is -1 before the first', () => {
  const xs = [0, 1, 1, 4];
  expect([-1, 0, 0.5, 1, 3, 4, 5].map((x) => lastIndexAtMost(x, xs))).toEqual([-1, 0, 0, 2, 2, 3, 3]);
});

test('evenly spaced points include both ends exactly', () => {
  expect([...linspace(0, 1, 5)]).toEqual([0, 0.25, 0.5, 0.75, 1]);
  expect(linspace(1e-16, 1 - 1e-7, 160).at(-1)).toBe(1 - 1e-7);
  expect([...linspace(2, 3, 1)]).toEqual([2]);
  expect([...linspace(2, 3, 0)]).toEqual([]);
});
