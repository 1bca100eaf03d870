/** @file Every public function counts its arguments before anything else, so that none is taken and ignored. */
import { isNdlError } from '@ndl/numerics';
import { expect, it } from 'vitest';
import * as all from './index.ts';
import * as files from './node.ts';

const functions = [...Object.entries(all), ...Object.entries(files)].filter(([, value]) => typeof value === 'function');

it.each(functions)('%s refuses more than it takes', async (_, value) => {
  const call = value as (...given: unknown[]) => unknown;
  const surplus = Array.from({ length: 9 }, () => ({}));
  let code = 'none';
  try {
    await call(...surplus);
  } catch (error) {
    if (!isNdlError(error)) throw error;
    code = error.code;
  }
  expect(code).toBe('SURPLUS_ARGUMENT');
});
