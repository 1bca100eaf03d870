/** @file The plugin: the neurons' behaviour, and the gradient approximation as a choice. */
import { definePlugin, GRADIENT_APPROXIMATIONS, NEURON_DEFINITIONS, type Plugin } from '@ndl/core';
import { quadraticDefinition } from './quadratic-definition.ts';
import { QUADRATIC_GRADIENT, quadraticGradient } from './quadratic-gradient.ts';

/** Lets networks have `quadratic()` neurons, and `QUADRATIC_GRADIENT` train them. */
export function quadraticNeurons(): Plugin {
  return definePlugin({
    name: '@acme/ndl-neuron-quadratic',
    register({ bind, contribute }) {
      contribute(NEURON_DEFINITIONS).toConstantValue(quadraticDefinition);
      bind(QUADRATIC_GRADIENT).toConstantValue(quadraticGradient());
      contribute(GRADIENT_APPROXIMATIONS).toConstantValue({
        key: QUADRATIC_GRADIENT,
        summary: 'spikes forward, a smooth rate backward',
      });
    },
  });
}
