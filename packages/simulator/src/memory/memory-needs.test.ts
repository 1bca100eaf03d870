/** @file What memory is to be had, and the arithmetic that a refusal shows. */
import { describe, expect, it } from 'vitest';
import { describeBytes } from './describe-bytes.ts';
import { availableBytes, requireMemory, type MemoryNeed } from './memory-needs.ts';

const state = (items: number): MemoryNeed => ({
  what: 'state',
  factors: [
    [13, 'numbers per item'],
    [items, 'items'],
  ],
  bytesPerNumber: 4,
  longestArray: 13 * items,
});

describe('memory that may be taken', () => {
  it('is what Node says is free', () => {
    expect(availableBytes({ process: { availableMemory: () => 5e9 } })).toBe(5e9);
  });

  it('is what a browser says is installed', () => {
    expect(availableBytes({ navigator: { deviceMemory: 8 } })).toBe(8 * 2 ** 30);
  });

  it('is 4 GiB where the host says nothing, and never below 1 GiB', () => {
    expect(availableBytes({ process: {}, navigator: {} })).toBe(4 * 2 ** 30);
    expect(availableBytes({ process: { availableMemory: () => 1000 } })).toBe(2 ** 30);
  });
});

describe('a call', () => {
  it('that fits is let through, to the byte', () => {
    expect(() => requireMemory('run', [state(1000)], 'Ask for less', 52_000)).not.toThrow();
  });

  it('that does not fit is refused, with the largest part first', () => {
    const other: MemoryNeed = { what: 'samples', factors: [[3, 'numbers']], bytesPerNumber: 8, longestArray: 3 };
    const refused = (): void => requireMemory('run', [other, state(1000)], 'Ask for less', 52_000);
    expect(refused).toThrow(
      expect.objectContaining({
        code: 'TOO_LARGE',
        message:
          'run needs 52.0 kB of memory, and 52.0 kB are to be had. state: 13 numbers per item × 1,000 items × 4 bytes = 52.0 kB; samples: 3 numbers × 8 bytes = 24 bytes. Ask for less.',
      }) as Error,
    );
  });

  it('that asks for an array longer than arrays can be is refused, however much memory there is', () => {
    expect(() => requireMemory('run', [state(2 ** 28)], 'Ask for less', Infinity)).toThrow(
      expect.objectContaining({ code: 'TOO_LARGE' }) as Error,
    );
  });

  it('of sizes beyond all numbers is refused', () => {
    expect(() => requireMemory('run', [state(1e308)], 'Ask for less', 1e300)).toThrow(
      expect.objectContaining({ code: 'TOO_LARGE' }) as Error,
    );
  });
});

it('bytes are written in powers of a thousand', () => {
  expect([0, 999, 1000, 1.234e9, 5e25].map(describeBytes)).toEqual([
    '0 bytes',
    '999 bytes',
    '1.00 kB',
    '1.23 GB',
    '5.00e+7 EB',
  ]);
});
