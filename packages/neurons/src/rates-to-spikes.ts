/**
 * @file Neurons that turn rates into spikes. Their current is the rate of the neurons before them, in Hz: see `NeuronType.baseType`.
 * The amplitude scales spikes alone.
 */
import type { NeuronDefinition, NeuronStep } from '@ndl/core';
import { kernel, type Kernel } from '@ndl/ir';
import type { RegularSpiking } from '@ndl/model';
import { ratesFromStep } from './rates.ts';

/** amplitude · rate: what they put out in the mean, and train as. */
const meanOutput: Kernel = /* @__PURE__ */ kernel(
  { name: 'ratesToSpikes', inputs: ['current'], parameters: ['amplitude'] },
  (k) => ({ output: k.multiply(k.parameters.amplitude, k.inputs.current) }),
);

/** The rate is integrated; each whole unit of voltage is a spike, and a negative one brings a negative voltage back above 0. */
const regularSpikingStep: Kernel = /* @__PURE__ */ kernel(
  { name: 'regularSpiking', inputs: ['current', 'voltage'], parameters: ['dt', 'amplitude'] },
  (k) => {
    const { dt, amplitude } = k.parameters;
    const raised = k.add(k.inputs.voltage, k.multiply(dt, k.inputs.current));
    const spikes = k.floor(raised);
    return { output: k.multiply(k.divide(amplitude, dt), spikes), voltage: k.subtract(raised, spikes) };
  },
);

function meanStep({ amplitude }: { readonly amplitude: number }): NeuronStep {
  return { kernel: meanOutput, parameters: { amplitude } };
}

/** As regular as spikes can be. */
export const regularSpikingDefinition: NeuronDefinition<RegularSpiking> = {
  kind: 'regularSpiking',
  step: ({ amplitude }) => ({ kernel: regularSpikingStep, parameters: { amplitude } }),
  rateStep: meanStep,
  rates: (neuronType, current) => ratesFromStep(meanStep(neuronType), current),
};
