/** @file Sigmoid rate neurons: rates between 0 and 1 / tauRef, half of it at zero current. */
import { checkTuning, type ReachableRates, type TunedNeuronDefinition } from '@ndl/core';
import { kernel, type Kernel } from '@ndl/ir';
import type { Sigmoid } from '@ndl/model';
import { log } from '@ndl/numerics';
import { ratesFromStep } from './rates.ts';

/** 1 / (1 + e^-J) / τ_ref. */
const sigmoidStep: Kernel = /* @__PURE__ */ kernel(
  { name: 'sigmoid', inputs: ['current'], parameters: ['tauRef'] },
  (k) => ({ output: k.divide(k.sigmoid(k.inputs.current), k.parameters.tauRef) }),
);

/** The current is 0 at the intercept, where the rate is 1 / (2 tauRef) already: only larger max rates give a positive gain. */
function reachableRates(tauRef: number): ReachableRates {
  const limit = 1 / tauRef;
  return {
    above: limit / 2,
    below: limit,
    rule: `above 1 / (2 tauRef) = ${limit / 2} Hz, the rate at the intercept, and below 1 / tauRef = ${limit} Hz (tauRef is ${tauRef} s)`,
    fix: 'Move maxRates into that range, or change tauRef.',
  };
}

/** Sigmoid rate neurons. Intercepts are where the current is 0. */
export const sigmoidDefinition: TunedNeuronDefinition<Sigmoid> = {
  kind: 'sigmoid',
  step: ({ tauRef }) => ({ kernel: sigmoidStep, parameters: { tauRef } }),
  rateStep: (neuronType) => sigmoidDefinition.step(neuronType),
  rates: (neuronType, current) => ratesFromStep(sigmoidDefinition.step(neuronType), current),
  gainBias({ kind, tauRef }, maxRates, intercepts) {
    checkTuning(kind, maxRates, intercepts, reachableRates(tauRef));
    const currents = maxRates.map((maxRate) => -log(1 / (tauRef * maxRate) - 1));
    const gain = currents.map((current, neuron) => current / (1 - intercepts[neuron]!));
    const bias = currents.map((current, neuron) => current - gain[neuron]!);
    return { gain, bias };
  },
  maxRatesIntercepts(neuronType, gain, bias) {
    const maxRates = sigmoidDefinition.rates(
      neuronType,
      gain.map((value, neuron) => value + bias[neuron]!),
    );
    const intercepts = gain.map((value, neuron) => -bias[neuron]! / value);
    return { maxRates, intercepts };
  },
};
