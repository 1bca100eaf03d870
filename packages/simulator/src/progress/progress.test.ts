import { describe, expect, it, vi } from 'vitest';
import { progressOf } from './progress.ts';
import type { Progress } from './progress-listener.ts';
import { takeTurns } from '../turns.ts';

describe('progressOf', () => {
  it('reports seconds gone, and to go at the present pace', () => {
    vi.useFakeTimers({ toFake: ['performance'] });
    const reports: Progress[] = [];
    const report = progressOf('train', 10, (progress) => reports.push(progress));
    report(0);
    vi.advanceTimersByTime(4000);
    report(2, { epoch: 1, loss: 0.5 });
    vi.advanceTimersByTime(1000);
    report(10);
    vi.useRealTimers();
    expect(reports).toEqual([
      { phase: 'train', done: 0, total: 10, elapsed: 0, remaining: undefined },
      { phase: 'train', done: 2, total: 10, elapsed: 4, remaining: 16, epoch: 1, loss: 0.5 },
      { phase: 'train', done: 10, total: 10, elapsed: 5, remaining: 0 },
    ]);
  });

  it('does nothing where nobody listens', () => {
    expect(progressOf('run', 3, undefined)(1)).toBeUndefined();
  });
});

describe('takeTurns', () => {
  it('lets timers run during endless short work', async () => {
    const turn = takeTurns();
    let isOver = false;
    setTimeout(() => (isOver = true), 20);
    let rounds = 0;
    for (; !isOver; rounds++) await turn();
    expect(rounds).toBeGreaterThan(10);
  });
});
