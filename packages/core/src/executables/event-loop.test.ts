/** @file Long calls go on in a page that nobody looks at, where browsers let timers wait. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { eventLoopTurn } from './event-loop.ts';

/** Timers that never fire. */
beforeEach(() => void vi.stubGlobal('setTimeout', () => 0));
afterEach(() => void vi.unstubAllGlobals());

function within(milliseconds: number, turn: Promise<void>): Promise<string> {
  const late = AbortSignal.timeout(milliseconds);
  return new Promise((resolve) => {
    late.addEventListener('abort', () => resolve('late'));
    void turn.then(() => resolve('in time'));
  });
}

test('a hidden page has its turns without timers', async () => {
  vi.stubGlobal('document', { visibilityState: 'hidden' });
  expect(await within(10_000, eventLoopTurn())).toBe('in time');
});

test.each([
  ['a page that is seen', { visibilityState: 'visible' }],
  ['where there is no page', undefined],
])('%s waits for timers', async (_, document) => {
  vi.stubGlobal('document', document);
  expect(await within(100, eventLoopTurn())).toBe('late');
});
