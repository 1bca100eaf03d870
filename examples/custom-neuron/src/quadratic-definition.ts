/** @file What quadratic integrate-and-fire neurons do: one step, their rates, and their tuning. */
import { NdlError, type GainBias, type MaxRatesIntercepts, type TunedNeuronDefinition } from '@ndl/core';
import { kernel, type Kernel } from '@ndl/ir';
import { quadraticStep } from './quadratic-step.ts';
import type { Quadratic } from './quadratic.ts';

const spikingStep: Kernel = /* @__PURE__ */ kernel(
  { name: 'quadratic', inputs: ['current', 'voltage'], parameters: ['dt', 'tau'] },
  (k) => {
    const { spike, voltage } = quadraticStep(k);
    return { output: k.divide(spike, k.parameters.dt), voltage };
  },
);

/** Keeps the slope at threshold finite. */
const LEAST_EXCESS = 1e-12;

/** √(J - 1) / (π τ) for J > 1, else 0 (Ermentrout, Neural Computation 8, 1996). */
const steadyRate: Kernel = /* @__PURE__ */ kernel(
  { name: 'quadraticRate', inputs: ['current'], parameters: ['tau'] },
  (k) => {
    const excess = k.subtract(k.inputs.current, 1);
    const rate = k.divide(k.sqrt(k.max(excess, LEAST_EXCESS)), k.multiply(Math.PI, k.parameters.tau));
    return { output: k.select(k.greater(excess, 0), rate, 0) };
  },
);

/** Quadratic integrate-and-fire neurons. */
export const quadraticDefinition: TunedNeuronDefinition<Quadratic> = {
  kind: 'acmeQuadratic',
  step: ({ tau }) => ({ kernel: spikingStep, parameters: { tau } }),
  rateStep: ({ tau }) => ({ kernel: steadyRate, parameters: { tau } }),
  rates: ({ tau }, current) => current.map((j) => Math.sqrt(Math.max(j - 1, 0)) / (Math.PI * tau)),
  gainBias,
  maxRatesIntercepts,
};

/** The current is 1 at the intercept and (π τ · max rate)² + 1 at the radius. */
function gainBias({ tau }: Quadratic, maxRates: Float64Array, intercepts: Float64Array): GainBias {
  for (const [neuron, rate] of maxRates.entries()) {
    if (!(rate > 0 && rate < Infinity)) {
      throw new NdlError(
        'MAX_RATE_UNREACHABLE',
        `maxRates[${neuron}] is ${rate}; acmeQuadratic neurons fire at rates above 0 Hz.`,
      );
    }
  }
  for (const [neuron, intercept] of intercepts.entries()) {
    if (!(intercept > -Infinity && intercept < 1)) {
      throw new NdlError(
        'INTERCEPT_OUT_OF_RANGE',
        `intercepts[${neuron}] is ${intercept}; intercepts must be below 1, the radius.`,
      );
    }
  }
  const gain = maxRates.map((rate, neuron) => (Math.PI * tau * rate) ** 2 / (1 - intercepts[neuron]!));
  const bias = gain.map((value, neuron) => 1 - intercepts[neuron]! * value);
  return { gain, bias };
}

function maxRatesIntercepts(type: Quadratic, gain: Float64Array, bias: Float64Array): MaxRatesIntercepts {
  const atRadius = gain.map((value, neuron) => value + bias[neuron]!);
  return {
    maxRates: quadraticDefinition.rates(type, atRadius),
    intercepts: gain.map((value, neuron) => (1 - bias[neuron]!) / value),
  };
}
