/** @file Every built-in kind of neuron passes the suite that every kind must pass. */
import { lif, lifRate, rectifiedLinear, sigmoid, softLifRate, spikingRectifiedLinear, tanh } from '@ndl/model';
import { describeNeuron } from '@ndl/testing';
import {
  lifDefinition,
  lifRateDefinition,
  rateGradient,
  rectifiedLinearDefinition,
  sigmoidDefinition,
  softLifGradient,
  softLifRateDefinition,
  spikingRectifiedLinearDefinition,
  surrogateGradient,
  tanhDefinition,
} from './index.ts';

describeNeuron('lif', {
  definition: lifDefinition,
  neuronTypes: [lif(), lif({ tauRc: 0.05, tauRef: 0.001 }), lif({ amplitude: 0.5, minVoltage: -1 })],
  gradientApproximations: [rateGradient, softLifGradient(), surrogateGradient({ name: 'rates behind spikes' })],
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
  gradientApproximations: [rateGradient],
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
