/** @file What a trace says of frames, by traces whose answer is known. */
import { expect, test } from 'vitest';
import { framesOf } from './page-frames.ts';

const FRAME = 1e6 / 60;
const thread = { pid: 1, tid: 2, ts: 0, name: 'thread_name', args: { name: 'CrRendererMain' } };
const task = (ts: number, dur: number, tdur = dur, tid = 2): object => ({
  pid: 1,
  tid,
  name: 'ThreadControllerImpl::RunTask',
  ts,
  dur,
  tdur,
});

test('a task counts in each frame that it is in, and longer ones of other threads do not', () => {
  // Half of each of twenty frames, but for one task that takes all of the last two; it waited for half of it.
  const halves = Array.from({ length: 18 }, (_, frame) => task(frame * FRAME, FRAME / 2));
  const frames = framesOf({
    traceEvents: [thread, ...halves, task(18 * FRAME, 2 * FRAME, FRAME), task(0, 9e6, 9e6, 3)],
  });
  expect(frames.longestTask).toBeCloseTo(2000 / 60, 9);
  expect(frames.longestWork).toBeCloseTo(1000 / 60, 9);
  expect(frames.free).toBeCloseTo(0, 9);
  expect(frames.freeOfWork).toBeCloseTo(500 / 60, 9);
});

test('tasks that end where frames do, at any time, and those of no length come to an end', () => {
  for (let begin = 1; begin < 300; begin++) {
    const tasks = Array.from({ length: begin }, (_, frame) => task(begin + frame * FRAME, FRAME));
    const { free } = framesOf({ traceEvents: [thread, ...tasks, task(begin, 0)] });
    expect(free).toBeCloseTo(0, 6);
  }
});

test('a trace without a page is no trace of one', () => {
  expect(() => framesOf({ traceEvents: [thread] })).toThrow('no task of a page');
});
