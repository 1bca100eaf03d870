/** @file Options of `checkGradients`. */
import type { Inputs, TrainOptions } from '../training/learning-options.ts';

/** Data to check gradients on, and how far they may differ. */
export interface GradientCheckOptions extends Partial<
  Pick<TrainOptions, 'targets' | 'losses' | 'lossWeights' | 'signal' | 'onProgress'>
> {
  /** Default: seeded uniform noise, held over the steps, of as many items as the targets have, or 2. */
  readonly inputs?: Inputs | undefined;
  /** Steps to simulate. Default: as many as the data have, or 3 where all are held. */
  readonly steps?: number | undefined;
  /**
   * Largest accepted relative error, beyond what rounding in float32 and the differences themselves bring with them (default
   * 1e-6 in float64, 1e-3 in float32).
   */
  readonly tolerance?: number | undefined;
}
