import { exp, float32, isNdlError } from '@ndl/numerics';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  createKernelEvaluator,
  evaluateKernel,
  kernel,
  type BinaryOperation,
  type Kernel,
  type UnaryOperation,
} from '../index.ts';

function unary(
  operation: Exclude<UnaryOperation, never>,
  x: readonly number[],
  dtype: 'float32' | 'float64' = 'float64',
): number[] {
  const built = kernel({ name: operation, inputs: ['x'] }, (k) => ({ output: k[operation](k.inputs.x) }));
  const output = dtype === 'float32' ? new Float32Array(x.length) : new Float64Array(x.length);
  evaluateKernel(built, [dtype === 'float32' ? Float32Array.from(x) : Float64Array.from(x)], [], [output], dtype);
  return [...output];
}

function binary(operation: BinaryOperation, x: readonly number[], y: readonly number[]): number[] {
  const built = kernel({ name: operation, inputs: ['x', 'y'] }, (k) => ({
    output: k[operation](k.inputs.x, k.inputs.y),
  }));
  const output = new Float64Array(x.length);
  evaluateKernel(built, [Float64Array.from(x), Float64Array.from(y)], [], [output], 'float64');
  return [...output];
}

const SAMPLES = [-3, -0.5, 0, 0.25, 2];

describe('unary operations', () => {
  it.each([
    ['negate', (x: number) => -x],
    ['exp', Math.exp],
    ['expm1', Math.expm1],
    ['log', Math.log],
    ['log1p', Math.log1p],
    ['sqrt', Math.sqrt],
    ['tanh', Math.tanh],
    ['floor', Math.floor],
    ['abs', Math.abs],
    ['isNan', (x: number) => (Number.isNaN(x) ? 1 : 0)],
  ] as const)('%s', (operation, expected) => {
    const xs = [...SAMPLES, Number.NaN];
    const wrong = unary(operation, xs).filter((value, index) => {
      const wanted = expected(xs[index]!);
      return !Object.is(value, wanted) && !(Math.abs(value - wanted) <= 4 * Number.EPSILON * Math.abs(wanted));
    });
    expect(wrong).toEqual([]);
  });

  it('takes the functions of float32 from float32, or from float64 and rounds once', () => {
    const built = kernel({ name: 'exponential', inputs: ['x'] }, (k) => ({ output: k.exp(k.inputs.x) }));
    const xs = Float32Array.from({ length: 1000 }, (_, index) => index / 100 - 5);
    const results = [new Float32Array(xs.length), new Float32Array(xs.length)] as const;
    createKernelEvaluator(built, 'float32').evaluate(xs.length, [xs], [], [results[0]]);
    createKernelEvaluator(built, 'float32', 'float64').evaluate(xs.length, [xs], [], [results[1]]);
    expect(results[0]).toEqual(xs.map((x) => float32.exp(x)));
    expect(results[1]).toEqual(xs.map((x) => exp(x)));
    expect(results[0]).not.toEqual(results[1]);
  });

  it('sigmoid and softplus neither overflow nor lose small values', () => {
    expect(unary('sigmoid', [-1000, -40, 0, 40, 1000])).toEqual([0, expect.closeTo(Math.exp(-40), 30), 0.5, 1, 1]);
    expect(unary('softplus', [-1000, -40, 0, 1000])).toEqual([0, expect.closeTo(Math.exp(-40), 30), Math.log(2), 1000]);
  });
});

describe('binary operations', () => {
  const left = [1, 2, 3, Number.NaN];
  const right = [2, 2, 2, 2];
  it.each([
    ['add', [3, 4, 5, Number.NaN]],
    ['subtract', [-1, 0, 1, Number.NaN]],
    ['multiply', [2, 4, 6, Number.NaN]],
    ['divide', [0.5, 1, 1.5, Number.NaN]],
    ['min', [1, 2, 2, Number.NaN]],
    ['max', [2, 2, 3, Number.NaN]],
    ['less', [1, 0, 0, 0]],
    ['lessEqual', [1, 1, 0, 0]],
    ['greater', [0, 0, 1, 0]],
    ['greaterEqual', [0, 1, 1, 0]],
    ['equal', [0, 1, 0, 0]],
  ] as const)('%s', (operation, expected) => {
    expect(binary(operation, left, right)).toEqual(expected);
  });

  it('min and max take the first operand unless the second is beyond it', () => {
    expect(binary('min', [1, 0, -0], [Number.NaN, -0, 0])).toEqual([1, 0, -0]);
    expect(binary('max', [1, 0, -0], [Number.NaN, -0, 0])).toEqual([1, 0, -0]);
  });
});

