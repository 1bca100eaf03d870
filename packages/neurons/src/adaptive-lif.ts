/** @file LIF neurons with adaptation, with spikes (`adaptiveLif`) and as rates (`adaptiveLifRate`). Koch (1999), p. 339. */
import type { TunedNeuronDefinition } from '@ndl/core';
import { kernel, type Expression, type Kernel, type KernelBuilder } from '@ndl/ir';
import type { AdaptiveLif, AdaptiveLifRate } from '@ndl/model';
import { lifGainBias, lifMaxRatesIntercepts } from './lif-tuning.ts';
import { LIF_PARAMETERS, lifRateOf, lifRates, lifSpikesOf, lifStepOf } from './lif.ts';
import { trainedSpikes } from './spike-kernels.ts';

/** n after a step in which the neuron put this out: τ_N · dn/dt = incN · output - n, by Euler's method. */
function adapted(k: KernelBuilder<'adaptation', 'dt' | 'tauN' | 'incN'>, output: Expression): Expression {
  const { adaptation } = k.inputs;
  const { dt, tauN, incN } = k.parameters;
  const change = k.subtract(k.multiply(incN, output), adaptation);
  return k.add(adaptation, k.multiply(k.divide(dt, tauN), change));
}

const adaptiveLifStep: Kernel = /* @__PURE__ */ kernel(
  {
    name: 'adaptiveLif',
    inputs: ['current', 'voltage', 'refractoryTime', 'adaptation'],
    parameters: [...LIF_PARAMETERS, 'tauN', 'incN'],
  },
  (k) => {
    const spiking = lifStepOf(k, k.subtract(k.inputs.current, k.inputs.adaptation));
    return { ...spiking, adaptation: adapted(k, spiking.output) };
  },
);

const trainedAdaptiveLif = /* @__PURE__ */ trainedSpikes<
  'current' | 'voltage' | 'refractoryTime' | 'adaptation',
  (typeof LIF_PARAMETERS)[number] | 'tauN' | 'incN'
>(adaptiveLifStep, (k, spikes) => {
  const spiking = lifSpikesOf(k, k.subtract(k.inputs.current, k.inputs.adaptation), spikes);
  return { ...spiking, adaptation: adapted(k, spiking.output) };
});

/**
 * The LIF rate f at J - n, and n moved on by it. Held at one current, it settles where r = f(J - incN · r), the adapted steady rate:
 * La Camera et al. (2004), Minimal models of adapted neuronal response, Neural Computation 16. Its gradient flows through n from
 * step to step.
 */
const adaptiveLifRateStep: Kernel = /* @__PURE__ */ kernel(
  {
    name: 'adaptiveLifRate',
    inputs: ['current', 'adaptation'],
    parameters: ['dt', 'tauRc', 'tauRef', 'amplitude', 'tauN', 'incN'],
  },
  (k) => {
    const output = lifRateOf(k, k.subtract(k.inputs.current, k.inputs.adaptation));
    return { output, adaptation: adapted(k, output) };
  },
);

/** Adaptive LIF with spikes. It trains as `adaptiveLifRate`, its adaptation carried on; voltages stay as they were. */
export const adaptiveLifDefinition: TunedNeuronDefinition<AdaptiveLif> = {
  kind: 'adaptiveLif',
  timeConstants: ['tauRc', 'tauRef', 'tauN'],
  step: ({ tauRc, tauRef, minVoltage, amplitude, tauN, incN }) => ({
    kernel: adaptiveLifStep,
    parameters: { tauRc, tauRef, minVoltage, amplitude, tauN, incN },
  }),
  rateStep: ({ tauRc, tauRef, amplitude, tauN, incN }) => ({
    kernel: adaptiveLifRateStep,
    parameters: { tauRc, tauRef, amplitude, tauN, incN },
  }),
  spikeStep: (neuronType, surrogate) => ({
    ...adaptiveLifDefinition.step(neuronType),
    kernel: trainedAdaptiveLif(surrogate),
  }),
  rates: lifRates,
  gainBias: lifGainBias,
  maxRatesIntercepts: lifMaxRatesIntercepts,
};

/** Adaptive LIF as a rate. It trains as it is. */
export const adaptiveLifRateDefinition: TunedNeuronDefinition<AdaptiveLifRate> = {
  kind: 'adaptiveLifRate',
  timeConstants: ['tauRc', 'tauRef', 'tauN'],
  step: ({ tauRc, tauRef, amplitude, tauN, incN }) => ({
    kernel: adaptiveLifRateStep,
    parameters: { tauRc, tauRef, amplitude, tauN, incN },
  }),
  rateStep: (neuronType) => adaptiveLifRateDefinition.step(neuronType),
  rates: lifRates,
  gainBias: lifGainBias,
  maxRatesIntercepts: lifMaxRatesIntercepts,
};
