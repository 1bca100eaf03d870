/** @file The public names of `@acme/ndl-operator-census`. */
export { CENSUS_LISTENER, OperatorCensus, type CensusListener } from './operator-census.ts';
export { operatorCensus } from './plugin.ts';
