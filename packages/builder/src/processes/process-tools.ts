/** @file What processes may ask of the definitions of distributions and synapses. */
import type { DistributionDefinition, ProcessTools, SynapseDefinition } from '@ndl/core';
import { refuseSurplus } from '@ndl/numerics';
import { checkedDistribution, checkedSynapse, checkedTable } from '../checked/checked-definitions.ts';
import { BUILT_IN_DISTRIBUTIONS } from '../distributions/index.ts';
import { BUILT_IN_SYNAPSES } from '../synapses/index.ts';

/** Where the tools of processes find definitions. */
export interface ProcessToolsOptions {
  /** Default: the built-in ones. */
  readonly distributions?: readonly DistributionDefinition[];
  /** Default: the built-in ones. */
  readonly synapses?: readonly SynapseDefinition[];
  /** The plugin that contributed a definition, for messages. */
  readonly pluginOf?: ((definition: object) => string | undefined) | undefined;
}

/** The tools; they throw NdlError UNKNOWN_KIND, and DEFINITION_RESULT, DEFINITION_FAILED where a plugin gives what cannot be used. */
export function processTools({
  distributions = BUILT_IN_DISTRIBUTIONS,
  synapses = BUILT_IN_SYNAPSES,
  pluginOf = () => undefined,
}: ProcessToolsOptions = {}): ProcessTools {
  refuseSurplus('processTools', arguments, 1);
  const distribution = checkedTable('distribution', distributions, checkedDistribution, pluginOf);
  const synapse = checkedTable('synapse', synapses, checkedSynapse, pluginOf);
  return {
    sample: (from, count, dimensions, random) => distribution(from.kind).sample(from, count, dimensions, random),
    discretize: (from, dt) => synapse(from.kind).discretize(from, dt),
  };
}
