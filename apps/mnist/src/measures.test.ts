import { ndarray } from 'ndl';
import { expect, test } from 'vitest';
import { accuracyOf, chosenClasses, meanOf } from './measures.ts';

test('the class is the largest output at the last step', () => {
  const outputs = ndarray([
    [
      [9, 0, 0],
      [1, 2, 0],
    ],
    [
      [0, 0, 0],
      [-3, -2, -1],
    ],
  ]);
  const choices = chosenClasses(outputs);
  expect([...choices]).toEqual([1, 2]);
  expect(accuracyOf(choices, Uint8Array.of(1, 0))).toBe(0.5);
  expect(meanOf(outputs)).toBeCloseTo((9 + 1 + 2 - 6) / 12, 12);
});
