/** @file Gradients of a training held against central differences of its objective. */
import { expect } from 'vitest';
import {
  type ArrayData,
  assembleTraining,
  differentiate,
  gradientOf,
  NO_TABLES,
  type Tables,
  type Training,
  verifyProgram,
  verifyTraining,
} from '../index.ts';
import { type Call, interpret } from '../interpret.test-helper.ts';
import { ARRAYS } from '../program-fixtures.test-helper.ts';
import { CALL } from './training-fixtures.test-helper.ts';

/** The stored arrays, the initial values of one buffer of a training changed. */
export function arraysWith(
  { forward }: Training,
  id: string,
  change: (values: Float64Array) => void,
): ReadonlyMap<string, ArrayData> {
  const { initial } = forward.buffers.find((buffer) => buffer.id === id)!;
  if (typeof initial === 'number' || !('array' in initial)) throw new Error(`${id} begins as no array`);
  const { shape, data } = ARRAYS.get(initial.array)!;
  const values = Float64Array.from(data);
  change(values);
  return new Map([...ARRAYS, [initial.array, { shape, data: values }]]);
}

/** The objective as the training states it, without the tape. */
export function objectiveOf(training: Training, call: Call, tables: Tables): number {
  const { program } = assembleTraining(training, tables, 'evaluate');
  return interpret(program, call, undefined, tables).get(training.objective.buffer)![0]![0]![0]!;
}

/** Gradients by id of the parameter buffer, both programs verified on the way. */
export function gradientsOf(
  training: Training,
  call: Call,
  hosts: Tables['hosts'] = NO_TABLES.hosts,
  arrays: Tables['arrays'] = ARRAYS,
): ReadonlyMap<string, Float64Array> {
  verifyTraining(training, arrays);
  const { forward, backward, tables } = differentiate(training, { arrays, hosts });
  verifyProgram(forward, { arrays });
  verifyProgram(backward, { after: forward, arrays });
  const left = interpret(forward, call, undefined, tables);
  const memory = interpret(backward, { ...call, feed: {} }, left, tables);
  return new Map(training.trainable.map((id) => [id, memory.get(gradientOf(id))![0]![0]!]));
}

/** Largest error of the gradients against central differences, relative to the largest of them. */
export function gradientError(training: Training, call: Call = CALL, hosts?: Tables['hosts']): number {
  const gradients = gradientsOf(training, call, hosts);
  const width = 1e-5;
  const objective = (id: string, element: number, by: number): number => {
    const arrays = arraysWith(training, id, (values) => (values[element]! += by));
    return objectiveOf(training, call, { arrays, hosts: hosts ?? NO_TABLES.hosts });
  };
  let [worst, largest] = [0, 0];
  for (const [id, gradient] of gradients) {
    gradient.forEach((component, element) => {
      const expected = (objective(id, element, width) - objective(id, element, -width)) / (2 * width);
      // Not a number is as wrong as can be.
      worst = Math.max(worst, Number.isNaN(component) ? Infinity : Math.abs(component - expected));
      largest = Math.max(largest, Math.abs(expected));
    });
  }
  // A gradient that is zero everywhere would agree with anything that is not computed.
  expect(largest).toBeGreaterThan(1e-4);
  return worst / largest;
}

/** The gradients as one program computes them, window by window, in blocks of a length. */
function assembledGradients(training: Training, block: number): readonly number[] {
  const { program: whole, tables } = assembleTraining(training, { arrays: ARRAYS, hosts: new Map() }, 'gradients');
  verifyProgram(whole, { arrays: ARRAYS });
  const memory = interpret(whole, { ...CALL, block }, undefined, tables);
  return training.trainable.map(gradientOf).flatMap((id) => [...memory.get(id)![0]![0]!]);
}

/**
 * Holds gradients against central differences, and those of one program against those of two, for each block length, whether all is kept
 * or blocks are computed once more.
 */
export function expectGradients(training: Training): void {
  expect(gradientError(training)).toBeLessThan(1e-7);
  const gradients = gradientsOf(training, CALL);
  const apart = training.trainable.flatMap((id) => [...gradients.get(id)!]);
  for (const block of [1, 2, 3, 4]) {
    expect(assembledGradients(training, block)).toEqual(apart);
    expect(assembledGradients({ ...training, tape: 'recompute' }, block)).toEqual(apart);
  }
}
