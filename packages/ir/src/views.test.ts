import { isNdlError } from '@ndl/numerics';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  broadcastView,
  forEachOffset,
  fullView,
  hasRepeats,
  insertAxis,
  isContiguous,
  isWhole,
  offsetsOf,
  overlaps,
  sameView,
  sliceView,
  transposeView,
  viewSize,
  type View,
} from './index.ts';

const matrix = fullView({ id: 'm', shape: [3, 4] });
const isImpossible = expect.toSatisfy((error: unknown) => isNdlError(error, 'VIEW_IMPOSSIBLE'));

describe('views', () => {
  it('show a buffer in row-major order', () => {
    expect([...offsetsOf(matrix)]).toEqual(Array.from({ length: 12 }, (_, index) => index));
    expect([...offsetsOf(fullView({ id: 's', shape: [] }))]).toEqual([0]);
    expect(viewSize(fullView({ id: 'e', shape: [0, 3] }))).toBe(0);
  });

  it('slice, also backwards and through indices', () => {
    expect([...offsetsOf(sliceView(matrix, 1, 1, 4, 2))]).toEqual([1, 3, 5, 7, 9, 11]);
    expect([...offsetsOf(sliceView(matrix, 0, 2, -1, -2))]).toEqual([8, 9, 10, 11, 0, 1, 2, 3]);
    const gathered: View = { buffer: 'm', offset: 1, shape: [3], strides: [1], indices: [8, 0, 4] };
    expect([...offsetsOf(sliceView(gathered, 0, 1, 3))]).toEqual([1, 5]);
    expect(viewSize(sliceView(matrix, 0, 1, 1))).toBe(0);
    expect(() => sliceView(matrix, 0, 1, 4)).toThrow(isImpossible);
    expect(() => sliceView(matrix, 2, 0, 1)).toThrow(isImpossible);
  });

  it('transpose', () => {
    expect([...offsetsOf(transposeView(matrix))]).toEqual([0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11]);
    expect(() => transposeView(matrix, [0, 0])).toThrow(isImpossible);
  });

  it('broadcast as in NumPy', () => {
    const row = fullView({ id: 'r', shape: [2] });
    expect([...offsetsOf(broadcastView(row, [3, 2]))]).toEqual([0, 1, 0, 1, 0, 1]);
    expect([...offsetsOf(broadcastView(insertAxis(row, 1), [2, 3]))]).toEqual([0, 0, 0, 1, 1, 1]);
    expect(() => broadcastView(row, [2, 3])).toThrow(isImpossible);
  });

  it('with indices broadcast over their own axes as views, over more axes as offsets', () => {
    const gathered: View = { buffer: 'm', offset: 0, shape: [2], strides: [1], indices: [5, 3] };
    expect([...offsetsOf(gathered, [2, 2])]).toEqual([5, 3, 5, 3]);
    expect(() => broadcastView(gathered, [2, 2])).toThrow(isImpossible);
    const single: View = { buffer: 'm', offset: 1, shape: [1], strides: [1], indices: [5] };
    expect([...offsetsOf(broadcastView(single, [2, 2]))]).toEqual([6, 6, 6, 6]);
  });

  it('know whether they are contiguous, whole, and free of repeats', () => {
    expect([isContiguous(matrix), isWhole(matrix, { shape: [3, 4] }), hasRepeats(matrix)]).toEqual([true, true, false]);
    const rows = sliceView(matrix, 0, 1, 3);
    expect([isContiguous(rows), isWhole(rows, { shape: [3, 4] })]).toEqual([true, false]);
    expect([isContiguous(transposeView(matrix)), hasRepeats(transposeView(matrix))]).toEqual([false, false]);
    expect(hasRepeats(broadcastView(fullView({ id: 'r', shape: [1] }), [2]))).toBe(true);
    expect(hasRepeats({ buffer: 'm', offset: 0, shape: [2, 2], strides: [1, 1] })).toBe(true);
    expect(hasRepeats({ buffer: 'm', offset: 0, shape: [2], strides: [1], indices: [4, 4] })).toBe(true);
  });

  it('are the same when they show the same elements in the same order', () => {
    expect(sameView(matrix, { ...matrix })).toBe(true);
    expect(sameView(matrix, transposeView(matrix))).toBe(false);
    expect(sameView(sliceView(matrix, 0, 0, 1), { ...sliceView(matrix, 0, 0, 1), strides: [99, 1] })).toBe(true);
  });
});

describe('overlaps', () => {
  const anyView = fc
    .record({
      buffer: fc.constantFrom('a', 'b'),
      offset: fc.nat(6),
      shape: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 2 }),
      strides: fc.tuple(fc.integer({ min: -2, max: 5 }), fc.integer({ min: -2, max: 5 })),
      indices: fc.option(fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9)), { nil: undefined }),
    })
    .map(({ strides, indices, ...view }): View => ({
      ...view,
      strides: strides.slice(0, view.shape.length),
      ...(indices === undefined ? {} : { indices: indices.slice(0, view.shape[0]!) }),
    }));
  const elements = (view: View): Set<string> => {
    const found = new Set<string>();
    forEachOffset(view, (offset) => found.add(`${view.buffer} ${offset}`));
    return found;
  };

  it('exactly when an element is common', () => {
    fc.assert(
      fc.property(anyView, anyView, (a, b) => {
        const common = [...elements(a)].some((element) => elements(b).has(element));
        expect(overlaps(a, b)).toBe(common);
        expect(hasRepeats(a)).toBe(elements(a).size < viewSize(a));
      }),
      { numRuns: 500 },
    );
  });
});
