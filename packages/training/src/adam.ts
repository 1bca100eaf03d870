/** @file Adam: steps scaled by running means of the gradient and of its square (Kingma and Ba 2015, arXiv:1412.6980). */
import type { Optimizer } from '@ndl/core';
import { kernel, type Kernel } from '@ndl/ir';
import { pow, refuseSurplus } from '@ndl/numerics';
import { checkOptions, decayFactor, learningRateOf, positiveNumber, type LearningRate } from './options.ts';

/** Rates are 1 - β, made in float64: in float32, 1 - 0.999 would be off in the fifth digit. */
const adamUpdate: Kernel = /* @__PURE__ */ kernel(
  {
    name: 'adam',
    inputs: ['parameter', 'gradient', 'mean', 'meanSquare'],
    parameters: ['learningRate', 'meanRate', 'squareRate', 'meanCorrection', 'squareCorrection', 'epsilon'],
  },
  (k) => {
    const { parameter, gradient } = k.inputs;
    const { learningRate, meanRate, squareRate, meanCorrection, squareCorrection, epsilon } = k.parameters;
    const mean = k.add(k.inputs.mean, k.multiply(meanRate, k.subtract(gradient, k.inputs.mean)));
    const square = k.subtract(k.multiply(gradient, gradient), k.inputs.meanSquare);
    const meanSquare = k.add(k.inputs.meanSquare, k.multiply(squareRate, square));
    const scale = k.add(k.sqrt(k.multiply(meanSquare, squareCorrection)), epsilon);
    const step = k.divide(k.multiply(learningRate, mean, meanCorrection), scale);
    return { parameter: k.subtract(parameter, step), mean, meanSquare };
  },
);

/** Options of `adam`. */
export interface AdamOptions {
  /** α, 0 or above, or a schedule. Default 0.001. */
  readonly learningRate?: LearningRate;
  /** Decay of the mean of gradients, from 0 on and below 1. Default 0.9. */
  readonly beta1?: number;
  /** Decay of the mean of squared gradients, from 0 on and below 1. Default 0.999. */
  readonly beta2?: number;
  /** Keeps the division safe; above 0. Default 1e-8. */
  readonly epsilon?: number;
}

/**
 * Algorithm 1 of the paper: m ← β₁ m + (1 - β₁) g, v ← β₂ v + (1 - β₂) g²,
 * θ ← θ - α m̂ / (√v̂ + ε) with m̂ = m / (1 - β₁ᵗ), v̂ = v / (1 - β₂ᵗ) at update t.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION; while training, SCHEDULE_INVALID.
 */
export function adam(options: AdamOptions = {}): Optimizer {
  refuseSurplus('adam', arguments, 1);
  checkOptions('adam', options, ['learningRate', 'beta1', 'beta2', 'epsilon']);
  const learningRate = learningRateOf('adam', options.learningRate, 0.001);
  const beta1 = decayFactor('adam: beta1', options.beta1, 0.9);
  const beta2 = decayFactor('adam: beta2', options.beta2, 0.999);
  const epsilon = positiveNumber('adam: epsilon', options.epsilon, 1e-8);
  return Object.freeze<Optimizer>({
    kind: 'adam',
    memory: ['mean', 'meanSquare'],
    update: adamUpdate,
    divisors: ['epsilon'],
    scalars: (update) => ({
      learningRate: learningRate(update),
      meanRate: 1 - beta1,
      squareRate: 1 - beta2,
      meanCorrection: 1 / (1 - pow(beta1, update)),
      squareCorrection: 1 / (1 - pow(beta2, update)),
      epsilon,
    }),
  });
}
