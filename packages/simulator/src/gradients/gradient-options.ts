/** @file Options of `gradients`. */
import type { TrainOptions } from '../training/learning-options.ts';

/** What the derivatives are of. All items of the data are one minibatch. */
export type GradientOptions = Pick<
  TrainOptions,
  'targets' | 'losses' | 'lossWeights' | 'metrics' | 'steps' | 'truncation' | 'signal'
>;
