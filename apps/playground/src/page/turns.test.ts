/** @file Long work lets others have their turn, short work does not wait for them, and what nobody wants any more ends. */
import { afterEach, expect, test, vi } from 'vitest';
import { inPieces } from './turns.ts';

afterEach(() => void vi.restoreAllMocks());

/** A clock that stands still but for what work takes. */
function clockOf(): { pass(milliseconds: number): void } {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  return { pass: (milliseconds) => void (now += milliseconds) };
}

test('somebody who waits is heard before ten milliseconds of it are over', async () => {
  const clock = clockOf();
  let [piece, longest, turns, isDone] = [0, 0, 0, false];
  const listen = (): void => {
    [piece, turns] = [0, turns + 1];
    if (!isDone) setTimeout(listen);
  };
  setTimeout(listen);
  const items = Array.from({ length: 200 }, (_, item) => item);
  const made = await inPieces(
    items,
    (item) => {
      clock.pass(2);
      longest = Math.max(longest, (piece += 2));
      return 10 * item;
    },
    () => true,
  );
  isDone = true;
  expect(made).toEqual(items.map((item) => 10 * item));
  expect(longest).toBeLessThanOrEqual(10);
  expect(turns).toBeGreaterThan(30);
});

test('what is done soon is done at once', async () => {
  clockOf();
  const made: number[] = [];
  const done = inPieces(
    [1, 2, 3],
    (item) => made.push(item),
    () => false,
  );
  expect(made).toEqual([1, 2, 3]);
  expect(await done).toEqual([1, 2, 3]);
});

test('what is no longer wanted ends', async () => {
  const clock = clockOf();
  const made: number[] = [];
  const done = inPieces(
    [1, 2, 3, 4],
    (item) => {
      clock.pass(5);
      made.push(item);
    },
    () => made.length < 4,
  );
  expect(await done).toHaveLength(4);
  made.length = 0;
  expect(
    await inPieces(
      [1, 2, 3, 4],
      (item) => (clock.pass(5), made.push(item)),
      () => false,
    ),
  ).toBeUndefined();
  expect(made).toEqual([1, 2]);
});
