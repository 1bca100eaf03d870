/** @file The plugin that runs networks from NIR. */
import { definePlugin, NEURON_DEFINITIONS, TRANSFORM_DEFINITIONS, type Plugin } from '@ndl/core';
import { refuseSurplus } from '@ndl/numerics';
import { fixedSumsDefinition } from './fixed-sums.ts';
import { nirNeuronDefinitions } from './neuron-definitions.ts';

/** Lets simulators run what `importNir` and `nirNetwork` make: the kinds of neurons and the transform of NIR. */
export function nir(): Plugin {
  refuseSurplus('nir', arguments, 0);
  return definePlugin({
    name: '@ndl/nir',
    register({ contribute }) {
      for (const definition of nirNeuronDefinitions) contribute(NEURON_DEFINITIONS).toConstantValue(definition);
      contribute(TRANSFORM_DEFINITIONS).toConstantValue(fixedSumsDefinition as never);
    },
  });
}
