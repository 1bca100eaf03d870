/** @file Keys are the same where contents are, numbers that JSON mistakes for each other included. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contentKey } from '../index.ts';

test.each<[string, unknown, unknown]>([
  ['zeros', { x: 0 }, { x: -0 }],
  ['infinities', [Infinity], [-Infinity]],
  ['what is no number, and nothing', [NaN], [null]],
  ['infinity and what is no number', { high: Infinity }, { high: NaN }],
  ['a number and its name', [Infinity], ['Infinity']],
  ['zeros of arrays', Float64Array.of(0), Float64Array.of(-0)],
  ['order', { a: 1, b: 2 }, { b: 2, a: 1 }],
])('%s are told apart', (_, one, other) => {
  expect(contentKey(one)).not.toBe(contentKey(other));
  expect(contentKey(one)).toBe(contentKey(structuredClone(one)));
});

test('lists of any numbers have one key if and only if they are the same', () => {
  const numbers = fc.array(fc.constantFrom(0, -0, 1, NaN, Infinity, -Infinity), { maxLength: 3 });
  fc.assert(
    fc.property(numbers, numbers, (one, other) => {
      const areSame = one.length === other.length && one.every((value, place) => Object.is(value, other[place]));
      expect(contentKey(one) === contentKey(other)).toBe(areSame);
    }),
  );
});

test('a replaced value counts as what stands for it', () => {
  const nameless = (data: unknown): string => contentKey(data, (name, value) => (name === 'label' ? undefined : value));
  expect(nameless({ label: 'a', x: -0 })).toBe(nameless({ label: 'b', x: -0 }));
  expect(nameless({ label: 'a', x: -0 })).not.toBe(nameless({ label: 'a', x: 0 }));
});
