/** @file SoftLIF: the LIF rate with its corner smoothed away (Hunsberger and Eliasmith 2015, arXiv:1510.08829). */
import type { NeuronStep, TunedNeuronDefinition } from '@ndl/core';
import { kernel, type Kernel } from '@ndl/ir';
import type { SoftLifRate } from '@ndl/model';
import { lifGainBias, lifMaxRatesIntercepts } from './lif-tuning.ts';
import { ratesFromStep } from './rates.ts';

/** Where softplus(x) is e^x to the last bit of float64: it is e^x (1 - e^x / 2 + …), and e^-40 is 4e-18. */
const ASYMPTOTE = -40;

/**
 * The LIF rate amplitude / (τ_ref + τ_rc · log1p(1 / z)) of the smoothed excess z = σ · softplus((J - 1) / σ), which is
 * positive everywhere. Far below threshold z is σ e^x with x = (J - 1) / σ, and log1p(1 / z) is written as the equal
 * softplus(-(x + log σ)), which neither overflows nor loses its slope. σ in units of normalized current; as it tends to 0,
 * the rate tends to LIFRate.
 */
const softLifStep: Kernel = /* @__PURE__ */ kernel(
  { name: 'softLifRate', inputs: ['current'], parameters: ['tauRc', 'tauRef', 'amplitude', 'sigma'] },
  (k) => {
    const { tauRc, tauRef, amplitude, sigma } = k.parameters;
    const scaled = k.divide(k.subtract(k.inputs.current, 1), sigma);
    const smoothed = k.multiply(sigma, k.softplus(k.max(scaled, ASYMPTOTE)));
    const asymptote = k.softplus(k.negate(k.add(scaled, k.log(sigma))));
    const charging = k.select(k.greater(scaled, ASYMPTOTE), k.log1p(k.divide(1, smoothed)), asymptote);
    return { output: k.divide(amplitude, k.add(tauRef, k.multiply(tauRc, charging))) };
  },
);

/** The parameters that SoftLIF shares with LIF; times in seconds. */
export interface LifParameters {
  readonly tauRc: number;
  readonly tauRef: number;
  readonly amplitude: number;
}

/** The SoftLIF step that stands in for LIF neurons of these parameters. */
export function softLifStepFor({ tauRc, tauRef, amplitude }: LifParameters, sigma: number): NeuronStep {
  return { kernel: softLifStep, parameters: { tauRc, tauRef, amplitude, sigma } };
}

/** SoftLIF as a rate neuron. Gain and bias are those of LIF, so that the true rate at the radius differs a little. */
export const softLifRateDefinition: TunedNeuronDefinition<SoftLifRate> = {
  kind: 'softLifRate',
  timeConstants: ['tauRc', 'tauRef'],
  step: (neuronType) => softLifStepFor(neuronType, neuronType.sigma),
  rateStep: (neuronType) => softLifRateDefinition.step(neuronType),
  rates: (neuronType, current) => ratesFromStep(softLifRateDefinition.step(neuronType), current),
  gainBias: lifGainBias,
  maxRatesIntercepts: lifMaxRatesIntercepts,
};
