/** @file Training calls of the suite: requests that bring data, and comparisons of what comes back. */
import type { Executable, TrainRequest } from '@ndl/core';
import type { Training } from '@ndl/ir';
import { expect } from 'vitest';
import { type CallData, feedOfData, targetsOfData } from './call-data.ts';
import { expectClose, type Tolerance } from './comparison.ts';
import { withExecutable, type BackendSuite } from './suite.ts';

/** Decay of the momentum of every update. */
export const DECAY = 0.5;

/** Learning rate of a window. */
export function rateOf(window: number): number {
  return 0.3 / (window + 1);
}

/** Central differences in float64 are exact to about 1e-9; float32 gradients round in every product. */
export function gradientTolerance({ dtype, tolerance }: BackendSuite): Tolerance {
  return Math.max(tolerance, dtype === 'float64' ? 1e-7 : 1e-4);
}

/** A request with these data, of what was added as `training`. The learning rate differs from window to window. */
export function requestOf(training: Training, data: CallData): TrainRequest {
  const hasRate = training.scalars.some(({ name }) => name === 'rate');
  return {
    training: 'training',
    items: data.items,
    steps: data.steps,
    feed: feedOfData(training, data),
    targets: targetsOfData(training, data),
    scalars: (window) => (hasRate ? { rate: rateOf(window), decay: DECAY } : {}),
  };
}

/** Adds the training as `training`, and its forward program as `run`. */
export function withTraining<Result>(
  suite: BackendSuite,
  training: Training,
  work: (executable: Executable) => Promise<Result>,
): Promise<Result> {
  return withExecutable(suite, { run: training.forward, training }, work);
}

export async function parametersOf(executable: Executable, training: Training): Promise<unknown> {
  return Promise.all(training.trainable.map(async (id) => (await executable.read(id)).toNested()));
}

export async function expectParameters(
  executable: Executable,
  expected: ReadonlyMap<string, readonly number[]>,
  tolerance: Tolerance,
): Promise<void> {
  for (const [id, values] of expected)
    expectClose((await executable.read(id)).data, values, tolerance, `parameter ${id}`);
}

export function expectGradients(
  actual: Awaited<ReturnType<Executable['gradients']>>['gradients'],
  expected: ReadonlyMap<string, readonly number[]>,
  tolerance: Tolerance,
): void {
  expect([...actual.keys()].sort()).toEqual([...expected.keys()].sort());
  for (const [id, values] of expected) expectClose(actual.get(id)!.data, values, tolerance, `gradient of ${id}`);
}

export function expectReports(
  actual: Readonly<Record<string, number>>,
  expected: Readonly<Record<string, number>>,
  tolerance: Tolerance,
): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, value] of Object.entries(expected))
    expectClose([actual[name]!], [value], tolerance, `report ${name}`);
}
