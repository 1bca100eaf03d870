/** @file Views are found by the elements that they share with another. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { zeros } from '@ndl/numerics';
import { ViewIndex, viewsOverlap, type Selection, type Signal, type SignalView } from '../index.ts';

const signal: Signal = { id: 0, name: 'x', shape: [9], initial: zeros([9]), role: 'array', trainable: false };
const selection: fc.Arbitrary<Selection | undefined> = fc.oneof(
  fc.constant(undefined),
  fc.record({
    kind: fc.constant('slice' as const),
    start: fc.integer({ min: 3, max: 5 }),
    step: fc.integer({ min: -1, max: 1 }),
    length: fc.nat(4),
  }),
  fc.record({ kind: fc.constant('indices' as const), indices: fc.array(fc.nat(8), { maxLength: 4 }) }),
);
const view: fc.Arbitrary<SignalView> = selection.map((part) =>
  part === undefined
    ? { signal, shape: [9] }
    : { signal, selection: part, shape: [part.kind === 'slice' ? part.length : part.indices.length] },
);

test('finds, among few and among many, those that overlap, each once', () => {
  fc.assert(
    fc.property(fc.array(view, { maxLength: 40 }), view, (views, asked) => {
      const entries = views.map((each) => ({ view: each }));
      const found = new ViewIndex(entries).overlapping(asked);
      expect(new Set(found)).toEqual(new Set(entries.filter((entry) => viewsOverlap(entry.view, asked))));
      expect(new Set(found).size).toBe(found.length);
    }),
    { numRuns: 500 },
  );
});
