/** @file Leaky rectified linear neurons, as rates (`leakyRelu`) and with spikes (`spikingLeakyRelu`). */
import type { TunedNeuronDefinition } from '@ndl/core';
import { kernel, type Expression, type Kernel, type KernelBuilder } from '@ndl/ir';
import type { LeakyRelu, SpikingLeakyRelu } from '@ndl/model';
import { ratesFromStep } from './rates.ts';
import { lineGainBias, lineMaxRatesIntercepts } from './rectified-linear.ts';
import { trainedSpikes } from './spike-kernels.ts';

/** J above 0, negativeSlope · J below. Maas, Hannun and Ng (2013), Rectifier nonlinearities improve neural network acoustic models. */
function leaky(k: KernelBuilder<'current', 'negativeSlope'>): Expression {
  const { current } = k.inputs;
  return k.select(k.less(current, 0), k.multiply(k.parameters.negativeSlope, current), current);
}

const leakyReluStep: Kernel = /* @__PURE__ */ kernel(
  { name: 'leakyRelu', inputs: ['current'], parameters: ['amplitude', 'negativeSlope'] },
  (k) => ({ output: k.multiply(k.parameters.amplitude, leaky(k)) }),
);

/** Integrates the leaky current; each whole unit of voltage is a spike, negative where the voltage is. */
const spikingLeakyReluStep: Kernel = /* @__PURE__ */ kernel(
  {
    name: 'spikingLeakyRelu',
    inputs: ['current', 'voltage'],
    parameters: ['dt', 'amplitude', 'negativeSlope'],
  },
  (k) => {
    const { dt, amplitude } = k.parameters;
    const raised = k.add(k.inputs.voltage, k.multiply(leaky(k), dt));
    const whole = k.floor(k.abs(raised));
    const spikes = k.select(k.less(raised, 0), k.negate(whole), whole);
    return { output: k.multiply(k.divide(amplitude, dt), spikes), voltage: k.subtract(raised, spikes) };
  },
);

const trainedLeakyRelu = /* @__PURE__ */ trainedSpikes<'current' | 'voltage', 'dt' | 'amplitude' | 'negativeSlope'>(
  spikingLeakyReluStep,
  (k, spikes) => {
    const { dt, amplitude } = k.parameters;
    const raised = k.add(k.inputs.voltage, k.multiply(leaky(k), dt));
    const signed = (count: Expression): Expression => k.select(k.less(raised, 0), k.negate(count), count);
    const { output, reset } = spikes.whole(k.abs(raised), 1);
    return { output: k.multiply(k.divide(amplitude, dt), signed(output)), voltage: k.subtract(raised, signed(reset)) };
  },
);

/** Leaky rectified linear rate neurons. Intercepts are where the rate is 0; it is negative beyond. */
export const leakyReluDefinition: TunedNeuronDefinition<LeakyRelu> = {
  kind: 'leakyRelu',
  step: ({ amplitude, negativeSlope }) => ({ kernel: leakyReluStep, parameters: { amplitude, negativeSlope } }),
  rateStep: (neuronType) => leakyReluDefinition.step(neuronType),
  rates: (neuronType, current) => ratesFromStep(leakyReluDefinition.step(neuronType), current),
  gainBias: lineGainBias,
  maxRatesIntercepts: lineMaxRatesIntercepts,
};

/** Integrate-and-fire at the rate of `leakyRelu`, as which it trains. */
export const spikingLeakyReluDefinition: TunedNeuronDefinition<SpikingLeakyRelu> = {
  kind: 'spikingLeakyRelu',
  step: ({ amplitude, negativeSlope }) => ({ kernel: spikingLeakyReluStep, parameters: { amplitude, negativeSlope } }),
  rateStep: ({ amplitude, negativeSlope }) => ({ kernel: leakyReluStep, parameters: { amplitude, negativeSlope } }),
  spikeStep: (neuronType, surrogate) => ({
    ...spikingLeakyReluDefinition.step(neuronType),
    kernel: trainedLeakyRelu(surrogate),
  }),
  rates: (neuronType, current) => ratesFromStep(spikingLeakyReluDefinition.rateStep!(neuronType), current),
  gainBias: lineGainBias,
  maxRatesIntercepts: lineMaxRatesIntercepts,
};
