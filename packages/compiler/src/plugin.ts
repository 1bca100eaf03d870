/** @file The plugin of the built-in operator kinds. */
import { refuseSurplus } from '@ndl/numerics';
import { definePlugin, OPERATOR_LOWERINGS, type Plugin } from '@ndl/core';
import { builtInLowerings } from './lowerings/index.ts';

/** Lowerings of every operator kind that `@ndl/builder` makes. */
export function compiler(): Plugin {
  refuseSurplus('compiler', arguments, 0);
  return definePlugin({
    name: '@ndl/compiler',
    register({ contribute }) {
      for (const lowering of builtInLowerings) contribute(OPERATOR_LOWERINGS).toConstantValue(lowering);
    },
  });
}
