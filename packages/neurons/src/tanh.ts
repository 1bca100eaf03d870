/** @file Hyperbolic tangent rate neurons: outputs between -1 / tauRef and 1 / tauRef. */
import { belowRefractoryLimit, checkTuning, type TunedNeuronDefinition } from '@ndl/core';
import { kernel, type Kernel } from '@ndl/ir';
import type { Tanh } from '@ndl/model';
import { atanh } from '@ndl/numerics';
import { ratesFromStep } from './rates.ts';

/** tanh(J) / τ_ref. */
const tanhStep: Kernel = /* @__PURE__ */ kernel({ name: 'tanh', inputs: ['current'], parameters: ['tauRef'] }, (k) => ({
  output: k.divide(k.tanh(k.inputs.current), k.parameters.tauRef),
}));

/** Hyperbolic tangent rate neurons. Intercepts are where the output changes sign. */
export const tanhDefinition: TunedNeuronDefinition<Tanh> = {
  kind: 'tanh',
  step: ({ tauRef }) => ({ kernel: tanhStep, parameters: { tauRef } }),
  rateStep: (neuronType) => tanhDefinition.step(neuronType),
  rates: (neuronType, current) => ratesFromStep(tanhDefinition.step(neuronType), current),
  gainBias({ kind, tauRef }, maxRates, intercepts) {
    checkTuning(kind, maxRates, intercepts, belowRefractoryLimit(tauRef));
    const gain = maxRates.map((maxRate, neuron) => atanh(maxRate * tauRef) / (1 - intercepts[neuron]!));
    const bias = gain.map((value, neuron) => -value * intercepts[neuron]!);
    return { gain, bias };
  },
  maxRatesIntercepts(neuronType, gain, bias) {
    const maxRates = tanhDefinition.rates(
      neuronType,
      gain.map((value, neuron) => value + bias[neuron]!),
    );
    const intercepts = gain.map((value, neuron) => -bias[neuron]! / value);
    return { maxRates, intercepts };
  },
};
