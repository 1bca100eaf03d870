/** @file Numbers of small networks are the bits that are kept, on the reference backend and on the one that is the default. */
import { expect, test } from 'vitest';
import { reportDigests, reportThreadDigests } from './digests.ts';
import { KEPT_DIGESTS, KEPT_THREAD_DIGESTS } from './kept-digests.test-helper.ts';

test.each([
  ['default', 'wasm'],
  ['reference', 'reference'],
] as const)('on the %s backend, which is called %s', async (backend, name) => {
  expect(await reportDigests(backend)).toEqual({ backend: name, digests: KEPT_DIGESTS });
});

test.each([
  ['reference', 'plain JavaScript loops, 1 thread'],
  [1, 'WebAssembly (SIMD), 1 thread'],
  [2, 'WebAssembly (SIMD), 2 threads'],
  [4, 'WebAssembly (SIMD), 4 threads'],
] as const)('of networks that are large enough for threads, on %s', async (threads, description) => {
  const descriptions = [description, description];
  expect(await reportThreadDigests(threads)).toEqual({ descriptions, digests: KEPT_THREAD_DIGESTS });
});
