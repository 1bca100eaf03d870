/** @file The plugin: what the parts do that networks hold. Losses and optimizers are handed to `train`, and need none. */
import {
  definePlugin,
  DISTRIBUTION_DEFINITIONS,
  PROCESS_DEFINITIONS,
  SOLVER_DEFINITIONS,
  SYNAPSE_DEFINITIONS,
  type Plugin,
} from '@ndl/core';
import { movingAverageDefinition } from './moving-average.ts';
import { slewDefinition } from './slew.ts';
import { steepestDescentDefinition } from './steepest-descent.ts';
import { triangularDefinition } from './triangular.ts';

/** Lets networks have a `movingAverage()`, a `triangular()`, a `steepestDescent()` and a `slew()`. */
export function parts(): Plugin {
  return definePlugin({
    name: '@acme/ndl-parts',
    register({ contribute }) {
      contribute(SYNAPSE_DEFINITIONS).toConstantValue(movingAverageDefinition);
      contribute(DISTRIBUTION_DEFINITIONS).toConstantValue(triangularDefinition);
      contribute(SOLVER_DEFINITIONS).toConstantValue(steepestDescentDefinition);
      contribute(PROCESS_DEFINITIONS).toConstantValue(slewDefinition);
    },
  });
}