describe('evaluator', () => {
  const guarded = kernel({ name: 'guarded', inputs: ['x'], parameters: ['low'] }, (k) => ({
    output: k.select(k.greater(k.inputs.x, k.parameters.low), k.log(k.inputs.x), 0),
  }));

  it('does not let a NaN out of the branch of a select that is not taken', () => {
    const output = new Float64Array(3);
    evaluateKernel(guarded, [Float64Array.of(-1, 0, 1)], [Float64Array.of(0)], [output], 'float64');
    expect([...output]).toEqual([0, 0, 0]);
  });

  it('takes whenTrue where a condition is NaN, as NaN is not 0', () => {
    const built = kernel({ name: 'odd', inputs: ['c'] }, (k) => ({ output: k.select(k.inputs.c, 1, 2) }));
    const output = new Float64Array(2);
    evaluateKernel(built, [Float64Array.of(Number.NaN, 0)], [], [output], 'float64');
    expect([...output]).toEqual([1, 2]);
  });

  it('computes the value, never the approximation', () => {
    const built = kernel({ name: 'surrogate', inputs: ['x'] }, (k) => ({
      output: k.withDerivativeOf(k.greater(k.inputs.x, 0), k.sigmoid(k.inputs.x)),
    }));
    const output = new Float64Array(2);
    evaluateKernel(built, [Float64Array.of(-1, 1)], [], [output], 'float64');
    expect([...output]).toEqual([0, 1]);
  });

  it('rounds after every operation in float32', () => {
    const built = kernel({ name: 'rounding', inputs: ['x'] }, (k) => ({
      output: k.subtract(k.add(k.inputs.x, 1e8), 1e8),
    }));
    const output = new Float32Array(1);
    evaluateKernel(built, [Float32Array.of(1)], [], [output], 'float32');
    expect(output[0]).toBe(0);
  });

  it('walks long arrays, broadcasting operands of one element, and may overwrite its operands', () => {
    const count = 2000;
    const swap = kernel({ name: 'swap', inputs: ['a', 'b'], parameters: ['scale'] }, (k) => ({
      first: k.inputs.b,
      second: k.multiply(k.inputs.a, k.exp(k.parameters.scale)),
      third: k.parameters.scale,
    }));
    const a = Float64Array.from({ length: count }, (_, index) => index);
    const b = Float64Array.from({ length: count }, (_, index) => -index);
    const third = new Float64Array(count);
    createKernelEvaluator(swap, 'float64').evaluate(count, [a, b], [Float64Array.of(0)], [a, b, third]);
    expect([a[1999], b[1999], third[1999], a[0], b[512]]).toEqual([-1999, 1999, 0, -0, 512]);
  });

  it('can be used again with other arrays and broadcasts', () => {
    const evaluator = createKernelEvaluator(guarded, 'float64');
    const output = new Float64Array(2);
    evaluator.evaluate(2, [Float64Array.of(Math.E)], [Float64Array.of(1)], [output]);
    expect([...output]).toEqual([1, 1]);
    evaluator.evaluate(2, [Float64Array.of(Math.E, 1)], [Float64Array.of(0, 5)], [output]);
    expect([...output]).toEqual([1, 0]);
  });

  it('refuses operands that are missing or too short', () => {
    const evaluator = createKernelEvaluator(guarded, 'float64');
    const output = new Float64Array(3);
    for (const inputs of [[], [new Float64Array(2)]]) {
      expect(() => evaluator.evaluate(3, inputs, [Float64Array.of(0)], [output])).toThrow(
        expect.toSatisfy((error: unknown) => isNdlError(error, 'KERNEL_OPERAND_MISMATCH')),
      );
    }
  });
});

describe('registers', () => {
  afterEach(() => void vi.unstubAllGlobals());

  /** x·1 + x·2 + … + x·count, one after the other. */
  const sum = (count: number): Kernel =>
    kernel({ name: 'sum', inputs: ['x', 'y'] }, ({ inputs: { x, y }, add, multiply }) => {
      let output = multiply(x, y);
      for (let index = 1; index <= count; index++) output = add(output, multiply(x, add(y, index)));
      return { output };
    });

  it('are few, however long the kernel', () => {
    const kernels = [sum(10), sum(1000)];
    const made = kernels.map((tested) => {
      let registers = 0;
      vi.stubGlobal(
        'Float64Array',
        class extends Float64Array {
          constructor(length: number) {
            if (length > 1) registers++;
            super(length);
          }
        },
      );
      createKernelEvaluator(tested, 'float64');
      vi.unstubAllGlobals();
      return registers;
    });
    expect(made[1]).toBe(made[0]);
  });

  it('that are shared change no number, whichever operands stand for all elements', () => {
    const elements = Float64Array.from({ length: 1030 }, (_, index) => index % 13);
    const all = elements.map(() => 3);
    for (const [x, y] of [
      [elements, Float64Array.of(3)],
      [Float64Array.of(3), elements],
    ] as const) {
      const output = new Float64Array(1030);
      evaluateKernel(sum(20), [x, y], [], [output], 'float64');
      const [wholeX, wholeY] = [x, y].map((values) => (values.length === 1 ? all : values));
      const expected = elements.map((_, at) => {
        let value = wholeX![at]! * wholeY![at]!;
        for (let index = 1; index <= 20; index++) value += wholeX![at]! * (wholeY![at]! + index);
        return value;
      });
      expect(output).toEqual(expected);
    }
  });
});
