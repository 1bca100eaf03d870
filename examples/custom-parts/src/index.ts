/** @file The public names of `@acme/ndl-parts`. */
export { movingAverage, movingAverageDefinition, type MovingAverage } from './moving-average.ts';
export { parts } from './plugin.ts';
export { pseudoHuber } from './pseudo-huber.ts';
export { signMomentum, type SignMomentumOptions } from './sign-momentum.ts';
export { slew, slewDefinition, type Slew } from './slew.ts';
export { steepestDescent, steepestDescentDefinition, type SteepestDescent } from './steepest-descent.ts';
export { triangular, triangularDefinition, type Triangular } from './triangular.ts';
