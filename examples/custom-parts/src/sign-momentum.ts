/** @file An optimizer: steps of one size, along the sign of a running mean of the gradient. */
import type { Optimizer } from '@ndl/core';
import { kernel, type Kernel } from '@ndl/ir';

const signUpdate: Kernel = /* @__PURE__ */ kernel(
  { name: 'sign momentum', inputs: ['parameter', 'gradient', 'mean'], parameters: ['learningRate', 'beta'] },
  (k) => {
    const { learningRate, beta } = k.parameters;
    const mean = k.add(k.multiply(beta, k.inputs.mean), k.multiply(k.subtract(1, beta), k.inputs.gradient));
    const sign = k.subtract(k.greater(mean, 0), k.less(mean, 0));
    return { parameter: k.subtract(k.inputs.parameter, k.multiply(learningRate, sign)), mean };
  },
);

export interface SignMomentumOptions {
  /** η. Default 0.001. */
  readonly learningRate?: number;
  /** β, from 0 on and below 1. Default 0.9. */
  readonly beta?: number;
}

/** m ← β m + (1 - β) g, θ ← θ - η sign(m) (Bernstein et al. 2018). */
export function signMomentum(options: SignMomentumOptions = {}): Optimizer {
  const { learningRate = 1e-3, beta = 0.9 } = options;
  return {
    kind: 'acmeSignMomentum',
    memory: ['mean'],
    update: signUpdate,
    scalars: () => ({ learningRate, beta }),
  };
}
