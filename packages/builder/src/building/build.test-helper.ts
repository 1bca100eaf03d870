/** @file Builds networks for tests: everything that ships with the builder, and LIF neurons. */
import type { OperatorGraph } from '@ndl/core';
import type { Network } from '@ndl/model';
import {
  buildNetwork,
  BUILT_IN_BUILD_FUNCTIONS,
  BUILT_IN_DISTRIBUTIONS,
  BUILT_IN_LEARNING_RULES,
  BUILT_IN_PROCESSES,
  BUILT_IN_SOLVERS,
  BUILT_IN_SYNAPSES,
  BUILT_IN_TRANSFORMS,
  type BuildDefinitions,
  type BuildOptions,
} from '../index.ts';
import { LIF_FOR_TESTS } from './lif-neurons.test-helper.ts';

export const DEFINITIONS: BuildDefinitions = {
  buildFunctions: BUILT_IN_BUILD_FUNCTIONS,
  neurons: LIF_FOR_TESTS,
  synapses: BUILT_IN_SYNAPSES,
  distributions: BUILT_IN_DISTRIBUTIONS,
  solvers: BUILT_IN_SOLVERS,
  processes: BUILT_IN_PROCESSES,
  learningRules: BUILT_IN_LEARNING_RULES,
  transforms: BUILT_IN_TRANSFORMS,
};

/** The graph of a network at dt = 0.001, everything trainable but time constants, unless `options` say otherwise. */
export function build(network: Network, options: Partial<BuildOptions> = {}): Promise<OperatorGraph> {
  return buildNetwork(network, {
    dt: 0.001,
    simulatorSeed: 1,
    isTrainable: ({ array }) => array !== 'tau',
    definitions: DEFINITIONS,
    ...options,
  });
}
