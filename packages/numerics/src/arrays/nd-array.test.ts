import { expect, test } from 'vitest';
import { full, identity, isNdArray, ndarray, NdArray, sizeOf, zeros, type Nested } from '../index.ts';

const withCode = (code: string): unknown => expect.objectContaining({ name: 'NdlError', code });

test('nested lists become an array and come back', () => {
  const nested = [
    [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
  ];
  const array = ndarray(nested);
  expect(array.shape).toEqual([1, 3, 2]);
  expect(array.toNested()).toEqual(nested);
  expect(array.get(0, 2, 1)).toBe(6);
  expect([array.rank, array.size]).toEqual([3, 6]);
});

test('as JSON an array is its shape and its elements', () => {
  const json = JSON.stringify({ weights: new NdArray(Float32Array.of(1, 0.5, -2, 4), [2, 2]) });
  expect(json).toBe('{"weights":{"shape":[2,2],"data":[1,0.5,-2,4]}}');
});

test('numbers, empty lists and typed rows are arrays too', () => {
  expect(ndarray(4).shape).toEqual([]);
  expect(ndarray(4).toNested()).toBe(4);
  expect(ndarray([]).shape).toEqual([0]);
  expect(ndarray([[], []]).shape).toEqual([2, 0]);
  expect(ndarray([Float64Array.of(1, 2), Float32Array.of(3, 4)]).toNested()).toEqual([
    [1, 2],
    [3, 4],
  ]);
});

test('whole numbers of every size are read', () => {
  for (const Integers of [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array])
    expect(ndarray([Integers.of(1, 2), Integers.of(3, 4)])).toEqual(ndarray([1, 2, 3, 4]).reshape([2, 2]));
});

test('another array is copied', () => {
  const single = new NdArray(Float32Array.of(1, 2), [2]);
  const copy = ndarray(single);
  copy.data[0] = 9;
  expect(copy.data).toBeInstanceOf(Float64Array);
  expect(single.data[0]).toBe(1);
});

test('rows and other shapes share memory', () => {
  const array = zeros([2, 3]);
  array.row(1).data[2] = 5;
  array.reshape([3, 2]).data[0] = 7;
  expect(array.toNested()).toEqual([
    [7, 0, 0],
    [0, 0, 5],
  ]);
});

test('zeros, full and identity fill', () => {
  expect(full([2, 2], 3).toNested()).toEqual([
    [3, 3],
    [3, 3],
  ]);
  expect(identity(2).toNested()).toEqual([
    [1, 0],
    [0, 1],
  ]);
  expect([sizeOf([]), sizeOf([2, 0]), sizeOf([2, 3])]).toEqual([1, 0, 6]);
});

test('an array is known by its make, not by its class', () => {
  expect(isNdArray(zeros([2]))).toBe(true);
  const foreign = { data: new Float32Array(1), shape: [1], reshape: () => null };
  expect(isNdArray(foreign)).toBe(true);
  for (const other of [null, 3, [1], new Float64Array(1), { data: [1], shape: [1] }]) {
    expect(isNdArray(other)).toBe(false);
  }
});

test('ragged lists are refused with the place', () => {
  const ragged: readonly (readonly [Nested, string])[] = [
    [[[1, 2], [3]], 'element [1]'],
    [[[1], 2], 'element [1]'],
    [[1, [2]], 'element [1]'],
    [
      [
        [[1], [2]],
        [[3], [4, 5]],
      ],
      'element [1][1]',
    ],
  ];
  for (const [values, place] of ragged) {
    expect(() => ndarray(values)).toThrow(withCode('RAGGED_ARRAY'));
    expect(() => ndarray(values)).toThrow(place);
  }
});

test('leaves that are no numbers are refused with the place', () => {
  for (const leaf of ['1', null, undefined, true, 1n, {}]) {
    const values = [
      [0, 1],
      [2, leaf],
    ] as unknown as Nested;
    expect(() => ndarray(values)).toThrow(withCode('NOT_NUMERIC'));
    expect(() => ndarray(values)).toThrow('element [1][1]');
  }
});

/* oxlint-disable no-sparse-arrays -- holes are the point of this test */
test('holes, BigInts and lists that contain themselves are refused with the place', () => {
  const loop: unknown[] = [];
  loop.push(loop);
  const refused: readonly (readonly [unknown, string])[] = [
    [[0, , 2], 'element [1] is missing'],
    [
      [
        [1, 2],
        [, 3],
      ],
      'element [1][0] is missing',
    ],
    [[, [1]], 'element [0] is missing'],
    [[[1n]], 'element [0][0] is the BigInt 1n'],
    [BigInt64Array.of(3n), 'element [0] is the BigInt 3n'],
    [new DataView(new ArrayBuffer(8)), 'the value is a DataView'],
    [loop, 'contain itself'],
  ];
  for (const [values, text] of refused) {
    expect(() => ndarray(values as Nested)).toThrow(withCode('NOT_NUMERIC'));
    expect(() => ndarray(values as Nested)).toThrow(text);
  }
});

/* oxlint-enable no-sparse-arrays */

test('sizes and indices are checked', () => {
  expect(() => new NdArray(new Float64Array(3), [2, 2])).toThrow(withCode('SHAPE_MISMATCH'));
  expect(() => zeros([4]).reshape([3])).toThrow(withCode('SHAPE_MISMATCH'));
  for (const indices of [[0], [0, 0, 0], [2, 0], [0, -1], [0.5, 0]]) {
    expect(() => zeros([2, 2]).get(...indices)).toThrow(withCode('INDEX_OUT_OF_RANGE'));
  }
  for (const index of [-2, 2, 0.5]) {
    expect(() => zeros([2, 2]).row(index)).toThrow(withCode('INDEX_OUT_OF_RANGE'));
  }
  expect(() => ndarray(1).row(0)).toThrow(withCode('INDEX_OUT_OF_RANGE'));
});
