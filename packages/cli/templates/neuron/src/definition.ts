/** @file What half-squaring neurons do: one step, their rates, and their tuning. */
import { NdlError, type GainBias, type MaxRatesIntercepts, type TunedNeuronDefinition } from '@ndl/core';
import { kernel, type Expression, type Kernel, type KernelBuilder } from '@ndl/ir';
import type { Squaring } from './neuron-type.ts';

/** scale · max(J, 0)², as an expression that every backend runs and training differentiates. */
function rateOf(k: KernelBuilder<'current', 'scale'>): Expression {
  const driven = k.max(k.inputs.current, 0);
  return k.multiply(k.parameters.scale, driven, driven);
}

/** The phase moves on by rate · dt; each whole number that it passes is a spike of height 1/dt. */
const spikingStep: Kernel = /* @__PURE__ */ kernel(
  { name: 'squaring', inputs: ['current', 'phase'], parameters: ['dt', 'scale'] },
  (k) => {
    const { dt } = k.parameters;
    const phase = k.add(k.inputs.phase, k.multiply(rateOf(k), dt));
    const spikes = k.floor(phase);
    return { output: k.divide(spikes, dt), phase: k.subtract(phase, spikes) };
  },
);

/** What training runs in place of the spikes. */
const steadyRate: Kernel = /* @__PURE__ */ kernel(
  { name: 'squaringRate', inputs: ['current'], parameters: ['scale'] },
  (k) => ({ output: rateOf(k) }),
);

/** Half-squaring neurons. */
export const squaringDefinition: TunedNeuronDefinition<Squaring> = {
  kind: 'acmeSquaring',
  step: ({ scale }) => ({ kernel: spikingStep, parameters: { scale } }),
  rateStep: ({ scale }) => ({ kernel: steadyRate, parameters: { scale } }),
  rates: ({ scale }, current) => current.map((j) => scale * Math.max(j, 0) ** 2),
  gainBias,
  maxRatesIntercepts,
};

/** The current is 0 at the intercept and √(max rate / scale) at the radius. */
function gainBias({ scale }: Squaring, maxRates: Float64Array, intercepts: Float64Array): GainBias {
  for (const [neuron, rate] of maxRates.entries()) {
    if (!(rate > 0 && rate < Infinity)) {
      const fix = 'acmeSquaring neurons fire at rates above 0 Hz.';
      throw new NdlError('MAX_RATE_UNREACHABLE', `maxRates[${neuron}] is ${rate}; ${fix}`);
    }
  }
  for (const [neuron, intercept] of intercepts.entries()) {
    if (!(intercept > -Infinity && intercept < 1)) {
      const fix = 'intercepts must be below 1, the radius.';
      throw new NdlError('INTERCEPT_OUT_OF_RANGE', `intercepts[${neuron}] is ${intercept}; ${fix}`);
    }
  }
  const gain = maxRates.map((rate, neuron) => Math.sqrt(rate / scale) / (1 - intercepts[neuron]!));
  return { gain, bias: gain.map((value, neuron) => -value * intercepts[neuron]!) };
}

function maxRatesIntercepts(type: Squaring, gain: Float64Array, bias: Float64Array): MaxRatesIntercepts {
  return {
    maxRates: squaringDefinition.rates(
      type,
      gain.map((value, neuron) => value + bias[neuron]!),
    ),
    intercepts: gain.map((value, neuron) => -bias[neuron]! / value),
  };
}
