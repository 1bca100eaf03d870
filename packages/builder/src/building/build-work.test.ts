/** @file The work of a build: turns for others, aborts, progress. */
import type { Pieces } from '@ndl/numerics';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { BuildWork } from './build-work.ts';

/** A clock that shows `milliseconds` more each time that someone looks at it. */
function slowClock(milliseconds: number): void {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => (now += milliseconds));
}

/** `count` pieces of one operation each; says how many were begun, and whether it was left in the middle. */
function* counting(count: number, log: { begun: number; isLeft: boolean }): Pieces<string> {
  try {
    for (; log.begun < count; log.begun++) yield 1;
    return 'result';
  } finally {
    log.isLeft = log.begun < count;
  }
}

describe('the work of a build', () => {
  afterEach(() => void vi.restoreAllMocks());

  it('gives the event loop a turn for every 40 ms of pieces', async () => {
    slowClock(10);
    let turns = 0;
    let isOver = false;
    const others = (): void => {
      turns++;
      if (!isOver) setTimeout(others, 0);
    };
    setTimeout(others, 0);
    const log = { begun: 0, isLeft: false };
    expect(await new BuildWork({ operations: 100 }).run(counting(100, log))).toBe('result');
    isOver = true;
    // The clock is looked at once per piece, and once more after each turn.
    expect(turns).toBeGreaterThanOrEqual(15);
    expect(log).toEqual({ begun: 100, isLeft: false });
  });

  it('stops at the next turn after an abort, with its reason, and leaves the computation', async () => {
    slowClock(10);
    const controller = new AbortController();
    const reason = new Error('enough');
    const log = { begun: 0, isLeft: false };
    const running = new BuildWork({ signal: controller.signal, operations: 1e6 }).run(counting(1e6, log));
    setTimeout(() => controller.abort(reason), 0);
    await expect(running).rejects.toBe(reason);
    expect(log.isLeft).toBe(true);
    expect(log.begun).toBeLessThan(20);
  });

  it('does not begin when it is aborted already', () => {
    expect(() => new BuildWork({ signal: AbortSignal.abort('no'), operations: 1 })).toThrow('no');
  });

  it('does not wait any longer for others once it is aborted, and listens no more once they are done', async () => {
    const controller = new AbortController();
    const remove = vi.spyOn(controller.signal, 'removeEventListener');
    const work = new BuildWork({ signal: controller.signal, operations: 1 });
    expect(await work.wait(Promise.resolve(3))).toBe(3);
    expect(remove).toHaveBeenCalledOnce();
    const waiting = work.wait(new Promise<never>(() => undefined));
    controller.abort('enough');
    await expect(waiting).rejects.toBe('enough');
  });

  it('leaves nobody alone with what fails once it is aborted', async () => {
    const controller = new AbortController();
    const work = new BuildWork({ signal: controller.signal, operations: 1 });
    const failing = new Promise<never>((_, reject) => setTimeout(() => reject(new Error('late')), 0));
    const alone: unknown[] = [];
    const note = (reason: unknown): void => void alone.push(reason);
    process.on('unhandledRejection', note);
    try {
      controller.abort('enough');
      await expect(work.wait(failing)).rejects.toBe('enough');
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(alone).toEqual([]);
    } finally {
      process.off('unhandledRejection', note);
    }
  });

  it('tells how far it is, never backwards and never beyond the end, and of what', async () => {
    slowClock(50);
    const reports: [number, string][] = [];
    const work = new BuildWork({ operations: 8, onProgress: (...report) => reports.push(report) });
    work.begin(() => 'first');
    await work.run(counting(6, { begun: 0, isLeft: false }));
    work.begin(() => 'second');
    await work.run(counting(6, { begun: 0, isLeft: false }));
    const fractions = reports.map(([fraction]) => fraction);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions[0]).toBe(1 / 8);
    expect(fractions.at(-1)).toBe(0.99);
    expect(new Set(reports.map(([, what]) => what))).toEqual(new Set(['first', 'second']));
  });

  it('goes on at once for those who give turns themselves', async () => {
    slowClock(10);
    const work = new BuildWork({ operations: 1 });
    let hasOthersRun = false;
    setTimeout(() => (hasOthersRun = true), 0);
    await work.turn();
    expect(hasOthersRun).toBe(false);
    for (let turn = 0; turn < 8; turn++) await work.turn();
    expect(hasOthersRun).toBe(true);
  });
});
