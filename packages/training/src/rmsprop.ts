/** @file RMSprop: steps scaled by a running mean of the squared gradient (Tieleman and Hinton 2012, lecture 6.5). */
import { refuseSurplus } from '@ndl/numerics';
import type { Optimizer } from '@ndl/core';
import { kernel, type Kernel } from '@ndl/ir';
import { checkOptions, decayFactor, learningRateOf, positiveNumber, type LearningRate } from './options.ts';

const rmspropUpdate: Kernel = /* @__PURE__ */ kernel(
  {
    name: 'rmsprop',
    inputs: ['parameter', 'gradient', 'meanSquare'],
    parameters: ['learningRate', 'squareRate', 'epsilon'],
  },
  (k) => {
    const { parameter, gradient } = k.inputs;
    const { learningRate, squareRate, epsilon } = k.parameters;
    const square = k.subtract(k.multiply(gradient, gradient), k.inputs.meanSquare);
    const meanSquare = k.add(k.inputs.meanSquare, k.multiply(squareRate, square));
    const step = k.divide(k.multiply(learningRate, gradient), k.add(k.sqrt(meanSquare), epsilon));
    return { parameter: k.subtract(parameter, step), meanSquare };
  },
);

/** Options of `rmsprop`. */
export interface RmspropOptions {
  /** η, 0 or above, or a schedule. Default 0.001. */
  readonly learningRate?: LearningRate;
  /** ρ, decay of the mean of squared gradients, from 0 on and below 1. Default 0.9. */
  readonly decay?: number;
  /** Keeps the division safe; above 0. Default 1e-7. */
  readonly epsilon?: number;
}

/**
 * s ← ρ s + (1 - ρ) g², θ ← θ - η g / (√s + ε). The mean starts at 0, so that first steps are longer than later ones. PyTorch adds ε to the root, too; Keras
 * has it under the root.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION; while training, SCHEDULE_INVALID.
 */
export function rmsprop(options: RmspropOptions = {}): Optimizer {
  refuseSurplus('rmsprop', arguments, 1);
  checkOptions('rmsprop', options, ['learningRate', 'decay', 'epsilon']);
  const learningRate = learningRateOf('rmsprop', options.learningRate, 0.001);
  const decay = decayFactor('rmsprop: decay', options.decay, 0.9);
  const epsilon = positiveNumber('rmsprop: epsilon', options.epsilon, 1e-7);
  return Object.freeze<Optimizer>({
    kind: 'rmsprop',
    memory: ['meanSquare'],
    update: rmspropUpdate,
    divisors: ['epsilon'],
    scalars: (update) => ({ learningRate: learningRate(update), squareRate: 1 - decay, epsilon }),
  });
}
