/** @file What memory does not hold is refused with what was granted; growth moves nothing that somebody holds. */
import { expect, test } from 'vitest';
import { AddressSpace } from './address-space.ts';

const MIB = 2 ** 20;

test.each([false, true])(
  'what is more than is granted is refused with the numbers, and what is there stays (shared: %s)',
  (isShared) => {
    const space = new AddressSpace({ isShared, most: 4 * MIB });
    const first = space.take(MIB);
    space.float32[first / 4] = 7;
    expect(() => space.take(4 * MIB)).toThrow(
      expect.objectContaining({
        code: 'MEMORY_EXHAUSTED',
        message: expect.stringMatching(
          /no room for 5 MiB beside the 2 MiB that are taken: this host grants 4 MiB.*smaller minibatch.*`memory`.*keepHistory/,
        ),
      }),
    );
    const second = space.take(2 * MIB);
    expect(space.float32[first / 4]).toBe(7);
    space.give(first, MIB);
    expect(space.take(MIB)).toBe(first);
    expect(second).toBeGreaterThan(first);
  },
);

test('a shared memory that grows leaves the arrays of those who hold them where they are', () => {
  const space = new AddressSpace({ isShared: true });
  const address = space.take(64);
  const held = space.float32;
  space.take(8 * MIB);
  expect(space.float32.length).toBeGreaterThan(held.length);
  held[address / 4] = 3;
  expect(space.float32[address / 4]).toBe(3);
});
