import { expect, test } from 'vitest';
import { ndarray, showValue } from '../index.ts';

const loop: unknown[] = [1];
loop.push(loop);

test.each<[unknown, string]>([
  [2, '2'],
  [-0, '-0'],
  [NaN, 'NaN'],
  ['abc', "'abc'"],
  ['x'.repeat(1e6), `'${'x'.repeat(60)}…'`],
  [true, 'true'],
  [null, 'null'],
  [undefined, 'undefined'],
  [2n, 'the BigInt 2n'],
  [Symbol('s'), 'the symbol s'],
  [Symbol(), 'the symbol without description'],
  [Symbol.iterator, 'the symbol Symbol.iterator'],
  [Math.sin, 'a function named sin'],
  [
    (
      () => () =>
        0
    )(),
    'a function',
  ],
  [[1, 'a', 2n], "[1, 'a', the BigInt 2n]"],
  // oxlint-disable-next-line no-sparse-arrays -- holes are the point
  [[0, , 2], '[0, a hole, 2]'],
  [new Array<number>(1e9), 'a list of 1000000000'],
  [loop, '[1, [1, [1, a list of 2]]]'],
  [ndarray([[1, 2]]), 'an array of shape [1, 2]'],
  [BigInt64Array.of(1n, 2n), 'a BigInt64Array of 2'],
  [new Uint8ClampedArray(3), 'a Uint8ClampedArray of 3'],
  [new Int8Array(1), 'an Int8Array of 1'],
  [new DataView(new ArrayBuffer(1)), 'a DataView'],
  [new ArrayBuffer(1), 'an ArrayBuffer'],
  [Promise.resolve(), 'a promise'],
  [new Date(0), 'a Date'],
  [new Map(), 'a Map'],
  [{ a: 1 }, 'an object'],
  [Object.create(null), 'an object'],
  [{ family: 'process', kind: 'piecewise' }, "an object of kind 'piecewise'"],
  [{ kind: 'ensemble', label: 'a' }, "ensemble 'a'"],
  [{ kind: 'ensemble' }, "an object of kind 'ensemble'"],
])('value %#', (value, text) => {
  expect(showValue(value)).toBe(text);
});

test('what throws when it is looked at', () => {
  const revoked = Proxy.revocable({}, {});
  revoked.revoke();
  const touchy = {
    get kind(): string {
      throw new Error('no');
    },
  };
  for (const value of [revoked.proxy, touchy]) expect(showValue(value)).toBe('an object that cannot be looked at');
});
