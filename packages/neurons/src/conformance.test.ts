/** @file Every built-in kind of neuron passes the suite that every kind must pass. */
import {
  adaptiveLif,
  adaptiveLifRate,
  izhikevich,
  leaky,
  leakyRelu,
  lif,
  lifRate,
  poissonSpiking,
  rectifiedLinear,
  regularSpiking,
  sigmoid,
  softLifRate,
  spikingLeakyRelu,
  spikingRectifiedLinear,
  stochasticSpiking,
  tanh,
  type AdaptiveLif,
  type AdaptiveLifRate,
  type Leaky,
} from '@ndl/model';
import { describeNeuron } from '@ndl/testing';
import {
  adaptiveLifDefinition,
  adaptiveLifRateDefinition,
  arctangentGradient,
  izhikevichDefinition,
  leakyDefinition,
  leakyReluDefinition,
  lifDefinition,
  lifRateDefinition,
  rateGradient,
  rectifiedLinearDefinition,
  poissonSpikingDefinition,
  regularSpikingDefinition,
  stochasticSpikingDefinition,
  sigmoidDefinition,
  softLifGradient,
  softLifRateDefinition,
  spikingLeakyReluDefinition,
  spikingRectifiedLinearDefinition,
  superSpikeGradient,
  surrogateGradient,
  tanhDefinition,
} from './index.ts';

/** One that follows resets, and one that cuts them. */
const surrogates = [superSpikeGradient({ reset: 'follow' }), arctangentGradient()];

describeNeuron('lif', {
  definition: lifDefinition,
  neuronTypes: [lif(), lif({ tauRc: 0.05, tauRef: 0.001 }), lif({ amplitude: 0.5, minVoltage: -1 })],
  gradientApproximations: [
    rateGradient,
    ...surrogates,
    softLifGradient(),
    surrogateGradient({ name: 'rates behind spikes' }),
  ],
});

describeNeuron('lif, smoothed', {
  definition: lifDefinition,
  neuronTypes: [lif(), lif({ tauRc: 0.05 })],
  gradientApproximations: [rateGradient],
  settings: { lifSmoothing: 0.05 },
});

describeNeuron('lifRate', {
  definition: lifRateDefinition,
  neuronTypes: [lifRate(), lifRate({ tauRef: 0.001 })],
  gradientApproximations: [rateGradient, softLifGradient()],
});

describeNeuron('softLifRate', {
  definition: softLifRateDefinition,
  neuronTypes: [softLifRate(), softLifRate({ sigma: 0.1 })],
  gradientApproximations: [rateGradient],
});

describeNeuron('rectifiedLinear', {
  definition: rectifiedLinearDefinition,
  neuronTypes: [rectifiedLinear(), rectifiedLinear({ amplitude: 2 })],
  gradientApproximations: [rateGradient],
});

describeNeuron('spikingRectifiedLinear', {
  definition: spikingRectifiedLinearDefinition,
  neuronTypes: [spikingRectifiedLinear(), spikingRectifiedLinear({ amplitude: 2 })],
  gradientApproximations: [rateGradient, ...surrogates],
});

describeNeuron('sigmoid', {
  definition: sigmoidDefinition,
  neuronTypes: [sigmoid(), sigmoid({ tauRef: 0.005 })],
  gradientApproximations: [rateGradient],
});

describeNeuron('tanh', {
  definition: tanhDefinition,
  neuronTypes: [tanh(), tanh({ tauRef: 0.005 })],
  gradientApproximations: [rateGradient],
});

/** r = f(J - incN · r), found by bisection: f falls with r. */
function adaptedRates(type: AdaptiveLif | AdaptiveLifRate, currents: Float64Array): Float64Array {
  const { tauRc, tauRef, amplitude, incN } = type;
  const rateAt = (current: number): number =>
    current > 1 ? amplitude / (tauRef + tauRc * Math.log1p(1 / (current - 1))) : 0;
  return currents.map((current) => {
    let [low, high] = [0, rateAt(current)];
    for (let halving = 0; halving < 60; halving++) {
      const middle = (low + high) / 2;
      if (rateAt(current - incN * middle) > middle) low = middle;
      else high = middle;
    }
    return low;
  });
}

