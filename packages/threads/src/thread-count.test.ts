/** @file How many threads are taken: what is asked for, what the host has, and never more than a few unasked. */
import { expect, test } from 'vitest';
import { MOST_THREADS, threadCount, threadHost } from './index.ts';

test.each([
  { asked: 0, cores: 2, taken: 2 },
  { asked: 0, cores: 100, taken: 8 },
  { asked: 1, cores: 4, taken: 1 },
  { asked: 3, cores: 2, taken: 3 },
  { asked: 1000, cores: 2, taken: MOST_THREADS },
])('$asked of $cores cores are $taken threads', ({ asked, cores, taken }) => {
  const host = { ...threadHost(), cores };
  expect(threadCount(asked, host)).toBe(taken);
  expect(threadCount(asked, { ...host, refusal: 'this page is alone' })).toBe(1);
});

test('this host has threads, which run a text and say when they are gone', async () => {
  const text =
    "require('node:worker_threads').parentPort.on('message', (given) => { throw new Error('got ' + given); })";
  const reason = await new Promise<unknown>((gone) => {
    const thread = threadHost().start<string, never>(text, { answered() {}, gone });
    thread.hold(true);
    thread.tell('a word');
  });
  expect(String(reason)).toBe('Error: got a word');
});
