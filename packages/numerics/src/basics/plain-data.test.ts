/** @file What is plain data, what is said of what is not, and that it comes back from its text to the last bit. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { problemOfPlainData, writePlainData } from '../index.ts';

const circular: unknown[] = [1];
circular.push({ again: circular });

/** Lists within each other. */
function nested(depth: number): unknown {
  let list: unknown[] = [];
  for (let level = 1; level < depth; level++) list = [list];
  return list;
}

const unreadable = {
  get state(): number {
    throw new Error('not now');
  },
};
const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();

class Point {
  x = 1;
}

test.each<[string, unknown, string]>([
  ['nothing', undefined, 'is undefined'],
  ['a BigInt', 2n, 'is the BigInt 2n'],
  ['a BigInt within', { counts: [1, 2n] }, 'has the BigInt 2n at .counts[1]'],
  ['no number', { 'a b': { c: NaN } }, 'has NaN at ["a b"].c'],
  ['infinity', [Infinity], 'has Infinity at [0]'],
  ['what JSON leaves out', { x: undefined }, 'has undefined at .x'],
  ['a hole', new Array<number>(1), 'has undefined at [0]'],
  ['a function', { toJSON: () => 1 }, 'has a function named toJSON at .toJSON'],
  ['a symbol', [Symbol('s')], 'has the symbol s at [0]'],
  ['an array of numbers', Float64Array.of(1), 'is a Float64Array of 1'],
  ['a Map', { seen: new Map() }, 'has a Map at .seen'],
  ['a date', [new Date(0)], 'has a Date at [0]'],
  ['an object of a class', new Point(), 'is an object of class Point'],
  ['a list with more to it', Object.assign([1], { sum: 1 }), "is a list with the property 'sum'"],
  ['what cannot be looked at', unreadable, 'cannot be looked at: not now'],
  [
    'what cannot be looked at at all',
    revoked,
    "cannot be looked at: Cannot perform 'IsArray' on a proxy that has been revoked",
  ],
])('%s is no plain data', (_, value, problem) => {
  expect(problemOfPlainData(value)).toBe(problem);
});

test('what contains itself, or is too deep, is told by its place', () => {
  expect(problemOfPlainData(circular)).toMatch(
    /^contains itself, or is more than 1000 lists and records deep, at \[1\]\.again\[1\]\.again.*…$/,
  );
  expect(problemOfPlainData(nested(1e5))).toMatch(/^contains itself, or is more than 1000/);
  expect(problemOfPlainData(nested(1000))).toBe(undefined);
});

test('plain data come back from their text as they were, to the sign of zero', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      expect(problemOfPlainData(value)).toBe(undefined);
      expect(JSON.parse(writePlainData(value))).toStrictEqual(value);
    }),
  );
  expect(JSON.parse(writePlainData({ x: [-0, 0] }))).toStrictEqual({ x: [-0, 0] });
});
