/** @file Gradients of a training held against central differences of its objective. */
import { ndarray, type NdArray } from '@ndl/numerics';
import { expect } from 'vitest';
import {
  type Buffer,
  differentiate,
  gradientOf,
  type Program,
  type Training,
  verifyProgram,
  verifyTraining,
} from '../index.ts';
import { type Block, interpret } from '../interpret.test-helper.ts';
import { BLOCK } from './training-fixtures.test-helper.ts';

/** The objective as the training states it, without the tape, with one element of a parameter moved. */
function objective(
  { forward, buffers, scalars, hosts, loss, objective: { buffer: id } }: Training,
  block: Block,
  moved: string,
  element: number,
  by: number,
): number {
  const change = (declared: Buffer): Buffer => {
    if (declared.id !== moved) return declared;
    const initial = ndarray(declared.initial as NdArray);
    initial.data[element]! += by;
    return { ...declared, initial };
  };
  const whole: Program = {
    ...forward,
    buffers: [...forward.buffers.map(change), ...buffers],
    scalars: [...forward.scalars, ...scalars],
    hosts: [...forward.hosts, ...hosts],
    epilogue: [...forward.epilogue, ...loss],
  };
  return interpret(whole, block).get(id)![0]![0]![0]!;
}

/** Largest error of the gradients against central differences, relative to the largest of them. */
export function gradientError(training: Training, block: Block = BLOCK): number {
  verifyTraining(training);
  const { forward, backward } = differentiate(training);
  verifyProgram(forward);
  verifyProgram(backward, { after: forward });
  const memory = interpret(backward, { ...block, feed: {} }, interpret(forward, block));
  const width = 1e-5;
  let [worst, largest] = [0, 0];
  for (const id of training.trainable) {
    memory.get(gradientOf(id))![0]![0]!.forEach((gradient, element) => {
      const expected =
        (objective(training, block, id, element, width) - objective(training, block, id, element, -width)) /
        (2 * width);
      worst = Math.max(worst, Math.abs(gradient - expected));
      largest = Math.max(largest, Math.abs(expected));
    });
  }
  // A gradient that is zero everywhere would agree with anything that is not computed.
  expect(largest).toBeGreaterThan(1e-4);
  return worst / largest;
}
