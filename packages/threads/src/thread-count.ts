/** @file How many threads are taken of those that a host has. */
import type { ThreadHost } from './thread.ts';

/** More threads than this are not taken unasked: each has code of its own, and little work is for more. */
const MOST_UNASKED = 8;

/** More are never taken. */
export const MOST_THREADS = 64;

/** Threads that work together where so many are asked for, 0 for as many as are good: 1 where the host has none. */
export function threadCount(asked: number, { cores, refusal }: ThreadHost): number {
  if (refusal !== undefined) return 1;
  return asked === 0 ? Math.min(cores, MOST_UNASKED) : Math.min(asked, MOST_THREADS);
}
