import type { NdArray } from '@ndl/numerics';
import { expect, test } from 'vitest';
import { sparse, uniform } from '../index.ts';

const failing = (code: string, text: string): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(text) as string });

const SHAPE = [3, 4] as const;

test('pairs, rows and columns apart, and rows that begin among the columns are one matrix', () => {
  const places = { rows: [0, 0, 2], columns: [3, 1, 1] };
  const pairs = sparse(
    SHAPE,
    [
      [0, 3],
      [0, 1],
      [2, 1],
    ],
    [1, 2, 3],
  );
  expect(pairs).toMatchObject({ kind: 'sparse', shape: [3, 4], parameters: ['values'], ...places });
  expect(sparse(SHAPE, places, [1, 2, 3])).toEqual(pairs);
  expect(sparse(SHAPE, { rowStarts: [0, 2, 2, 3], columns: [3, 1, 1] }, [1, 2, 3])).toEqual(pairs);
});

test('one number stands for all values, and a distribution for itself', () => {
  const { values } = sparse(SHAPE, [
    [1, 1],
    [2, 0],
  ]);
  expect(Array.from((values as NdArray).data)).toEqual([1, 1]);
  expect(sparse(SHAPE, [[1, 1]], uniform(-1, 1)).values).toEqual(uniform(-1, 1));
});

test.each<[string, () => unknown, string, string]>([
  ['a shape of one number', () => sparse([3] as never, [[0, 0]]), 'INVALID_OPTION', 'two sizes, [out, in]'],
  ['no entries', () => sparse(SHAPE, { rows: [], columns: [] }), 'INVALID_OPTION', 'one entry or more'],
  ['triples', () => sparse(SHAPE, [[0, 0, 1]]), 'SHAPE_MISMATCH', 'Each is a pair [row, column]'],
  [
    'a row beyond the last',
    () =>
      sparse(SHAPE, [
        [0, 0],
        [3, 0],
      ]),
    'INVALID_OPTION',
    'the row of entry 1 must be a whole number from 0 to 2; got 3',
  ],
  [
    'a column before the first',
    () => sparse(SHAPE, [[0, -1]]),
    'INVALID_OPTION',
    'the column of entry 0 must be a whole number from 0 to 3; got -1',
  ],
  ['half a row', () => sparse(SHAPE, [[0.5, 1]]), 'INVALID_OPTION', 'the row of entry 0'],
  [
    'more rows than columns',
    () => sparse(SHAPE, { rows: [0, 1], columns: [0] }),
    'SHAPE_MISMATCH',
    'Each entry has a row and a column',
  ],
  ['rows without columns', () => sparse(SHAPE, { rows: [0] } as never), 'MISSING_OPTION', 'sparse: columns'],
  ['columns without rows', () => sparse(SHAPE, { columns: [0] } as never), 'MISSING_OPTION', 'sparse: rows'],
  [
    'rows in both ways',
    () => sparse(SHAPE, { rows: [0], rowStarts: [0], columns: [0] }),
    'OPTION_CONFLICT',
    'not both',
  ],
  ['a wrong name', () => sparse(SHAPE, { row: [0], columns: [0] } as never), 'UNKNOWN_OPTION', 'rows'],
  [
    'too few row starts',
    () => sparse(SHAPE, { rowStarts: [0, 1], columns: [0] }),
    'SHAPE_MISMATCH',
    'expected shape [4]',
  ],
  [
    'row starts that descend',
    () => sparse(SHAPE, { rowStarts: [0, 1, 0, 1], columns: [0] }),
    'INVALID_OPTION',
    'ascend from 0',
  ],
  [
    'row starts that end early',
    () => sparse(SHAPE, { rowStarts: [0, 0, 0, 0], columns: [0] }),
    'INVALID_OPTION',
    'ascend from 0',
  ],
  ['too many values', () => sparse(SHAPE, [[0, 0]], [1, 2]), 'SHAPE_MISMATCH', 'a value for each entry'],
  ['a value of NaN', () => sparse(SHAPE, [[0, 0]], [NaN]), 'NOT_FINITE', 'sparse: initial'],
  ['values of text', () => sparse(SHAPE, [[0, 0]], 'x' as never), 'INVALID_OPTION', 'a distribution or an array'],
])('%s is refused', (_, make, code, text) => {
  expect(make).toThrow(failing(code, text));
});
