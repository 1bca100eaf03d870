/** @file What models print reaches the page as text, and however much it is, no more than somebody reads. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { interceptConsole, type Print } from './console.ts';
import type { PrintedLine } from './messages.ts';

const { log, warn, error } = console;
let [sent, print] = [[] as (readonly PrintedLine[])[], undefined as Print | undefined];

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  print = interceptConsole((lines) => sent.push(lines));
});
afterEach(() => {
  vi.useRealTimers();
  Object.assign(console, { log, warn, error });
});

test('values are shown as text, with what is long cut short', () => {
  console.log('a', 1, null, undefined, { b: [2] }, new Error('odd'));
  console.warn(Float64Array.from({ length: 1000 }, (_, at) => at));
  const loop: { self?: object } = {};
  loop.self = loop;
  console.error(loop);
  print!('error', 'x'.repeat(10));
  vi.runAllTimers();
  const lines = sent.flat();
  expect(lines.map(({ level }) => level)).toEqual(['log', 'warn', 'error', 'error']);
  expect(lines[0]!.text).toBe('a 1 null undefined {"b":[2]} Error: odd');
  expect(lines[1]!.text).toMatch(/^\[0,1,2,.*199, … 1000 in all\]$/);
  expect(lines[2]!.text).toBe('a value that cannot be shown');
});

test('the first line comes at once; of a flood some lines now and then, and how many more there were', () => {
  console.log('first');
  expect(sent).toEqual([[{ level: 'log', text: 'first' }]]);
  for (let count = 0; count < 5000; count++) console.log(`line ${count}`);
  expect(sent.length).toBe(1);
  vi.runAllTimers();
  expect(sent.length).toBe(2);
  expect(sent[1]!.at(0)!.text).toBe('line 0');
  expect(sent[1]!.at(-1)!.text).toBe('… and 4900 more lines');
  console.log('later');
  vi.runAllTimers();
  expect(sent[2]).toEqual([{ level: 'log', text: 'later' }]);
});
