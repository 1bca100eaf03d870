/** @file The public names of `@ndl/neurons`: the plugin, its definitions, and what makes further ones easy to write. */
export { neurons, neuronDefinitions } from './neurons-plugin.ts';
export { lifDefinition, lifRateDefinition } from './lif.ts';
export { softLifRateDefinition } from './soft-lif.ts';
export { adaptiveLifDefinition, adaptiveLifRateDefinition } from './adaptive-lif.ts';
export { izhikevichDefinition } from './izhikevich.ts';
export { leakyDefinition } from './leaky.ts';
export { leakyReluDefinition, spikingLeakyReluDefinition } from './leaky-relu.ts';
export { rectifiedLinearDefinition, spikingRectifiedLinearDefinition } from './rectified-linear.ts';
export { poissonSpikingDefinition, regularSpikingDefinition, stochasticSpikingDefinition } from './rates-to-spikes.ts';
export { sigmoidDefinition } from './sigmoid.ts';
export { tanhDefinition } from './tanh.ts';
export { lifSmoothing } from './lif-smoothing.ts';
export { RATE_GRADIENT, rateGradient } from './rate-gradient.ts';
export { DEFAULT_LIF_SMOOTHING, SOFT_LIF_GRADIENT, softLifGradient } from './soft-lif-gradient.ts';
export {
  ARCTANGENT_GRADIENT,
  arctangentGradient,
  FAST_SIGMOID_GRADIENT,
  fastSigmoidGradient,
  STRAIGHT_THROUGH_GRADIENT,
  straightThroughGradient,
  SUPER_SPIKE_GRADIENT,
  superSpikeGradient,
  TRIANGULAR_GRADIENT,
  triangularGradient,
  type ResetOption,
  type SlopeOptions,
  type TriangularOptions,
} from './spike-surrogates.ts';
export { surrogateGradient, type SurrogateOptions } from './surrogate-gradient.ts';
export { evaluateStep, type EvaluationOptions } from './evaluate-step.ts';
export { ratesFromStep } from './rates.ts';
export { gainBiasFromRates, maxRatesInterceptsFromRates, type RateDefinition } from '@ndl/core';
