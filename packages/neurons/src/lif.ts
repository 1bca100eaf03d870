/** @file Leaky integrate-and-fire neurons, with spikes (`lif`) and as rates (`lifRate`). */
import type { TunedNeuronDefinition } from '@ndl/core';
import { kernel, type Expression, type Kernel, type KernelBuilder } from '@ndl/ir';
import type { Lif, LifRate } from '@ndl/model';
import { log1p, max } from '@ndl/numerics';
import { lifGainBias, lifMaxRatesIntercepts } from './lif-tuning.ts';
import { trainedSpikes, type Spikes } from './spike-kernels.ts';

/**
 * Keeps reciprocals of J - 1 finite, with their squares, in float32 too. Less than the distance of 1 to the next float64,
 * so that no current above threshold ever meets it.
 */
const LEAST_EXCESS = 1e-16;

/** Parameters of a LIF step. */
export const LIF_PARAMETERS = ['dt', 'tauRc', 'tauRef', 'minVoltage', 'amplitude'] as const;

/** What a LIF step is written with. */
type LifBuilder = KernelBuilder<'voltage' | 'refractoryTime', (typeof LIF_PARAMETERS)[number]>;

/** What a LIF neuron comes to in a step, before it spikes. */
interface LifCharge {
  /** Voltage as far as it would get without a spike. */
  readonly raised: Expression;
  /** Minus the seconds of the step in which the neuron is not refractory. */
  readonly minusActive: Expression;
  /** Less the step. */
  readonly refractoryTime: Expression;
}

/** The voltage decays towards the current J with τ_rc while the neuron is not refractory. */
function lifCharge(k: LifBuilder, current: Expression): LifCharge {
  const { voltage } = k.inputs;
  const { dt, tauRc } = k.parameters;
  const refractoryTime = k.subtract(k.inputs.refractoryTime, dt);
  // Sums that begin with minus the time need no change of sign, and no division.
  const minusActive = k.max(k.min(k.subtract(refractoryTime, dt), 0), k.negate(dt));
  const decay = k.expm1(k.multiply(minusActive, k.divide(1, tauRc)));
  const raised = k.subtract(voltage, k.multiply(k.subtract(current, voltage), decay));
  return { raised, minusActive, refractoryTime };
}

/**
 * One step of dt seconds. The threshold is 1, and the output is amplitude / dt in a step with a spike. The spike's time within the
 * step is exact for a current that is constant in it: from voltage v, the threshold is reached after
 * τ_rc · log1p((1 - v) / (J - 1)) seconds. State `refractoryTime` counts from the end of the step, and so includes the spike's
 * time in it.
 */
export function lifStepOf(
  k: LifBuilder,
  current: Expression,
): Readonly<Record<'output' | 'voltage' | 'refractoryTime', Expression>> {
  const { voltage } = k.inputs;
  const { dt, tauRc, tauRef, minVoltage, amplitude } = k.parameters;
  const { raised, minusActive, refractoryTime } = lifCharge(k, current);
  const spikes = k.greater(raised, 1);
  const missing = k.max(k.subtract(1, voltage), 0);
  const excess = k.max(k.subtract(current, 1), LEAST_EXCESS);
  const charging = k.multiply(tauRc, k.log1p(k.divide(missing, excess)));
  const spikeTime = k.add(k.add(dt, minusActive), charging);
  return {
    output: k.select(spikes, k.divide(amplitude, dt), 0),
    voltage: k.select(spikes, 0, k.max(raised, minVoltage)),
    refractoryTime: k.select(spikes, k.add(tauRef, spikeTime), refractoryTime),
  };
}

const lifStep: Kernel = /* @__PURE__ */ kernel(
  { name: 'lif', inputs: ['current', 'voltage', 'refractoryTime'], parameters: LIF_PARAMETERS },
  (k) => lifStepOf(k, k.inputs.current),
);

