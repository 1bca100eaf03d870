import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { isNdlError } from '@ndl/core';
import { RandomState } from '@ndl/numerics';
import { minibatches } from './index.ts';

describe('minibatches', () => {
  it('come in order, the last with what is left', () => {
    expect([...minibatches(7, 3)]).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
    expect([...minibatches(4, 2)]).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect([...minibatches(2, 100)]).toEqual([[0, 1]]);
    expect([...minibatches(0, 5)]).toEqual([]);
  });

  it('hold every item once, in an order that the seed decides', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.integer({ min: 1, max: 20 }), fc.nat(1000), (items, size, seed) => {
        const pass = (): (readonly number[])[] => [
          ...minibatches(items, size, { shuffle: true, random: new RandomState(seed) }),
        ];
        expect(
          pass()
            .flat()
            .sort((a, b) => a - b),
        ).toEqual(Array.from({ length: items }, (_, item) => item));
        expect(
          pass()
            .slice(0, -1)
            .every((minibatch) => minibatch.length === size),
        ).toBe(true);
        expect(pass()).toEqual(pass());
      }),
    );
  });

  it('come in a new order at each pass', () => {
    const random = new RandomState(0);
    const [first, second] = [
      [...minibatches(50, 50, { shuffle: true, random })],
      [...minibatches(50, 50, { shuffle: true, random })],
    ];
    expect(first).not.toEqual(second);
  });

  it('refuse sizes that are none, and an order from nowhere', () => {
    const codeOf = (pass: () => unknown): string | undefined => {
      try {
        pass();
      } catch (error) {
        if (isNdlError(error)) return error.code;
      }
      return undefined;
    };
    for (const size of [0, -1, 1.5, NaN]) expect(codeOf(() => [...minibatches(3, size)])).toBe('INVALID_OPTION');
    expect(codeOf(() => [...minibatches(-1, 2)])).toBe('INVALID_OPTION');
    expect(codeOf(() => [...minibatches(3, 2, { shuffle: true })])).toBe('INVALID_OPTION');
  });
});
