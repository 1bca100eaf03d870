/** @file The public names of `@acme/ndl-neuron-squaring`. */
export { squaringDefinition } from './definition.ts';
export { squaring, type Squaring } from './neuron-type.ts';
export { squaringNeurons } from './plugin.ts';
