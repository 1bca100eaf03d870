/** @file Rectified linear neurons, as rates (`rectifiedLinear`) and with spikes (`spikingRectifiedLinear`). */
import {
  checkTuning,
  POSITIVE_RATES,
  type GainBias,
  type MaxRatesIntercepts,
  type TunedNeuronDefinition,
} from '@ndl/core';
import { kernel, type Kernel } from '@ndl/ir';
import type { RectifiedLinear, SpikingRectifiedLinear } from '@ndl/model';
import { ratesFromStep } from './rates.ts';
import { trainedSpikes } from './spike-kernels.ts';

/** amplitude · max(J, 0). */
const rectifiedLinearStep: Kernel = /* @__PURE__ */ kernel(
  { name: 'rectifiedLinear', inputs: ['current'], parameters: ['amplitude'] },
  (k) => ({ output: k.multiply(k.parameters.amplitude, k.max(k.inputs.current, 0)) }),
);

/** Integrates the rectified current; each whole unit of voltage is a spike, several in one step if need be. */
const spikingRectifiedLinearStep: Kernel = /* @__PURE__ */ kernel(
  { name: 'spikingRectifiedLinear', inputs: ['current', 'voltage'], parameters: ['dt', 'amplitude'] },
  (k) => {
    const { dt, amplitude } = k.parameters;
    const raised = k.add(k.inputs.voltage, k.multiply(k.max(k.inputs.current, 0), dt));
    const spikes = k.floor(raised);
    return { output: k.multiply(k.divide(amplitude, dt), spikes), voltage: k.subtract(raised, spikes) };
  },
);

const trainedRectifiedLinear = /* @__PURE__ */ trainedSpikes<'current' | 'voltage', 'dt' | 'amplitude'>(
  spikingRectifiedLinearStep,
  (k, spikes) => {
    const { dt, amplitude } = k.parameters;
    const raised = k.add(k.inputs.voltage, k.multiply(k.max(k.inputs.current, 0), dt));
    const { output, reset } = spikes.whole(raised, 1);
    return { output: k.multiply(k.divide(amplitude, dt), output), voltage: k.subtract(raised, reset) };
  },
);

/** The line from 0 at the intercept to the max rate at the radius. The amplitude plays no part. */
export function lineGainBias(
  neuronType: { readonly kind: string },
  maxRates: Float64Array,
  intercepts: Float64Array,
): GainBias {
  checkTuning(neuronType.kind, maxRates, intercepts, POSITIVE_RATES);
  const gain = Float64Array.from(maxRates, (maxRate, neuron) => maxRate / (1 - intercepts[neuron]!));
  const bias = Float64Array.from(gain, (value, neuron) => -intercepts[neuron]! * value);
  return { gain, bias };
}

/** The other way. */
export function lineMaxRatesIntercepts(_: unknown, gain: Float64Array, bias: Float64Array): MaxRatesIntercepts {
  const intercepts = Float64Array.from(gain, (value, neuron) => -bias[neuron]! / value);
  const maxRates = Float64Array.from(gain, (value, neuron) => value + bias[neuron]!);
  return { maxRates, intercepts };
}

/** Rectified linear rate neurons. */
export const rectifiedLinearDefinition: TunedNeuronDefinition<RectifiedLinear> = {
  kind: 'rectifiedLinear',
  step: ({ amplitude }) => ({ kernel: rectifiedLinearStep, parameters: { amplitude } }),
  rateStep: (neuronType) => rectifiedLinearDefinition.step(neuronType),
  rates: (neuronType, current) => ratesFromStep(rectifiedLinearDefinition.step(neuronType), current),
  gainBias: lineGainBias,
  maxRatesIntercepts: lineMaxRatesIntercepts,
};

/** Integrate-and-fire without leak. Its rate is that of `rectifiedLinear`. */
export const spikingRectifiedLinearDefinition: TunedNeuronDefinition<SpikingRectifiedLinear> = {
  kind: 'spikingRectifiedLinear',
  step: ({ amplitude }) => ({ kernel: spikingRectifiedLinearStep, parameters: { amplitude } }),
  rateStep: ({ amplitude }) => ({ kernel: rectifiedLinearStep, parameters: { amplitude } }),
  spikeStep: (neuronType, surrogate) => ({
    ...spikingRectifiedLinearDefinition.step(neuronType),
    kernel: trainedRectifiedLinear(surrogate),
  }),
  rates: (neuronType, current) => ratesFromStep(spikingRectifiedLinearDefinition.rateStep!(neuronType), current),
  gainBias: lineGainBias,
  maxRatesIntercepts: lineMaxRatesIntercepts,
};
