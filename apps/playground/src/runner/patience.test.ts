/** @file What never comes is told after so long, and whatever is at work may take as long as it needs. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { soonOrNever, whenNothingCame } from './patience.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const NEVER = new Promise<never>(() => {});

test('what comes is given, and what fails fails as it does', async () => {
  await expect(soonOrNever(Promise.resolve(7), 'late', { milliseconds: 1000 })).resolves.toBe(7);
  await expect(soonOrNever(Promise.reject(new Error('own')), 'late', { milliseconds: 1000 })).rejects.toThrow('own');
  expect(vi.getTimerCount()).toBe(0);
});

test('what never comes is told in time', async () => {
  let told = '';
  void soonOrNever(NEVER, 'late', { milliseconds: 1000 }).catch((error: unknown) => (told = (error as Error).message));
  await vi.advanceTimersByTimeAsync(900);
  expect(told).toBe('');
  await vi.advanceTimersByTimeAsync(200);
  expect(told).toBe('late');
  expect(vi.getTimerCount()).toBe(0);
});

test('time in which somebody is at work does not count', async () => {
  let [isAtWork, calls] = [true, 0];
  whenNothingCame({ milliseconds: 1000, isAtWork: () => isAtWork }, () => calls++);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(calls).toBe(0);
  isAtWork = false;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(calls).toBe(1);
});
