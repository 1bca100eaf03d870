import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  differentiateKernel,
  evaluateKernel,
  gradientName,
  isZero,
  kernel,
  kernelDerivatives,
  pruneKernel,
  type Kernel,
  type Scalar,
} from '../index.ts';

/** All outputs at one point. */
function at(built: Kernel, inputs: readonly number[], parameters: readonly number[] = []): number[] {
  const outputs = built.outputs.map(() => new Float64Array(1));
  evaluateKernel(
    built,
    inputs.map((x) => Float64Array.of(x)),
    parameters.map((x) => Float64Array.of(x)),
    outputs,
    'float64',
  );
  return outputs.map((output) => output[0]!);
}

/** Gradient of the first output by central differences. */
function differences(built: Kernel, inputs: readonly number[], parameters: readonly number[] = []): number[] {
  const width = 1e-5;
  return inputs.map((_, column) => {
    const moved = (by: number): number =>
      at(
        built,
        inputs.map((x, index) => (index === column ? x + by : x)),
        parameters,
      )[0]!;
    return (moved(width) - moved(-width)) / (2 * width);
  });
}

/** Largest difference between the derivative kernel and central differences, relative where the derivative is large. */
function gradientError(built: Kernel, inputs: readonly number[], parameters: readonly number[] = []): number {
  const gradients = at(differentiateKernel(built), [...inputs, 1], parameters);
  const errors = differences(built, inputs, parameters).map(
    (expected, index) => Math.abs(gradients[index]! - expected) / Math.max(1, Math.abs(expected)),
  );
  return Math.max(...errors);
}

