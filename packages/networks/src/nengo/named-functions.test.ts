/** @file What functions of these names compute, held against values written by hand. */
import { describe, expect, test } from 'vitest';
import { namedFunction } from './named-functions.ts';

const ELEMENTWISE: readonly (readonly [name: string, of: number, expected: number])[] = [
  ['identity', 0.3, 0.3],
  ['negative', 0.3, -0.3],
  ['square', -3, 9],
  ['sq', -3, 9],
  ['cube', -2, -8],
  ['sqrt', 2.25, 1.5],
  ['abs', -0.5, 0.5],
  ['absolute', -0.5, 0.5],
  ['sign', -0.5, -1],
  ['exp', 1, Math.E],
  ['log', Math.E, 1],
  ['sin', Math.PI / 6, 0.5],
  ['cos', Math.PI / 3, 0.5],
  ['tan', Math.PI / 4, 1],
  ['arctan', 1, Math.PI / 4],
  ['tanh', Math.log(3), 0.8],
];

const REDUCING: readonly (readonly [name: string, expected: number])[] = [
  ['product', -24],
  ['prod', -24],
  ['sum', 5],
  ['mean', 5 / 3],
  ['max', 4],
  ['min', -2],
  ['norm', Math.sqrt(29)],
  ['first', 3],
  ['second', -2],
  ['third', 4],
  ['last', 4],
];

test.each(ELEMENTWISE)('%s of %d is %d, element by element', (name, value, expected) => {
  const computed = namedFunction(name, 2, 2)!([value, value]);
  expect(computed).toEqual([expect.closeTo(expected, 14), expect.closeTo(expected, 14)]);
  expect(namedFunction(name, 2, 1)).toBeUndefined();
});

test.each(REDUCING)('%s of (3, -2, 4) is %d', (name, expected) => {
  expect(namedFunction(name, 3, 1)!([3, -2, 4])).toEqual([expect.closeTo(expected, 14)]);
  expect(namedFunction(name, 3, 2)).toBeUndefined();
});

describe('a name stands for no function', () => {
  test('where nothing says what it computes', () => {
    for (const name of ['<lambda>', 'f', 'toString', '__proto__']) expect(namedFunction(name, 1, 1)).toBeUndefined();
  });

  test('where the source lacks the element that it picks', () => {
    expect(namedFunction('second', 1, 1)).toBeUndefined();
    expect(namedFunction('third', 2, 1)).toBeUndefined();
  });
});

test('constants have as many elements as the connection carries', () => {
  expect(namedFunction('zero', 5, 3)!([1, 2, 3, 4, 5])).toEqual([0, 0, 0]);
  expect(namedFunction('ones', 5, 2)!([1, 2, 3, 4, 5])).toEqual([1, 1]);
});
