import { describe, expect, test } from 'vitest';
import { formulaFunction } from './formula.ts';

test.each<[string, number[], number[]]>([
  ['x^2 - 0.2', [3, -1], [8.8, 0.8]],
  ['x0 * x1', [3, -2], [-6]],
  ['[x0 + x1, -x1, 0.5]', [1, 2], [3, -2, 0.5]],
  ['max(0, x - 0.2)', [0.5, 0.1], [0.3, 0]],
  ['max(0, 1 - exp(-15 x))', [0, -1], [0, 0]],
  ['1 if x > 0 else 0', [2, 0, -1], [1, 0, 0]],
  ['0', [7], [0]],
  ['[0, 0]', [7], [0, 0]],
  ['2 ** -1 + 3(x0)', [2], [6.5]],
  ['-x^2', [3], [-9]],
  ['1e-3 / x', [2], [0.0005]],
  ['sin(pi / 2)', [0], [1]],
])('%s', (formula, x, expected) => {
  const computed = formulaFunction(formula, x.length, expected.length)!(x);
  computed.forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 14));
  expect(computed).toHaveLength(expected.length);
});

describe('what is no formula of the sizes asked for', () => {
  test.each<[string, number, number]>([
    ['', 1, 1],
    ['x +', 1, 1],
    ['x) + (x', 1, 1],
    ['constructor(1)', 1, 1],
    ['__proto__', 1, 1],
    ['x.length', 1, 1],
    ['fetch(x)', 1, 1],
    ['x0 + x', 1, 1],
    ['x2', 2, 1],
    ['x', 2, 1],
    ['[x0, x1]', 2, 1],
    ['x0', 2, 2],
    [`${'('.repeat(50_000)}x`, 1, 1],
    [`${'-'.repeat(9_000)}x`, 1, 1],
  ])('%.20s is not one', (formula, sizeIn, sizeOut) => {
    expect(formulaFunction(formula, sizeIn, sizeOut)).toBeUndefined();
  });
});
