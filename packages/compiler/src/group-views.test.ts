import fc from 'fast-check';
import type { View } from '@ndl/ir';
import { describe, expect, it } from 'vitest';
import { concatenateViews, stackViews } from './group-views.ts';

/** Offsets of all elements, by the definition of a view. */
function offsetsOf({ offset, shape, strides, indices = [] }: View, axis = 0): number[] {
  if (axis === shape.length) return [offset];
  const list = indices.find((each) => each.axis === axis)?.offsets;
  return Array.from({ length: shape[axis]! }, (_, index) => index).flatMap((index) => {
    const step = list?.[index] ?? index * strides[axis]!;
    return offsetsOf({ buffer: '', offset: offset + step, shape, strides, indices }, axis + 1);
  });
}

const vector: fc.Arbitrary<View> = fc
  .record({
    offset: fc.nat(20),
    length: fc.integer({ min: 1, max: 5 }),
    stride: fc.integer({ min: 0, max: 3 }),
    gathered: fc.boolean(),
    picks: fc.array(fc.nat(9), { minLength: 5, maxLength: 5 }),
  })
  .map(({ offset, length, stride, gathered, picks }) => ({
    buffer: 'b',
    offset,
    shape: [length],
    strides: [stride],
    ...(gathered && { indices: [{ axis: 0, offsets: picks.slice(0, length) }] }),
  }));

const matrices: fc.Arbitrary<readonly View[]> = fc
  .tuple(
    fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    fc.array(fc.nat(50), { minLength: 1, maxLength: 5 }),
  )
  .map(([shape, offsets]) => offsets.map((offset) => ({ buffer: 'b', offset, shape, strides: [shape[1], 1] })));

describe('concatenateViews', () => {
  it('is a flat view of the elements of all members, in order', () => {
    fc.assert(
      fc.property(fc.array(vector, { minLength: 1, maxLength: 4 }), (members) => {
        const joined = concatenateViews(members);
        const expected = members.flatMap((member) => offsetsOf(member));
        expect(joined.shape).toEqual([expected.length]);
        expect(offsetsOf(joined)).toEqual(expected);
      }),
    );
  });

  it('takes matrices row by row', () => {
    fc.assert(
      fc.property(matrices, (members) => {
        expect(offsetsOf(concatenateViews(members))).toEqual(members.flatMap((member) => offsetsOf(member)));
      }),
    );
  });

  it('repeats members of one element to the lengths asked for', () => {
    const scalar: View = { buffer: 'b', offset: 7, shape: [], strides: [] };
    const pair: View = { buffer: 'b', offset: 2, shape: [2], strides: [1] };
    expect(offsetsOf(concatenateViews([scalar, pair], [3, 2]))).toEqual([7, 7, 7, 2, 3]);
  });

  it('repeats one element that a list picks, and takes lists of any length', () => {
    const picked: View = { buffer: 'b', offset: 4, shape: [1], strides: [1], indices: [{ axis: 0, offsets: [5] }] };
    const pair: View = { buffer: 'b', offset: 2, shape: [2], strides: [1] };
    expect(offsetsOf(concatenateViews([picked, pair], [3, 2]))).toEqual([9, 9, 9, 2, 3]);
    const long = Array.from({ length: 300_000 }, (_, index) => (index * 7) % 1000);
    const list: View = {
      buffer: 'b',
      offset: 1,
      shape: [300_000],
      strides: [1],
      indices: [{ axis: 0, offsets: long }],
    };
    const joined = concatenateViews([list, pair]);
    expect(joined.shape).toEqual([300_002]);
    expect(joined.indices![0]!.offsets.slice(299_998)).toEqual([long[299_998]! + 1, long[299_999]! + 1, 2, 3]);
  });

  it('needs no indices where the members lie side by side, or at equal distances', () => {
    const at = (offset: number): View => ({ buffer: 'b', offset, shape: [2], strides: [1] });
    expect(concatenateViews([at(4), at(6), at(8)])).toEqual({ buffer: 'b', offset: 4, shape: [6], strides: [1] });
    expect(
      concatenateViews([
        { ...at(0), shape: [1] },
        { ...at(3), shape: [1] },
        { ...at(6), shape: [1] },
      ]),
    ).toEqual({ buffer: 'b', offset: 0, shape: [3], strides: [3] });
    expect(concatenateViews([at(4), at(0)]).indices).toEqual([{ axis: 0, offsets: [4, 5, 0, 1] }]);
  });
});

describe('stackViews', () => {
  it('puts members along a new first axis', () => {
    fc.assert(
      fc.property(matrices, (members) => {
        const stacked = stackViews(members, 'matrices');
        expect(stacked.shape).toEqual([members.length, ...members[0]!.shape]);
        expect(offsetsOf(stacked)).toEqual(members.flatMap((member) => offsetsOf(member)));
      }),
    );
  });

  it.each([
    ['shapes', { shape: [3], strides: [1] }],
    ['strides', { strides: [2] }],
    ['buffers', { buffer: 'other' }],
    ['gathers', { indices: [{ axis: 0, offsets: [1, 0] }] }],
  ] as [string, Partial<View>][])('refuses members of different %s, by label', (_, change) => {
    const member: View = { buffer: 'b', offset: 0, shape: [2], strides: [1] };
    expect(() => stackViews([member, { ...member, ...change }], 'the culprit')).toThrow(
      expect.objectContaining({
        code: 'CANNOT_STACK',
        message: expect.stringContaining('the culprit') as unknown,
      }) as Error,
    );
  });
});
