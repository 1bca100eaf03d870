/** @file Gain and bias of the LIF family, from the closed form of the LIF rate. The amplitude plays no part in either. */
import { belowRefractoryLimit, checkTuning, type GainBias, type MaxRatesIntercepts } from '@ndl/core';
import { expm1, log1p } from '@ndl/numerics';

/** What the tuning depends on; times in seconds. */
export interface LifTimeConstants {
  readonly kind: string;
  readonly tauRc: number;
  readonly tauRef: number;
}

/**
 * The inverse of the LIF rate: a neuron fires at rate m at the current J = 1 / (1 - e^((τ_ref - 1/m) / τ_rc)), and begins to
 * fire at J = 1.
 * @throws NdlError MAX_RATE_UNREACHABLE, INTERCEPT_OUT_OF_RANGE
 */
export function lifGainBias(neuronType: LifTimeConstants, maxRates: Float64Array, intercepts: Float64Array): GainBias {
  const { kind, tauRc, tauRef } = neuronType;
  checkTuning(kind, maxRates, intercepts, belowRefractoryLimit(tauRef));
  const gain = Float64Array.from(maxRates, (maxRate, neuron) => {
    const currentAtMaximum = -1 / expm1((tauRef - 1 / maxRate) / tauRc);
    return (1 - currentAtMaximum) / (intercepts[neuron]! - 1);
  });
  const bias = Float64Array.from(gain, (value, neuron) => 1 - value * intercepts[neuron]!);
  return { gain, bias };
}

/** The rate at the edge of the radius, 0 for a neuron that is silent there, and where firing begins. */
export function lifMaxRatesIntercepts(
  neuronType: LifTimeConstants,
  gain: Float64Array,
  bias: Float64Array,
): MaxRatesIntercepts {
  const { tauRc, tauRef } = neuronType;
  const intercepts = Float64Array.from(gain, (value, neuron) => (1 - bias[neuron]!) / value);
  const maxRates = Float64Array.from(gain, (value, neuron) => {
    const excess = value + bias[neuron]! - 1;
    return excess > 0 ? 1 / (tauRef + tauRc * log1p(1 / excess)) : 0;
  });
  return { maxRates, intercepts };
}
