/** @file Which way a function is done, as calls take long or short. */
import { expect, test } from 'vitest';
import { FasterWay, type Way } from './faster-way.ts';

/** The ways of so many calls, each of ten steps, that take these milliseconds. */
function waysOf(way: FasterWay, calls: number, milliseconds: Readonly<Record<Way, number>>): readonly Way[] {
  return Array.from({ length: calls }, () => {
    const next = way.next();
    way.note(next, milliseconds[next], 10);
    return next;
  });
}

const shareOf = (ways: readonly Way[], way: Way): number => ways.filter((each) => each === way).length / ways.length;

test('both ways are tried, and the faster one is taken', () => {
  for (const [faster, milliseconds] of [
    ['together', { together: 1, alone: 2 }],
    ['alone', { together: 2, alone: 1 }],
  ] as const) {
    const way = new FasterWay();
    expect(new Set(waysOf(way, 6, milliseconds)).size).toBe(2);
    expect(shareOf(waysOf(way, 1000, milliseconds), faster)).toBeGreaterThan(0.98);
  }
});

test('threads that were slow as long as the engine compiled are soon taken', () => {
  const way = new FasterWay();
  waysOf(way, 6, { together: 3, alone: 2 });
  expect(shareOf(waysOf(way, 60, { together: 1, alone: 2 }), 'together')).toBeGreaterThan(0.7);
});

test('another way is taken when times change', () => {
  const way = new FasterWay();
  waysOf(way, 500, { together: 1, alone: 2 });
  expect(shareOf(waysOf(way, 1000, { together: 9, alone: 2 }), 'alone')).toBeGreaterThan(0.9);
  expect(shareOf(waysOf(way, 2000, { together: 1, alone: 2 }).slice(1000), 'together')).toBeGreaterThan(0.9);
});

test('a slow first call, while the engine compiles, does not count', () => {
  const way = new FasterWay();
  way.note(way.next(), 1000, 10);
  expect(shareOf(waysOf(way, 1000, { together: 1, alone: 2 }), 'together')).toBeGreaterThan(0.98);
});