describe('differentiateKernel', () => {
  const x = fc.double({ min: 0.1, max: 3, noNaN: true });

  it.each([
    'negate',
    'exp',
    'expm1',
    'log',
    'log1p',
    'sqrt',
    'tanh',
    'sigmoid',
    'softplus',
    'abs',
    'floor',
    'isNan',
  ] as const)('%s agrees with central differences', (operation) => {
    const built = kernel({ name: operation, inputs: ['x'] }, (k) => ({
      output: k[operation](k.multiply(k.inputs.x, 1.5)),
    }));
    fc.assert(
      fc.property(
        x.filter((value) => Math.abs((value * 1.5) % 1) > 1e-3 && (value * 1.5) % 1 < 0.999),
        (value) => {
          expect(gradientError(built, [value])).toBeLessThan(1e-6);
        },
      ),
    );
  });

  it.each(['add', 'subtract', 'multiply', 'divide', 'min', 'max', 'less', 'equal'] as const)(
    '%s agrees with central differences',
    (operation) => {
      const built = kernel({ name: operation, inputs: ['x', 'y'] }, (k) => ({
        output: k.multiply(k[operation](k.inputs.x, k.inputs.y), k.inputs.x),
      }));
      fc.assert(
        fc.property(x, x, (a, b) => {
          fc.pre(Math.abs(a - b) > 1e-3);
          expect(gradientError(built, [a, b])).toBeLessThan(1e-6);
        }),
      );
    },
  );

  it('sums over outputs', () => {
    const built = kernel({ name: 'two', inputs: ['x'], parameters: ['p'] }, (k) => ({
      a: k.multiply(k.inputs.x, k.inputs.x),
      b: k.multiply(k.inputs.x, k.parameters.p),
    }));
    expect(at(differentiateKernel(built), [3, 10, 100], [7])).toEqual([10 * 6 + 100 * 7]);
    expect(at(differentiateKernel(built, { outputs: ['b'] }), [3, 100], [7])).toEqual([700]);
  });

  it('selects derivatives: an infinite slope in the branch not taken does not leak', () => {
    const built = kernel({ name: 'safeLog', inputs: ['x'] }, (k) => {
      const inner = k.select(k.greater(k.inputs.x, 0), k.sqrt(k.inputs.x), 0);
      return { output: k.exp(k.select(k.greater(inner, 0), k.log(inner), inner)) };
    });
    expect(at(differentiateKernel(built), [0, 1])).toEqual([0]);
    expect(gradientError(built, [2])).toBeLessThan(1e-6);
  });

  it('differentiates the approximation, and passes nothing through the value', () => {
    const built = kernel({ name: 'surrogate', inputs: ['x', 'y'] }, (k) => ({
      output: k.exp(k.withDerivativeOf(k.add(k.floor(k.inputs.x), k.inputs.y), k.multiply(3, k.inputs.x))),
    }));
    const gradient = differentiateKernel(built);
    expect(at(gradient, [1.5, 0, 1])).toEqual([expect.closeTo(3 * Math.E, 14), 0]);
    expect(isZero(gradient.outputs[1]!.expression)).toBe(true);
  });

  it('stops a gradient with withDerivativeOf(x, 0)', () => {
    const built = kernel({ name: 'stopped', inputs: ['x'] }, (k) => ({
      output: k.multiply(k.inputs.x, k.withDerivativeOf(k.inputs.x, 0)),
    }));
    expect(at(differentiateKernel(built), [5, 1])).toEqual([5]);
  });

  it('keeps linear kernels free of the values of their inputs', () => {
    const built = kernel({ name: 'lowpass', inputs: ['x', 'y'], parameters: ['d'] }, (k) => ({
      output: k.add(k.multiply(k.parameters.d, k.inputs.y), k.multiply(k.subtract(1, k.parameters.d), k.inputs.x)),
    }));
    const pruned = pruneKernel(differentiateKernel(built));
    expect(pruned.inputs).toEqual([gradientName('output')]);
    expect(at(pruned, [1], [0.75])).toEqual([0.25, 0.75]);
  });

  it('tells which outputs depend on which inputs', () => {
    const built = kernel({ name: 'partly', inputs: ['x', 'y'] }, (k) => ({
      a: k.exp(k.inputs.x),
      b: k.greater(k.inputs.x, k.inputs.y),
    }));
    expect(['x', 'y'].map((operand) => kernelDerivatives(built, operand).map(isZero))).toEqual([
      [false, true],
      [true, true],
    ]);
  });

  it('differentiates by parameters as by inputs, once per kernel and operand', () => {
    const decay = kernel({ name: 'decay', inputs: ['x'], parameters: ['dt', 'tau'] }, (k) => ({
      output: k.multiply(k.inputs.x, k.negate(k.expm1(k.negate(k.divide(k.parameters.dt, k.parameters.tau))))),
    }));
    const slope = differentiateKernel(decay, { operands: ['tau'] });
    // d/dτ of x (1 - e^(-dt/τ)) = -x dt/τ² e^(-dt/τ).
    const [x, dt, tau] = [1.5, 0.25, 0.5];
    expect(at(slope, [x, 1], [dt, tau])[0]).toBeCloseTo(((-x * dt) / tau ** 2) * Math.exp(-dt / tau), 12);
    expect(differentiateKernel(decay).outputs.map(({ name }) => name)).toEqual([gradientName('x')]);
    expect(kernelDerivatives(decay, 'tau')).toBe(kernelDerivatives(decay, 'tau'));
  });

  it('differentiates random compositions', () => {
    const { step } = fc.letrec<{ step: number[] }>(() => ({
      step: fc.array(fc.nat(9), { minLength: 1, maxLength: 8 }),
    }));
    fc.assert(
      fc.property(step, x, x, (path, a, b) => {
        const built = kernel({ name: 'random', inputs: ['x', 'y'] }, (k) => {
          let value: Scalar = k.inputs.x;
          for (const choice of path) {
            const options: Scalar[] = [
              k.tanh(value),
              k.sigmoid(value),
              k.softplus(value),
              k.multiply(value, k.inputs.y),
              k.add(value, k.inputs.x),
              k.divide(value, k.add(1, k.multiply(value, value))),
              k.negate(value),
              k.sqrt(k.add(1, k.multiply(value, value))),
              k.subtract(k.inputs.y, value),
              k.log1p(k.multiply(value, value)),
            ];
            value = options[choice]!;
          }
          return { output: value };
        });
        expect(gradientError(built, [a, b])).toBeLessThan(1e-6);
      }),
    );
  });
});