// Slow and weak enough an adaptation that the spikes of a long run have the rate of its mean.
describeNeuron('adaptiveLif', {
  definition: adaptiveLifDefinition,
  neuronTypes: [adaptiveLif({ tauN: 0.2 }), adaptiveLif({ tauN: 0.1, incN: 0.02, amplitude: 0.5 })],
  gradientApproximations: [rateGradient, ...surrogates],
  steadyRates: adaptedRates,
  settlingTime: 2,
  rateTolerance: 0.02,
});

describeNeuron('adaptiveLifRate', {
  definition: adaptiveLifRateDefinition,
  neuronTypes: [adaptiveLifRate({ tauN: 0.1 }), adaptiveLifRate({ tauN: 0.05, incN: 0.02, tauRc: 0.03 })],
  gradientApproximations: [rateGradient],
  steadyRates: adaptedRates,
  settlingTime: 3,
  rateTolerance: 1e-6,
});

describeNeuron('izhikevich', {
  definition: izhikevichDefinition,
  neuronTypes: [izhikevich(), izhikevich({ tauRecovery: 0.1 }), izhikevich({ resetVoltage: -55, resetRecovery: 4 })],
  gradientApproximations: [rateGradient, ...surrogates],
  currents: [-40, -2, 0, 3, 5, 6, 8, 10, 12, 15, 18, 20],
  // A second that begins at rest, in whole Hz, against two later ones.
  rateTolerance: 0.15,
  rateStepError: (rate) => 2 + 2 * rate * rate * 0.001,
});

describeNeuron('leakyRelu', {
  definition: leakyReluDefinition,
  neuronTypes: [leakyRelu(), leakyRelu({ negativeSlope: 0.1, amplitude: 2 })],
  gradientApproximations: [rateGradient],
});

describeNeuron('spikingLeakyRelu', {
  definition: spikingLeakyReluDefinition,
  neuronTypes: [spikingLeakyRelu(), spikingLeakyRelu({ negativeSlope: 0, amplitude: 2 })],
  gradientApproximations: [rateGradient, ...surrogates],
});

describeNeuron('regularSpiking', {
  definition: regularSpikingDefinition,
  neuronTypes: [regularSpiking(tanh()), regularSpiking(lifRate(), { amplitude: 2 })],
  gradientApproximations: [rateGradient, ...surrogates],
  currents: Array.from({ length: 16 }, (_, index) => -200 + 40 * index),
});

// Standard deviations of a mean over two seconds: within 3 of them, and of what is least, one spike.
describeNeuron('stochasticSpiking', {
  definition: stochasticSpikingDefinition,
  neuronTypes: [stochasticSpiking(tanh()), stochasticSpiking(lifRate(), { amplitude: 2 })],
  gradientApproximations: [rateGradient, ...surrogates],
  currents: Array.from({ length: 16 }, (_, index) => -2000 + 400 * index),
  rateTolerance: 0.06,
});

describeNeuron('poissonSpiking', {
  definition: poissonSpikingDefinition,
  neuronTypes: [poissonSpiking(tanh()), poissonSpiking(lifRate(), { amplitude: 2 })],
  gradientApproximations: [rateGradient, ...surrogates],
  currents: Array.from({ length: 16 }, (_, index) => -2000 + 400 * index),
  rateTolerance: 0.09,
});

/** Spikes a second of the recurrence itself, written out. */
function leakyRates({ beta, threshold, reset, amplitude }: Leaky, currents: Float64Array): Float64Array {
  const steps = 200_000;
  return currents.map((current) => {
    let [voltage, spikes] = [0, 0];
    for (let step = 0; step < steps; step++) {
      const before = voltage > threshold;
      voltage = beta * voltage + current;
      if (before) voltage = reset === 'zero' ? 0 : voltage - threshold;
      if (voltage > threshold) spikes++;
    }
    return (amplitude * spikes * 1000) / steps;
  });
}

describeNeuron('leaky', {
  definition: leakyDefinition,
  neuronTypes: [leaky(), leaky({ beta: 0.5, threshold: 2, amplitude: 0.5 }), leaky({ beta: 0.98, reset: 'zero' })],
  gradientApproximations: [rateGradient, ...surrogates],
  currents: [-1, 0, 0.05, 0.15, 0.21, 0.33, 0.47, 0.61, 0.8, 1.1, 1.7],
  steadyRates: leakyRates,
});
