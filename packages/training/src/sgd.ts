/** @file Stochastic gradient descent, plain and with momentum. */
import { refuseSurplus } from '@ndl/numerics';
import type { Optimizer } from '@ndl/core';
import { kernel, type Kernel } from '@ndl/ir';
import { invalidParameter } from './errors.ts';
import { checkOptions, decayFactor, learningRateOf, type LearningRate } from './options.ts';

const sgdUpdate: Kernel = /* @__PURE__ */ kernel(
  { name: 'sgd', inputs: ['parameter', 'gradient'], parameters: ['learningRate'] },
  (k) => ({ parameter: k.subtract(k.inputs.parameter, k.multiply(k.parameters.learningRate, k.inputs.gradient)) }),
);

/** Options of `sgd`. */
export interface SgdOptions {
  /** η, 0 or above, or a schedule. Default 0.01. */
  readonly learningRate?: LearningRate;
}

/**
 * Plain gradient descent: θ ← θ - η g.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION; while training, SCHEDULE_INVALID.
 */
export function sgd(options: SgdOptions = {}): Optimizer {
  refuseSurplus('sgd', arguments, 1);
  checkOptions('sgd', options, ['learningRate']);
  const learningRate = learningRateOf('sgd', options.learningRate, 0.01);
  return Object.freeze<Optimizer>({
    kind: 'sgd',
    memory: [],
    update: sgdUpdate,
    scalars: (update) => ({ learningRate: learningRate(update) }),
  });
}

const momentumUpdate: Kernel = /* @__PURE__ */ kernel(
  {
    name: 'momentum',
    inputs: ['parameter', 'gradient', 'velocity'],
    parameters: ['learningRate', 'momentum', 'lookAhead'],
  },
  (k) => {
    const { learningRate, momentum, lookAhead } = k.parameters;
    const velocity = k.add(k.multiply(momentum, k.inputs.velocity), k.inputs.gradient);
    const nesterov = k.add(k.multiply(momentum, velocity), k.inputs.gradient);
    const direction = k.select(lookAhead, nesterov, velocity);
    return { parameter: k.subtract(k.inputs.parameter, k.multiply(learningRate, direction)), velocity };
  },
);

/** Options of `momentum`. */
export interface MomentumOptions extends SgdOptions {
  /** μ, from 0 on and below 1. Default 0.9. */
  readonly momentum?: number;
  /** Whether to look ahead by one step of momentum. Default false. */
  readonly nesterov?: boolean;
}

/**
 * Gradient descent with momentum (Polyak 1964): v ← μ v + g, θ ← θ - η v; with `nesterov`, θ ← θ - η (μ v + g), the form of
 * Sutskever et al. 2013 in shifted variables. The velocity v holds no learning rate, so that a schedule acts at once.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION; while training, SCHEDULE_INVALID.
 */
export function momentum(options: MomentumOptions = {}): Optimizer {
  refuseSurplus('momentum', arguments, 1);
  checkOptions('momentum', options, ['learningRate', 'momentum', 'nesterov']);
  const learningRate = learningRateOf('momentum', options.learningRate, 0.01);
  const factor = decayFactor('momentum: momentum', options.momentum, 0.9);
  const { nesterov = false } = options;
  if (typeof nesterov !== 'boolean') throw invalidParameter('momentum: nesterov', 'true or false', nesterov);
  return Object.freeze<Optimizer>({
    kind: 'momentum',
    memory: ['velocity'],
    update: momentumUpdate,
    scalars: (update) => ({ learningRate: learningRate(update), momentum: factor, lookAhead: nesterov ? 1 : 0 }),
  });
}
