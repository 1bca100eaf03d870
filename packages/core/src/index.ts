/** @file The contracts of ndl: everything that a plugin imports. */
export { NdlError, isNdlError, suggest, type NdlErrorDetails } from '@ndl/numerics';
export * from './backend.ts';
export * from './build-definitions.ts';
export * from './gradient-approximation.ts';
export * from './neuron-definition.ts';
export * from './operator-graph.ts';
export * from './operator-lowering.ts';
export * from './operators.ts';
export * from './planner.ts';
export * from './plugin.ts';
export * from './settings.ts';
export * from './synapse-definition.ts';
export * from './token.ts';
export * from './training-definitions.ts';
