import { expect, test } from 'vitest';
import { dense, noTransform, uniform } from '../index.ts';

const failing = (code: string, text = ''): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as string });

test('are frozen data', () => {
  expect(dense([2, 2])).toEqual({ family: 'transform', kind: 'dense', shape: [2, 2], initial: 1 });
  expect(dense([1, 3], [[1, 2, 3]])).toMatchObject({ shape: [1, 3], initial: { shape: [1, 3] } });
  expect(dense([3, 3], [1, 2, 3])).toMatchObject({ initial: { shape: [3] } });
  expect(dense([1, 3], uniform(0, 1)).initial).toEqual(uniform(0, 1));
  expect(noTransform(4)).toEqual({ family: 'transform', kind: 'none', shape: [4, 4], size: 4 });
  expect(Object.isFrozen(dense([1, 1]))).toBe(true);
});

test.each<[string, () => unknown, string, string]>([
  [
    'a matrix of another shape',
    () =>
      dense(
        [2, 3],
        [
          [1, 2],
          [3, 4],
        ],
      ),
    'SHAPE_MISMATCH',
    'dense: expected shape [2, 3], got [2, 2]',
  ],
  [
    'a number for a matrix that is not square',
    () => dense([2, 3], 1),
    'SHAPE_MISMATCH',
    'A number stands for a diagonal matrix',
  ],
  [
    'a vector for a matrix that is not square',
    () => dense([2, 3], [1, 2]),
    'SHAPE_MISMATCH',
    'A vector stands for a diagonal matrix',
  ],
  ['three axes', () => dense([1, 1], [[[1]]]), 'SHAPE_MISMATCH', 'dense'],
  ['an infinite weight', () => dense([1, 1], [[Infinity]]), 'NOT_FINITE', 'dense'],
  ['a size of zero', () => dense([0, 1]), 'INVALID_OPTION', 'dense: shape'],
  ['one size', () => dense([2] as never), 'INVALID_OPTION', 'dense: shape'],
  ['a text', () => dense([1, 1], 'one' as never), 'INVALID_OPTION', 'dense'],
  ['nothing for zero numbers', () => noTransform(0), 'INVALID_OPTION', 'noTransform: size'],
])('%s is refused', (_, make, code, text) => {
  expect(make).toThrow(failing(code, text));
});
