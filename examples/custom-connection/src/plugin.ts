/** @file The plugin: what the rule and the transform do. */
import { definePlugin, LEARNING_RULE_DEFINITIONS, TRANSFORM_DEFINITIONS, type Plugin } from '@ndl/core';
import { diagonalPlusLowRankDefinition } from './diagonal-plus-low-rank-definition.ts';
import { normalizedHebbDefinition } from './normalized-hebb-definition.ts';

/** Lets connections learn by `normalizedHebb()`, and have a `diagonalPlusLowRank()` as their transform. */
export function connections(): Plugin {
  return definePlugin({
    name: '@acme/ndl-connections',
    register({ contribute }) {
      contribute(LEARNING_RULE_DEFINITIONS).toConstantValue(normalizedHebbDefinition);
      contribute(TRANSFORM_DEFINITIONS).toConstantValue(diagonalPlusLowRankDefinition);
    },
  });
}
