import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { zeros } from '@ndl/numerics';
import {
  hasRepeats,
  positionsOf,
  sameView,
  viewCovers,
  viewsOverlap,
  type Selection,
  type Signal,
  type SignalView,
} from '../index.ts';

const LENGTH = 8;
const signal: Signal = { id: 0, name: 'x', shape: [LENGTH], initial: zeros([LENGTH]), role: 'array', trainable: false };
const other: Signal = { ...signal, id: 1, name: 'y' };

const slice: fc.Arbitrary<Selection> = fc
  .record({ start: fc.nat(LENGTH - 1), step: fc.constantFrom(-3, -1, 1, 2, 3), length: fc.nat(LENGTH) })
  .filter(({ start, step, length }) => {
    const last = start + (length - 1) * step;
    return length === 0 || (last >= 0 && last < LENGTH);
  })
  .map((fields) => ({ kind: 'slice', ...fields }));
const indices: fc.Arbitrary<Selection> = fc
  .array(fc.nat(LENGTH - 1), { maxLength: 4 })
  .map((positions) => ({ kind: 'indices', indices: positions }));
const view: fc.Arbitrary<SignalView> = fc
  .option(fc.oneof(slice, indices), { nil: undefined })
  .map((selection) => (selection === undefined ? { signal, shape: [LENGTH] } : { signal, selection, shape: [] }));

describe('views of one signal', () => {
  test('overlap exactly where they share a position', () => {
    fc.assert(
      fc.property(view, view, (a, b) => {
        const shared = positionsOf(a).some((position) => positionsOf(b).includes(position));
        expect(viewsOverlap(a, b)).toBe(shared);
        expect(viewsOverlap({ ...a, signal: other }, b)).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  test('cover each other, are the same, and repeat, as their positions say', () => {
    fc.assert(
      fc.property(view, view, (a, b) => {
        const [left, right] = [positionsOf(a), positionsOf(b)];
        expect(viewCovers(a, b)).toBe(right.every((position) => left.includes(position)));
        expect(sameView(a, b)).toBe(left.join() === right.join());
        expect(hasRepeats(a)).toBe(new Set(left).size < left.length);
      }),
    );
  });

  test('a scalar has one position', () => {
    const scalar: SignalView = { signal: { ...signal, shape: [], initial: zeros([]) }, shape: [] };
    expect(positionsOf(scalar)).toEqual([0]);
    expect(viewsOverlap(scalar, scalar)).toBe(true);
  });
});
