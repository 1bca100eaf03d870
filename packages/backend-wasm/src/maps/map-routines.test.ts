/** @file Maps as routines in WebAssembly: bit for bit what the evaluator of kernels gives. */
import { createKernelEvaluator, kernel, type Dtype, type Kernel } from '@ndl/ir';
import type { FloatArray } from '@ndl/numerics';
import { expect, test } from 'vitest';
import { mapRoutines } from './map-routines.ts';

/** Every kind of node, and an operand that is put out as it is. */
const everything: Kernel = kernel(
  { name: 'everything', inputs: ['x', 'y'], parameters: ['a', 'b'] },
  ({ inputs: { x, y }, parameters: { a, b }, ...k }) => {
    const rate = k.divide(a, k.add(b, k.log1p(k.max(x, 0))));
    const spiked = k.greater(k.subtract(x, y), k.multiply(a, 0.5));
    return {
      rate: k.select(spiked, rate, 0),
      decayed: k.multiply(k.expm1(k.negate(k.abs(k.divide(y, b)))), k.sqrt(k.abs(x))),
      spiked,
      same: y,
      smooth: k.add(k.tanh(x), k.add(k.sigmoid(y), k.add(k.softplus(x), k.min(k.floor(x), k.exp(y))))),
    };
  },
);

const DTYPES: readonly Dtype[] = ['float32', 'float64'];

const arrayOf = (dtype: Dtype, values: readonly number[]): FloatArray =>
  dtype === 'float32' ? Float32Array.from(values) : Float64Array.from(values);

/** Numbers of either sign and any size, special ones among them. */
const numbers = (dtype: Dtype, length: number, shift: number): FloatArray => {
  const special = [0, -0, NaN, Infinity, -Infinity, 1e-42, -1e30];
  const values = Array.from({ length }, (_, index) => {
    return index % 11 < special.length && index % 3 === 0
      ? special[index % 11]!
      : Math.sin(index + shift) * 10 ** (((index * 7) % 9) - 4);
  });
  return arrayOf(dtype, values);
};

/** What the law gives, and what the routine does. */
const both = (
  dtype: Dtype,
  count: number,
  inputs: readonly FloatArray[],
  parameters: readonly FloatArray[],
  routine = mapRoutines.evaluator(everything, dtype)!,
) =>
  [createKernelEvaluator(everything, dtype), routine].map((evaluator) => {
    const outputs = everything.outputs.map(() => arrayOf(dtype, new Array<number>(count).fill(7)));
    evaluator.evaluate(count, inputs, parameters, outputs);
    return outputs.map((output) => [...output]);
  });

test.each(DTYPES)('give the bits of plain loops, in %s, whatever is one number for all', (dtype) => {
  for (const count of [1, 3, 64, 5000]) {
    const [x, y] = [numbers(dtype, count, 0), numbers(dtype, count, 2)];
    const one = (value: number) => arrayOf(dtype, [value]);
    for (const [inputs, parameters] of [
      [
        [x, y],
        [one(0.5), one(0.02)],
      ],
      [
        [x, y],
        [numbers(dtype, count, 1), one(-0)],
      ],
      [
        [x, one(0.25)],
        [one(3), numbers(dtype, count, 3)],
      ],
      [
        [one(1.5), one(NaN)],
        [one(3), one(0.002)],
      ],
    ] as const) {
      const [law, routine] = both(dtype, count, inputs, parameters);
      expect(routine).toEqual(law);
    }
  }
});

test('take numbers that are others at each call', () => {
  const routine = mapRoutines.evaluator(everything, 'float32')!;
  const [x, y] = [numbers('float32', 100, 0), numbers('float32', 100, 2)];
  for (let turn = 0; turn < 20; turn++) {
    const parameters = [Float32Array.of(turn), Float32Array.of(1 / turn)];
    const [law, given] = both('float32', 100, [x, y], parameters, routine);
    expect(given).toEqual(law);
  }
});

test('may write over what they read', () => {
  const double = kernel({ name: 'double', inputs: ['x'] }, (k) => ({ y: k.add(k.inputs.x, k.inputs.x) }));
  const values = Float32Array.from({ length: 5000 }, (_, index) => index);
  mapRoutines.evaluator(double, 'float32')!.evaluate(5000, [values], [], [values]);
  expect(values).toEqual(Float32Array.from({ length: 5000 }, (_, index) => 2 * index));
});

test('refuse operands that are too short', () => {
  const routine = mapRoutines.evaluator(everything, 'float64')!;
  const short = [new Float64Array(3), new Float64Array(4)];
  expect(() => routine.evaluate(4, short, [], [])).toThrow(
    expect.objectContaining({ code: 'KERNEL_OPERAND_MISMATCH' }),
  );
});
