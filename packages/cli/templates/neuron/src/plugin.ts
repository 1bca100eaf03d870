/** @file The plugin: what networks need to have such neurons. */
import { definePlugin, NEURON_DEFINITIONS, type Plugin } from '@ndl/core';
import { squaringDefinition } from './definition.ts';

/** Lets networks have `squaring()` neurons. */
export function squaringNeurons(): Plugin {
  return definePlugin({
    name: '@acme/ndl-neuron-squaring',
    register({ contribute }) {
      contribute(NEURON_DEFINITIONS).toConstantValue(squaringDefinition);
    },
  });
}
