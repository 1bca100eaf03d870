/** @file The public names of `@ndl/training`: losses, metrics, optimizers, and what a training run tells. */
export { directGradient, kernelLoss, meanSquaredError, type KernelLossOptions } from './elementwise-losses.ts';
export type { MeanLossOptions, MissingTargets } from './missing-targets.ts';
export { softmaxCrossEntropy } from './softmax-cross-entropy.ts';
export { latencyLoss, rateLoss, spikeCountLoss } from './spike-losses.ts';
export {
  latencyEncoding,
  rateEncoding,
  type LatencyEncodingOptions,
  type RateEncodingOptions,
  type SpikeEncodingOptions,
} from './spike-encodings.ts';
export { hostLoss, type HostLossOptions, type LossAndGradient } from './host-loss.ts';
export { accuracy } from './accuracy.ts';
export { momentum, sgd, type MomentumOptions, type SgdOptions } from './sgd.ts';
export { adam, type AdamOptions } from './adam.ts';
export { rmsprop, type RmspropOptions } from './rmsprop.ts';
export type { LearningRate } from './options.ts';
export { minibatches, type MinibatchOptions } from './minibatches.ts';
export type { EpochRecord, EpochVerdict, History, Reports, TrainingCallbacks } from './history.ts';
