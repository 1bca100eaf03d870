/** @file A small layer, feeds and a squared loss, for the tests of differentiation. */
import { NdArray } from '@ndl/numerics';
import {
  type Buffer,
  type ContractInstruction,
  type Instruction,
  type Kernel,
  type Operand,
  type Program,
  type Training,
  type View,
  type WriteMode,
} from '../index.ts';
import type { Call } from '../interpret.test-helper.ts';
import { buffer, dot, EACH_STEP, MULTIPLY, SQUARED_ERROR, stored, view } from '../program-fixtures.test-helper.ts';

export const LOSS: View = view('loss');

/** Numbers in [-1, 1] without pattern, the same at each call. */
function numbers(shape: readonly number[], seed = 1): NdArray {
  const size = shape.reduce((product, length) => product * length, 1);
  return new NdArray(
    Float64Array.from({ length: size }, (_, k) => Math.sin(12.9898 * (k + 1) + 78.233 * seed)),
    shape,
  );
}

export function parameter(id: string, shape: readonly number[], seed = 1): Buffer {
  return buffer(id, 'parameter', shape, { initial: stored(numbers(shape, seed)) });
}

/** `[step][item][element]`. */
export function feed(steps: number, items: number, size: number, seed = 3): number[][][] {
  return numbers([steps, items, size], seed).toNested() as number[][][];
}

export function map(
  kernel: Kernel,
  inputs: readonly Operand[],
  target: View,
  parameters: readonly number[] = [],
  mode: 'set' | 'add' = 'set',
): Instruction {
  return { kind: 'map', kernel, inputs, parameters, outputs: [{ target, mode }] };
}

/** Mean squared difference of `output` (n elements for each step) to a target. */
export function squaredLoss(
  forward: Program,
  output: View,
  trainable: readonly string[],
  changes: Partial<Training> = {},
): Training {
  const { shape } = output;
  return {
    forward,
    targets: [{ name: 't', buffer: 't', held: false }],
    buffers: [
      buffer('t', 'target', shape, EACH_STEP),
      buffer('e', 'temp', shape, EACH_STEP),
      buffer('loss', 'temp', [], { items: false, lifetime: 'window' }),
    ],
    scalars: [{ name: 'perItemStep', initial: 0.1 }],
    hosts: [],
    loss: [
      map(SQUARED_ERROR, [output, view('t', ...shape)], view('e', ...shape)),
      {
        kind: 'reduce',
        operation: 'sum',
        source: view('e', ...shape),
        axes: [...shape.keys(), 'items', 'steps'],
        target: LOSS,
        mode: 'set',
      },
      map(MULTIPLY, [LOSS, { scalar: 'perItemStep' }], LOSS),
    ],
    objective: LOSS,
    reports: {},
    trainable,
    update: [],
    ...changes,
  };
}

export const CALL: Call = { items: 2, steps: 4, feed: { x: feed(4, 2, 3), t: feed(4, 2, 2, 5) } };
export const INPUT: readonly Buffer[] = [buffer('x', 'input', [3])];
export const FED: Program['inputs'] = [{ name: 'x', buffer: 'x', held: false }];
export const HELD: Program['inputs'] = [{ name: 'x', buffer: 'x', held: true }];
export const OUT: Buffer = buffer('y', 'temp', [2], EACH_STEP);
/** target = W x. */
export function layer(target: View, mode: WriteMode = 'set'): ContractInstruction {
  return dot(view('w', 1, 2, 3), view('x', 1, 3), target, mode);
}

export const LAYER: ContractInstruction = layer(view('y', 1, 2));
