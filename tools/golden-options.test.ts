/** @file The command line of the golden replay: defaults, and refusals in words. */
import { expect, test } from 'vitest';
import { readOptions } from './golden-options.mjs';

test('a directory is enough: the reference backend replays it in float64', () => {
  expect(readOptions(['folder'])).toEqual({ directory: 'folder', backend: 'reference', dtype: 'float64' });
});

test('tfjs replays in float32 unless told otherwise', () => {
  expect(readOptions(['folder', '--backend', 'tfjs', '--only', 'lif_sine'])).toEqual({
    directory: 'folder',
    backend: 'tfjs',
    dtype: 'float32',
    only: 'lif_sine',
  });
});

test.each([
  [[], 'Expected one directory, got 0.'],
  [['one', 'two'], 'Expected one directory, got 2.'],
  [['one', '--fast'], "'--fast'"],
  [['one', '--only'], '--only'],
  [['one', '--backend', 'gpu'], "There is no backend 'gpu'. Known: reference, wasm, tfjs."],
  [['one', '--backend', 'toString'], "There is no backend 'toString'."],
  [['one', '--backend', 'tfjs', '--dtype', 'float64'], "The tfjs backend has no dtype 'float64'. Known: float32."],
])('%j is refused: %s', (args, problem) => {
  expect(readOptions(args)).toEqual({ problem: expect.stringContaining(problem) as unknown });
});
