import { describe, expect, it } from 'vitest';
import { approximationKernel, differentiateKernel, evaluateKernel, kernel, type Kernel } from '../index.ts';

/** The first output at one point. */
function at(built: Kernel, ...inputs: readonly number[]): number {
  const outputs = built.outputs.map(() => new Float64Array(1));
  evaluateKernel(
    built,
    inputs.map((x) => Float64Array.of(x)),
    [],
    outputs,
    'float64',
  );
  return outputs[0]![0]!;
}

describe('approximationKernel', () => {
  const spike = kernel({ name: 'spike', inputs: ['x'] }, (k) => {
    const isAbove = k.greater(k.inputs.x, 1);
    return { output: k.multiply(3, k.withDerivativeOf(isAbove, k.tanh(k.inputs.x))) };
  });

  it('computes what the kernel differentiates, so that its own differences are the gradients', () => {
    const smooth = approximationKernel(spike);
    expect(at(spike, 0.4)).toBe(0);
    expect(at(smooth, 0.4)).toBeCloseTo(3 * Math.tanh(0.4), 14);
    const slope = (at(smooth, 0.4 + 1e-6) - at(smooth, 0.4 - 1e-6)) / 2e-6;
    expect(at(differentiateKernel(spike), 0.4, 1)).toBeCloseTo(slope, 8);
    expect(at(differentiateKernel(smooth), 0.4, 1)).toBe(at(differentiateKernel(spike), 0.4, 1));
  });

  it('leaves operands and kernels without approximations as they are', () => {
    const plain = kernel({ name: 'plain', inputs: ['x', 'y'] }, (k) => ({ output: k.add(k.inputs.x, k.inputs.y) }));
    expect(approximationKernel(plain)).toMatchObject({ inputs: ['x', 'y'], parameters: [] });
    expect(at(approximationKernel(plain), 2, 3)).toBe(5);
  });
});
