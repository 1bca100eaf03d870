/** @file The plugin: the built-in kinds of neuron, and how they train. */
import { refuseSurplus } from '@ndl/numerics';
import {
  definePlugin,
  GRADIENT_APPROXIMATION,
  GRADIENT_APPROXIMATIONS,
  NEURON_DEFINITIONS,
  SETTING_SPECS,
  readsOnly,
  type GradientApproximation,
  type NeuronDefinition,
  type Plugin,
  type SettingSpec,
  type Token,
} from '@ndl/core';
import { adaptiveLifDefinition, adaptiveLifRateDefinition } from './adaptive-lif.ts';
import { izhikevichDefinition } from './izhikevich.ts';
import { leakyDefinition } from './leaky.ts';
import { leakyReluDefinition, spikingLeakyReluDefinition } from './leaky-relu.ts';
import { lifSmoothing } from './lif-smoothing.ts';
import { lifDefinition, lifRateDefinition } from './lif.ts';
import { RATE_GRADIENT, rateGradient } from './rate-gradient.ts';
import { poissonSpikingDefinition, regularSpikingDefinition, stochasticSpikingDefinition } from './rates-to-spikes.ts';
import { rectifiedLinearDefinition, spikingRectifiedLinearDefinition } from './rectified-linear.ts';
import { sigmoidDefinition } from './sigmoid.ts';
import { softLifRateDefinition } from './soft-lif.ts';
import { SOFT_LIF_GRADIENT, softLifGradient } from './soft-lif-gradient.ts';
import {
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
} from './spike-surrogates.ts';
import { tanhDefinition } from './tanh.ts';

/** Every built-in kind but `direct`, which is no neuron: the build passes its value through. */
export const neuronDefinitions: readonly NeuronDefinition[] = (
  [
    lifDefinition,
    lifRateDefinition,
    softLifRateDefinition,
    rectifiedLinearDefinition,
    spikingRectifiedLinearDefinition,
    sigmoidDefinition,
    tanhDefinition,
    adaptiveLifDefinition,
    adaptiveLifRateDefinition,
    izhikevichDefinition,
    leakyDefinition,
    leakyReluDefinition,
    spikingLeakyReluDefinition,
    regularSpikingDefinition,
    stochasticSpikingDefinition,
    poissonSpikingDefinition,
  ] as readonly NeuronDefinition[]
).map((definition) => readsOnly(definition));

const SURROGATES: readonly {
  readonly key: Token<GradientApproximation>;
  readonly make: () => GradientApproximation;
  readonly summary: string;
}[] = [
  { key: FAST_SIGMOID_GRADIENT, make: () => fastSigmoidGradient(), summary: 'a fast sigmoid' },
  { key: ARCTANGENT_GRADIENT, make: () => arctangentGradient(), summary: 'an arctangent' },
  { key: SUPER_SPIKE_GRADIENT, make: () => superSpikeGradient(), summary: 'SuperSpike' },
  { key: STRAIGHT_THROUGH_GRADIENT, make: () => straightThroughGradient(), summary: 'straight through' },
  { key: TRIANGULAR_GRADIENT, make: () => triangularGradient(), summary: 'a triangle' },
];

/**
 * The built-in kinds of neuron; the gradient approximations RATE_GRADIENT (the default), SOFT_LIF_GRADIENT, and for spiking kinds the
 * surrogates FAST_SIGMOID_GRADIENT, ARCTANGENT_GRADIENT, SUPER_SPIKE_GRADIENT, STRAIGHT_THROUGH_GRADIENT and TRIANGULAR_GRADIENT; and
 * the setting `lifSmoothing`.
 */
export function neurons(): Plugin {
  refuseSurplus('neurons', arguments, 0);
  return definePlugin({
    name: '@ndl/neurons',
    register({ bind, contribute }) {
      for (const definition of neuronDefinitions) contribute(NEURON_DEFINITIONS).toConstantValue(definition);
      bind(RATE_GRADIENT).toConstantValue(rateGradient);
      bind(SOFT_LIF_GRADIENT).toConstantValue(softLifGradient());
      contribute(GRADIENT_APPROXIMATIONS).toConstantValue({
        key: RATE_GRADIENT,
        summary: 'rates forward and backward; the default',
      });
      contribute(GRADIENT_APPROXIMATIONS).toConstantValue({
        key: SOFT_LIF_GRADIENT,
        summary: 'LIF as SoftLIF, forward and backward',
      });
      for (const { key, make, summary } of SURROGATES) {
        bind(key).toConstantValue(make());
        contribute(GRADIENT_APPROXIMATIONS).toConstantValue({ key, summary: `real spikes, ${summary} backward` });
      }
      bind(GRADIENT_APPROXIMATION).toService(RATE_GRADIENT);
      contribute(SETTING_SPECS).toConstantValue(lifSmoothing as SettingSpec);
    },
  });
}
