/** @file The plugin: binds what the class asks for, and contributes the class. */
import { definePlugin, SIMPLIFICATIONS, type Plugin } from '@ndl/core';
import { CENSUS_LISTENER, OperatorCensus, type CensusListener } from './operator-census.ts';

/** Tells `listener` how many operators of each kind a network has, at the place of this plugin among the simplifications. */
export function operatorCensus(listener: CensusListener): Plugin {
  return definePlugin({
    name: '@acme/ndl-operator-census',
    register({ bind, contribute }) {
      bind(CENSUS_LISTENER).toConstantValue(listener);
      contribute(SIMPLIFICATIONS).to(OperatorCensus);
    },
  });
}
