/** @file A heap gives its entries back in order. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Heap } from './heap.ts';

test('what is taken out one by one is sorted, whatever is added in between', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.array(fc.integer()), (first, second) => {
      const heap = new Heap<number>((a, b) => a < b);
      for (const each of first) heap.add(each);
      const least = heap.first;
      expect(least).toBe(first.length === 0 ? undefined : Math.min(...first));
      heap.removeFirst();
      for (const each of second) heap.add(each);
      const taken: number[] = [];
      for (let next = heap.first; next !== undefined; next = heap.first) {
        taken.push(next);
        heap.removeFirst();
      }
      const rest = first.toSorted((a, b) => a - b).slice(1);
      expect(taken).toEqual([...rest, ...second].sort((a, b) => a - b));
    }),
  );
});
