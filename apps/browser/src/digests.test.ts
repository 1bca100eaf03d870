/** @file Numbers of small networks are the bits that are kept, on the reference backend and on the one that is the default. */
import { expect, test } from 'vitest';
import { reportDigests } from './digests.ts';
import { KEPT_DIGESTS } from './kept-digests.test-helper.ts';

test.each([
  ['default', 'wasm'],
  ['reference', 'reference'],
] as const)('on the %s backend, which is called %s', async (backend, name) => {
  expect(await reportDigests(backend)).toEqual({ backend: name, digests: KEPT_DIGESTS });
});
