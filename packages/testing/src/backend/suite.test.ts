/** @file What a backend refuses counts as skipped, and only that; sinks are given what their contract says. */
import type { BackendEntry } from '@ndl/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Recorder } from './recorder.ts';
import { type BackendSuite, checkEach, demand } from './suite.ts';
import { layer } from './training-fixtures.ts';
import { program } from './write-program.ts';

const REFUSAL = { name: 'Refusal', message: 'no lags on this device' };

/** A suite of a backend that supports what it is told to. */
function suiteOf(supports: BackendEntry['supports']): BackendSuite {
  return { entry: { supports } } as unknown as BackendSuite;
}

describe('what a backend refuses', () => {
  const refusing = suiteOf(() => ({ supported: false, reason: REFUSAL.message }));

  test('ends a test with the reason of the backend', () => {
    expect(() => demand(refusing, program({}))).toThrow(expect.objectContaining(REFUSAL));
    expect(() =>
      demand(
        suiteOf(() => ({ supported: true })),
        program({}),
      ),
    ).not.toThrow();
  });

  test('needs a reason', () => {
    expect(() =>
      demand(
        suiteOf(() => ({ supported: false, reason: ' ' })),
        program({}),
      ),
    ).toThrow('the reason');
  });

  test('is asked of a training with its forward program', () => {
    const training = layer('float64');
    const asked: unknown[] = [];
    demand(
      suiteOf((...args) => {
        asked.push(args);
        return { supported: true };
      }),
      training,
    );
    expect(asked).toEqual([[training.forward, training]]);
  });

  test('is left out of what is drawn at random, unless it is all', async () => {
    const checked: number[] = [];
    const refuseBelow = (least: number) => async (value: number) => {
      if (value < least) demand(refusing, program({}));
      checked.push(value);
    };
    await checkEach(20, fc.nat(9), refuseBelow(5));
    expect(checked.length).toBeGreaterThan(0);
    expect(Math.min(...checked)).toBeGreaterThanOrEqual(5);
    await expect(checkEach(20, fc.nat(9), refuseBelow(10))).rejects.toMatchObject(REFUSAL);
    const failing = checkEach(20, fc.nat(9), async (value) => {
      if (value < 5) demand(refusing, program({}));
      throw new Error('wrong');
    });
    await expect(failing).rejects.toThrow('Property failed');
  });
});

test('a recorder refuses blocks of no steps, of broken samples, and of steps that do not ascend', () => {
  const block = (steps: readonly number[], numbers: number) => ({
    output: 'y',
    steps,
    data: new Float64Array(numbers),
  });
  const recorder = new Recorder();
  recorder.write(block([2, 5], 4));
  expect(recorder.stepsOf('y')).toEqual([2, 5]);
  expect(recorder.of('y')).toEqual([0, 0, 0, 0]);
  for (const wrong of [block([], 0), block([6, 7], 3), block([5], 1), block([8, 7], 2)])
    expect(() => recorder.write(wrong)).toThrow('a block of output y');
  expect(recorder.stepsOf('y')).toEqual([2, 5]);
});