/** A LIF step as surrogates differentiate it. The refractory time says when a neuron charges, and passes no gradient on. */
export function lifSpikesOf(
  k: LifBuilder,
  current: Expression,
  spikes: Spikes,
): Readonly<Record<'output' | 'voltage', Expression>> {
  const { dt, minVoltage, amplitude } = k.parameters;
  const { raised } = lifCharge(k, current);
  const { output, reset } = spikes.above(k.subtract(raised, 1));
  return {
    output: k.multiply(k.divide(amplitude, dt), output),
    voltage: k.multiply(k.max(raised, minVoltage), k.subtract(1, reset)),
  };
}

const trainedLif = /* @__PURE__ */ trainedSpikes<
  'current' | 'voltage' | 'refractoryTime',
  (typeof LIF_PARAMETERS)[number]
>(lifStep, (k, spikes) => lifSpikesOf(k, k.inputs.current, spikes));

/**
 * The steady rate: amplitude / (τ_ref + τ_rc · log1p(1 / (J - 1))) for J > 1, else 0. Its slope is infinite just above
 * threshold and 0 at and below it; neither value nor slope is ever NaN.
 */
export function lifRateOf(k: KernelBuilder<never, 'tauRc' | 'tauRef' | 'amplitude'>, current: Expression): Expression {
  const { tauRc, tauRef, amplitude } = k.parameters;
  const excess = k.subtract(current, 1);
  const charging = k.multiply(tauRc, k.log1p(k.divide(1, k.max(excess, LEAST_EXCESS))));
  return k.select(k.greater(excess, 0), k.divide(amplitude, k.add(tauRef, charging)), 0);
}

const lifRateStep: Kernel = /* @__PURE__ */ kernel(
  { name: 'lifRate', inputs: ['current'], parameters: ['tauRc', 'tauRef', 'amplitude'] },
  (k) => ({ output: lifRateOf(k, k.inputs.current) }),
);

/** The rates of LIF neurons of these parameters: `lifRateOf` written out, with the same bits, as builds ask for millions of them. */
export function lifRates(
  { tauRc, tauRef, amplitude }: Pick<LifRate, 'tauRc' | 'tauRef' | 'amplitude'>,
  current: Float64Array,
): Float64Array {
  const rates = new Float64Array(current.length);
  for (let index = 0; index < current.length; index++) {
    const excess = current[index]! - 1;
    if (excess > 0) rates[index] = amplitude / (tauRef + tauRc * log1p(1 / max(excess, LEAST_EXCESS)));
  }
  return rates;
}

/** LIF with spikes. Its rate is that of `lifRate`. */
export const lifDefinition: TunedNeuronDefinition<Lif> = {
  kind: 'lif',
  timeConstants: ['tauRc', 'tauRef'],
  step: ({ tauRc, tauRef, minVoltage, amplitude }) => ({
    kernel: lifStep,
    parameters: { tauRc, tauRef, minVoltage, amplitude },
  }),
  rateStep: ({ tauRc, tauRef, amplitude }) => ({ kernel: lifRateStep, parameters: { tauRc, tauRef, amplitude } }),
  spikeStep: (neuronType, surrogate) => ({ ...lifDefinition.step(neuronType), kernel: trainedLif(surrogate) }),
  rates: lifRates,
  gainBias: lifGainBias,
  maxRatesIntercepts: lifMaxRatesIntercepts,
};

/** LIF as a rate: each step's output is the steady rate of that step's current. */
export const lifRateDefinition: TunedNeuronDefinition<LifRate> = {
  kind: 'lifRate',
  timeConstants: ['tauRc', 'tauRef'],
  step: ({ tauRc, tauRef, amplitude }) => ({ kernel: lifRateStep, parameters: { tauRc, tauRef, amplitude } }),
  rateStep: (neuronType) => lifRateDefinition.step(neuronType),
  rates: lifRates,
  gainBias: lifGainBias,
  maxRatesIntercepts: lifMaxRatesIntercepts,
};
