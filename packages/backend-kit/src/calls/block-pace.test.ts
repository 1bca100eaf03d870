/** @file How blocks follow what the last one took. */
import { LIVE_TIME } from '@ndl/core';
import { describe, expect, it } from 'vitest';
import { BlockPace } from './block-pace.ts';

/** Runs blocks on a clock of its own, on which each step takes so long; returns how many steps each had. */
function blocksOf(
  stepTime: (block: number) => number,
  { most = 1000, first = 100, isLive = false, blocks = 12 } = {},
): readonly number[] {
  let now = 0;
  const pace = new BlockPace(most, first, () => now);
  return Array.from({ length: blocks }, (_, block) => {
    const done = pace.begin();
    const steps = pace.next(Infinity, isLive);
    now += steps * stepTime(block);
    done(steps);
    return steps;
  });
}

describe('blocks', () => {
  it('begin with the estimate, and grow to what is allowed where steps cost nothing', () => {
    expect(blocksOf(() => 0, { first: 300 })).toEqual([300, 600, ...new Array<number>(10).fill(1000)]);
  });

  it('never have more steps than are left, nor fewer than one', () => {
    expect(new BlockPace(1000, 100).next(7)).toBe(7);
    expect(blocksOf(() => 1e6)).toEqual([100, ...new Array<number>(11).fill(1)]);
  });

  it('last longer only as long as they may', () => {
    let [now, longer] = [0, 8];
    const pace = new BlockPace(
      1000,
      100,
      () => now,
      () => longer,
    );
    const stepsAfterBlock = (): number => {
      const done = pace.begin();
      const steps = pace.next(Infinity);
      now += steps;
      done(steps);
      return pace.next(Infinity);
    };
    const long = stepsAfterBlock();
    longer = 1;
    expect(stepsAfterBlock()).toBe(long / 8);
  });
});

describe('blocks of live sources', () => {
  it('begin with one step, whatever was estimated, and grow twofold', () => {
    expect(blocksOf(() => 0, { isLive: true })).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000, 1000]);
  });

  it.each([0.01, 0.3, 2, LIVE_TIME])('last no longer than is promised, where each step takes %d ms', (time) => {
    const blocks = blocksOf(() => time, { isLive: true });
    for (const steps of blocks) expect(steps * time).toBeLessThanOrEqual(LIVE_TIME);
    expect(blocks.at(-1)).toBe(Math.max(1, Math.min(1000, Math.floor(LIVE_TIME / 2 / time))));
  });

  it('are no longer than promised where steps come to take twice as long', () => {
    const blocks = blocksOf((block) => (block < 8 ? 0.1 : 0.2), { isLive: true });
    blocks.forEach((steps, block) => expect(steps * (block < 8 ? 0.1 : 0.2)).toBeLessThanOrEqual(LIVE_TIME));
  });

  it('know nothing of what blocks of other calls were allowed, but what they took', () => {
    let now = 0;
    const pace = new BlockPace(1000, 100, () => now);
    const done = pace.begin();
    now += 50;
    done(pace.next(Infinity));
    expect(pace.next(Infinity, true)).toBe(LIVE_TIME / 2 / (50 / 100));
  });
});
