/** @file Which plugin contributed a definition, or bound a service, so that errors can say whose it is. */
import {
  BUILD_FUNCTIONS,
  DISTRIBUTION_DEFINITIONS,
  NEURON_DEFINITIONS,
  OPERATOR_LOWERINGS,
  PROCESS_DEFINITIONS,
  SETTING_SPECS,
  SOLVER_DEFINITIONS,
  SYNAPSE_DEFINITIONS,
  type Token,
} from '@ndl/core';
import type { PluginContainer } from '@ndl/container';

const COLLECTIONS: readonly Token<object>[] = [
  BUILD_FUNCTIONS,
  NEURON_DEFINITIONS,
  SYNAPSE_DEFINITIONS,
  DISTRIBUTION_DEFINITIONS,
  SOLVER_DEFINITIONS,
  PROCESS_DEFINITIONS,
  OPERATOR_LOWERINGS,
  SETTING_SPECS,
];

/** Looks up the plugin that contributed a definition, or bound a chosen service; `undefined` where it is not known. */
export function contributors(container: PluginContainer): (definition: object | undefined) => string | undefined {
  const plugins = new Map<object | undefined, string | undefined>();
  for (const collection of COLLECTIONS) {
    const names = container.contributorsOf(collection);
    container.getAll(collection).forEach((definition, index) => plugins.set(definition, names[index]));
  }
  return (definition) => plugins.get(definition) ?? container.providerOf(definition);
}
