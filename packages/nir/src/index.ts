/** @file The public names of `@ndl/nir`: graphs of NIR as files, as data, and as networks. */
export { CONVENTION_CHOICES, NIR_CONVENTIONS } from './conventions.ts';
export type { NirConvention, NirConventionInput, NirConventionName } from './conventions.ts';
export { exportNir } from './export-nir.ts';
export { importNir } from './import-nir.ts';
export type { NirEdge, NirGraph, NirMetadata, NirNode, NirValue } from './nir-graph.ts';
export { nirNetwork, type NirNetwork, type NirOptions } from './nir-network.ts';
export { nirNeurons, type NirKind, type NirNeurons } from './neuron-types.ts';
export type { NirNeuronType, NirType } from './node-types.ts';
export { nir } from './plugin.ts';
export { readNir } from './read-nir.ts';
export { writeNir } from './write-nir.ts';
