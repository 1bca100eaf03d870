/** @file The plugin of the built-in operator kinds. */
import { definePlugin, OPERATOR_LOWERINGS, type OperatorLowering, type Plugin } from '@ndl/core';
import { dotIncLowering } from './lowerings/dot-inc.ts';
import { copyLowering, elementwiseIncLowering, resetLowering } from './lowerings/elementwise.ts';
import { hostFunctionLowering, timeUpdateLowering } from './lowerings/host-functions.ts';
import { simNeuronsLowering } from './lowerings/sim-neurons.ts';
import { simSynapseLowering } from './lowerings/sim-synapse.ts';

const builtInLowerings = [
  resetLowering,
  copyLowering,
  elementwiseIncLowering,
  dotIncLowering,
  simNeuronsLowering,
  simSynapseLowering,
  hostFunctionLowering,
  timeUpdateLowering,
];

/** Lowerings of every operator kind that `@ndl/builder` makes. */
export function compiler(): Plugin {
  return definePlugin({
    name: '@ndl/compiler',
    register({ contribute }) {
      for (const lowering of builtInLowerings)
        contribute(OPERATOR_LOWERINGS).toConstantValue(lowering as OperatorLowering);
    },
  });
}
