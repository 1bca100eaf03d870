/** @file The plugin of everything that this package defines. */
import { refuseSurplus } from '@ndl/numerics';
import {
  BUILD_FUNCTIONS,
  definePlugin,
  DISTRIBUTION_DEFINITIONS,
  LEARNING_RULE_DEFINITIONS,
  PROCESS_DEFINITIONS,
  readsOnly,
  SOLVER_DEFINITIONS,
  SYNAPSE_DEFINITIONS,
  TRANSFORM_DEFINITIONS,
  type BuildFunction,
  type Plugin,
} from '@ndl/core';
import { CONNECTION_BUILD } from './building/build-connection.ts';
import { ENSEMBLE_BUILD } from './building/build-ensemble.ts';
import { NODE_BUILD } from './building/build-node.ts';
import { PROBE_BUILD } from './building/build-probe.ts';
import { BUILT_IN_DISTRIBUTIONS } from './distributions/index.ts';
import { BUILT_IN_LEARNING_RULES } from './learning-rules/index.ts';
import { BUILT_IN_PROCESSES } from './processes/index.ts';
import { BUILT_IN_SOLVERS } from './solvers/index.ts';
import { BUILT_IN_SYNAPSES } from './synapses/index.ts';
import { BUILT_IN_TRANSFORMS } from './transforms/index.ts';

/** How each kind of object is built. */
export const BUILT_IN_BUILD_FUNCTIONS: readonly BuildFunction[] = [
  ENSEMBLE_BUILD,
  NODE_BUILD,
  CONNECTION_BUILD,
  PROBE_BUILD,
].map((buildFunction) => readsOnly(buildFunction as BuildFunction));

/** Contributes the build functions of all objects, and the built-in distributions, solvers, processes, synapses, transforms and learning rules. */
export function builder(): Plugin {
  refuseSurplus('builder', arguments, 0);
  return definePlugin({
    name: '@ndl/builder',
    register({ contribute }) {
      for (const buildFunction of BUILT_IN_BUILD_FUNCTIONS) contribute(BUILD_FUNCTIONS).toConstantValue(buildFunction);
      for (const definition of BUILT_IN_DISTRIBUTIONS) contribute(DISTRIBUTION_DEFINITIONS).toConstantValue(definition);
      for (const definition of BUILT_IN_SOLVERS) contribute(SOLVER_DEFINITIONS).toConstantValue(definition);
      for (const definition of BUILT_IN_PROCESSES) contribute(PROCESS_DEFINITIONS).toConstantValue(definition);
      for (const definition of BUILT_IN_SYNAPSES) contribute(SYNAPSE_DEFINITIONS).toConstantValue(definition);
      for (const definition of BUILT_IN_LEARNING_RULES)
        contribute(LEARNING_RULE_DEFINITIONS).toConstantValue(definition);
      for (const definition of BUILT_IN_TRANSFORMS) contribute(TRANSFORM_DEFINITIONS).toConstantValue(definition);
    },
  });
}
