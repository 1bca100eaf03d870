/** @file When the event loop has its turn during long calls. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { LIVE_TIME } from '../contracts/backend.ts';
import { Interruption } from './interruption.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['performance', 'setTimeout'] }));
afterEach(() => void vi.useRealTimers());

it.each([
  ['other calls', false, 40],
  ['calls with live sources', true, LIVE_TIME / 2],
])('of %s: after so many milliseconds, and each time anew', async (_, isLive, milliseconds) => {
  const interruption = new Interruption(undefined, () => undefined, isLive);
  for (let turn = 0; turn < 2; turn++) {
    vi.advanceTimersByTime(milliseconds - 1);
    expect(interruption.point()).toBeUndefined();
    vi.advanceTimersByTime(1);
    const waiting = interruption.point();
    expect(waiting).toBeInstanceOf(Promise);
    await vi.runAllTimersAsync();
    await waiting;
  }
});
