/** @file Progress on the terminal: a line that is written anew, or one at the end. */
import { afterEach, expect, test, vi } from 'vitest';
import { abortable, progressOf } from './progress.ts';
import { terminalProgress } from './terminal-progress.ts';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const train = { phase: 'train', total: 4, elapsed: 1 } as const;

test('a terminal has one line, which ends when all is done', () => {
  const written: string[] = [];
  const tell = terminalProgress({ isTTY: true, write: (text) => written.push(text) });
  tell({ ...train, done: 2, remaining: 1, epoch: 1, loss: 0.25 });
  tell({ ...train, done: 4, remaining: 0, epoch: 1, loss: 0.125 });
  expect(written.length).toBe(2);
  expect(written[0]).toContain('train  ██████████░░░░░░░░░░   50 %  epoch 1, loss 0.2500, 1.0 s gone, 1.0 s to go');
  expect(written.map((text) => text.endsWith('\n'))).toEqual([false, true]);
  expect(written.every((text) => text.startsWith('\r'))).toBe(true);
});

test('a file gets a line at the end, and nothing of what rewrites lines', () => {
  const written: string[] = [];
  const tell = terminalProgress({ write: (text) => written.push(text) });
  for (const done of [0, 1, 2, 3, 4]) tell({ ...train, done, remaining: 4 - done });
  expect(written).toEqual(['train  ████████████████████  100 %  1.0 s gone\n']);
});

test("'terminal' is a listener of calls: Node's standard error hears of it", () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  progressOf('run', 3, abortable('terminal', []))(3);
  expect(write.mock.calls.map(([text]) => String(text)).join('')).toContain('run  ████████████████████  100 %');
});

test('pages hear nothing', () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  vi.stubGlobal('process', undefined);
  progressOf('run', 3, 'terminal')(3);
  expect(write).not.toHaveBeenCalled();
});
