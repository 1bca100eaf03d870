/**
 * @file Neurons that turn rates into spikes. Their current is the rate of the neurons before them, in Hz: see `NeuronType.baseType`.
 * The amplitude scales spikes alone.
 */
import type { CurrentDraw, NeuronDefinition, NeuronStep } from '@ndl/core';
import { kernel, type Expression, type Kernel, type KernelBuilder } from '@ndl/ir';
import type { PoissonSpiking, RegularSpiking, StochasticSpiking } from '@ndl/model';
import { ratesFromStep } from './rates.ts';
import { trainedSpikes } from './spike-kernels.ts';

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

/** How many spikes a rate makes in a step, and their sign. */
function sized(k: KernelBuilder<'current', 'dt'>): { readonly mean: Expression; readonly isNegative: Expression } {
  const { current } = k.inputs;
  return { mean: k.multiply(k.parameters.dt, k.abs(current)), isNegative: k.less(current, 0) };
}

/** amplitude / dt times `count`, with the sign of the rate. */
function spikesOf(k: KernelBuilder<'current', 'dt' | 'amplitude'>, count: Expression): Expression {
  const { dt, amplitude } = k.parameters;
  const { isNegative } = sized(k);
  return k.multiply(k.divide(amplitude, dt), k.select(isNegative, k.negate(count), count));
}

/** dt · |rate| rounded down, and one more with the probability of what was cut off: where a uniform number is below it. */
const stochasticSpikingStep: Kernel = /* @__PURE__ */ kernel(
  { name: 'stochasticSpiking', inputs: ['current', 'uniform'], parameters: ['dt', 'amplitude'] },
  (k) => {
    const { mean } = sized(k);
    const whole = k.floor(mean);
    return { output: spikesOf(k, k.add(whole, k.less(k.inputs.uniform, k.subtract(mean, whole)))) };
  },
);

/** A Poisson number, drawn for a mean of dt · |rate|, with the sign of the rate. */
const poissonSpikingStep: Kernel = /* @__PURE__ */ kernel(
  { name: 'poissonSpiking', inputs: ['current', 'count'], parameters: ['dt', 'amplitude'] },
  (k) => ({ output: spikesOf(k, k.inputs.count) }),
);

const trainedRegularSpiking = /* @__PURE__ */ trainedSpikes<'current' | 'voltage', 'dt' | 'amplitude'>(
  regularSpikingStep,
  (k, spikes) => {
    const { dt, amplitude } = k.parameters;
    const raised = k.add(k.inputs.voltage, k.multiply(dt, k.inputs.current));
    const { output, reset } = spikes.whole(raised);
    return { output: k.multiply(k.divide(amplitude, dt), output), voltage: k.subtract(raised, reset) };
  },
);

/** The uniform number is the first threshold; the others are 1 apart. */
const trainedStochasticSpiking = /* @__PURE__ */ trainedSpikes<'current' | 'uniform', 'dt' | 'amplitude'>(
  stochasticSpikingStep,
  (k, spikes) => {
    const above = k.add(k.subtract(sized(k).mean, k.inputs.uniform), 1);
    return { output: spikesOf(k, spikes.whole(above, 1).output) };
  },
);

/** Poisson numbers have no threshold: whatever the surrogate, their derivative is that of their mean. */
const trainedPoissonSpiking = /* @__PURE__ */ trainedSpikes<'current' | 'count', 'dt' | 'amplitude'>(
  poissonSpikingStep,
  (k) => ({ output: spikesOf(k, k.withDerivativeOf(k.inputs.count, sized(k).mean)) }),
);

/** The largest mean of which Poisson numbers are drawn as such; those of larger ones are no whole numbers of float64 any more. */
const MOST_SPIKES = 9e15;

/**
 * Counts of a mean above that are normal numbers of that mean and variance, which Poisson numbers differ from by less than float64 tells
 * apart. Of a rate that is not finite, the count is not a number.
 */
const poissonCount: CurrentDraw = {
  kind: 'ofCurrent',
  draw: (random, rate, dt) => {
    const mean = dt * Math.abs(rate);
    if (mean <= MOST_SPIKES) return random.poisson(mean);
    return mean < Infinity ? random.normal(mean, Math.sqrt(mean)) : NaN;
  },
};

function meanStep({ amplitude }: { readonly amplitude: number }): NeuronStep {
  return { kernel: meanOutput, parameters: { amplitude } };
}

/** As regular as spikes can be. */
export const regularSpikingDefinition: NeuronDefinition<RegularSpiking> = {
  kind: 'regularSpiking',
  step: ({ amplitude }) => ({ kernel: regularSpikingStep, parameters: { amplitude } }),
  rateStep: meanStep,
  spikeStep: (neuronType, surrogate) => ({
    ...regularSpikingDefinition.step(neuronType),
    kernel: trainedRegularSpiking(surrogate),
  }),
  rates: (neuronType, current) => ratesFromStep(meanStep(neuronType), current),
};

/** Spikes at random, whose mean is the rate in each step. They train as that mean. */
export const stochasticSpikingDefinition: NeuronDefinition<StochasticSpiking> = {
  kind: 'stochasticSpiking',
  step: ({ amplitude }) => ({
    kernel: stochasticSpikingStep,
    parameters: { amplitude },
    draws: { uniform: { kind: 'uniform', low: 0, high: 1 } },
  }),
  rateStep: meanStep,
  spikeStep: (neuronType, surrogate) => ({
    ...stochasticSpikingDefinition.step(neuronType),
    kernel: trainedStochasticSpiking(surrogate),
  }),
  rates: (neuronType, current) => ratesFromStep(meanStep(neuronType), current),
};

/** Poisson spikes, whose mean is the rate in each step. They train as that mean. */
export const poissonSpikingDefinition: NeuronDefinition<PoissonSpiking> = {
  kind: 'poissonSpiking',
  step: ({ amplitude }) => ({
    kernel: poissonSpikingStep,
    parameters: { amplitude },
    draws: { count: poissonCount },
  }),
  rateStep: meanStep,
  spikeStep: (neuronType, surrogate) => ({
    ...poissonSpikingDefinition.step(neuronType),
    kernel: trainedPoissonSpiking(surrogate),
  }),
  rates: (neuronType, current) => ratesFromStep(meanStep(neuronType), current),
};
