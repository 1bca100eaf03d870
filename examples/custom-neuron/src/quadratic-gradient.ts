/** @file How quadratic integrate-and-fire neurons are trained: spikes forward, a smooth rate backward. */
import { NdlError, token, type GradientApproximation, type Token } from '@ndl/core';
import { kernel, type Kernel } from '@ndl/ir';
import { quadraticStep } from './quadratic-step.ts';
import type { Quadratic } from './quadratic.ts';

/** Where softplus underflows, the slope of the square root would be infinite; so it is 0 below this. */
const LEAST_EXCESS = 1e-12;

/**
 * The neuron's own step; the derivative of its output is that of √(σ · softplus((J - 1) / σ)) / (π τ), which has a slope
 * below threshold too. No gradient flows through the voltage.
 */
const trainingStep: Kernel = /* @__PURE__ */ kernel(
  { name: 'quadratic, trained', inputs: ['current', 'voltage'], parameters: ['dt', 'tau', 'sigma'] },
  (k) => {
    const { dt, tau, sigma } = k.parameters;
    const { spike, voltage } = quadraticStep(k);
    const smoothExcess = k.multiply(sigma, k.softplus(k.divide(k.subtract(k.inputs.current, 1), sigma)));
    const smoothRate = k.divide(k.sqrt(k.max(smoothExcess, LEAST_EXCESS)), k.multiply(Math.PI, tau));
    return {
      output: k.withDerivativeOf(k.divide(spike, dt), smoothRate),
      voltage: k.withDerivativeOf(voltage, 0),
    };
  },
);

/**
 * Trains `quadratic` neurons on their real spikes. `sigma`, above 0, default 1, is the width of the threshold in units of
 * current. @throws NdlError INVALID_OPTION
 */
export function quadraticGradient({ sigma = 1 }: { readonly sigma?: number } = {}): GradientApproximation {
  if (!(sigma > 0 && sigma < Infinity)) {
    throw new NdlError('INVALID_OPTION', `quadraticGradient: sigma must be above 0, got ${sigma}.`);
  }
  return {
    name: 'quadratic',
    supports: ({ kind }) => kind === 'acmeQuadratic',
    trainingStep: (_, neuronType) => ({
      kernel: trainingStep,
      parameters: { tau: (neuronType as Quadratic).tau, sigma },
    }),
  };
}

/** Chooses `quadraticGradient()`: `configureSettings({ gradient: { acmeQuadratic: QUADRATIC_GRADIENT } })`. */
export const QUADRATIC_GRADIENT: Token<GradientApproximation> = /* @__PURE__ */ token<GradientApproximation>(
  '@acme/ndl-neuron-quadratic/gradient',
);
