/** @file Training calls of the suite: random data, requests that bring them, and comparisons of what comes back. */
import type { Executable, TrainRequest } from '@ndl/core';
import type { Training } from '@ndl/ir';
import { RandomState, sizeOf } from '@ndl/numerics';
import { expect } from 'vitest';
import { expectClose, type Tolerance } from './comparison.ts';
import { held, sequence, withExecutable, type BackendSuite } from './suite.ts';
import type { TrainingData } from './training-oracle.ts';

/** Decay of the momentum of every update. */
export const DECAY = 0.5;

/** Learning rate of a block. */
export function rateOf(block: number): number {
  return 0.3 / (block + 1);
}

/** Numbers for every input and target, the same for the same training, items and steps. */
export function randomData(training: Training, items: number, steps: number): TrainingData {
  const random = new RandomState(items * 100 + steps);
  const sizes = new Map([...training.forward.buffers, ...training.buffers].map(({ id, shape }) => [id, sizeOf(shape)]));
  const draw = ({ buffer, held: isHeld }: { readonly buffer: string; readonly held: boolean }): Float64Array =>
    random.uniform(-1, 1, (isHeld ? 1 : steps) * items * sizes.get(buffer)!);
  return {
    items,
    steps,
    inputs: Object.fromEntries(training.forward.inputs.map((input) => [input.name, draw(input)])),
    targets: Object.fromEntries(training.targets.map((target) => [target.name, draw(target)])),
  };
}

/** The first steps of a call. */
export function firstSteps(data: TrainingData, steps: number): TrainingData {
  const cut = (all: Readonly<Record<string, Float64Array>>): Record<string, Float64Array> =>
    Object.fromEntries(
      Object.entries(all).map(([name, values]) => [name, values.slice(0, (values.length / data.steps) * steps)]),
    );
  return { items: data.items, steps, inputs: cut(data.inputs), targets: cut(data.targets) };
}

/** A request with these data. The learning rate differs from block to block. */
export function requestOf(training: Training, { items, steps, inputs, targets }: TrainingData): TrainRequest {
  const isHeld = new Map([...training.forward.inputs, ...training.targets].map(({ name, held: each }) => [name, each]));
  const entries = (
    all: Readonly<Record<string, Float64Array>>,
  ): [string, ReturnType<typeof held> | ReturnType<typeof sequence>][] =>
    Object.entries(all).map(([name, values]) => [name, isHeld.get(name) ? held(values) : sequence(values)]);
  return {
    objective: 'error',
    items,
    steps,
    feed: new Map(entries(inputs)),
    targets: new Map(entries(targets)),
    scalars: (block) =>
      training.scalars.some(({ name }) => name === 'rate') ? { rate: rateOf(block), decay: DECAY } : {},
  };
}

/** Compiles the training, whatever is asked for, and hands over the executable. */
export function withTraining(
  suite: BackendSuite,
  training: Training,
  work: (executable: Executable) => Promise<void>,
): Promise<void> {
  return withExecutable(suite, { run: () => training.forward, training: () => training }, work);
}

/** As `withTraining`, for work with a result. */
export async function withResult<T>(
  suite: BackendSuite,
  training: Training,
  work: (executable: Executable) => Promise<T>,
): Promise<T> {
  const results: T[] = [];
  await withTraining(suite, training, async (executable) => void results.push(await work(executable)));
  return results[0]!;
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
