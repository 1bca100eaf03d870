/** @file The public names of `@acme/ndl-neuron-quadratic`. */
export { quadraticNeurons } from './plugin.ts';
export { quadraticDefinition } from './quadratic-definition.ts';
export { QUADRATIC_GRADIENT, quadraticGradient } from './quadratic-gradient.ts';
export { quadratic, type Quadratic } from './quadratic.ts';
