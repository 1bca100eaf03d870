/** @file The Simulator: build, run, train, measure. */
export { programPasses } from './composition/compile-stage.ts';
export { builtInPlugins } from './composition/composition.ts';
export type { BackendReport } from './composition/choose-backend.ts';
export { bestParameters, type BestParameters } from './training/callbacks/best-parameters.ts';
export { earlyStopping, type EarlyStoppingOptions } from './training/callbacks/early-stopping.ts';
export type { MonitorOptions } from './training/callbacks/monitor.ts';
export type { Data, DataFor } from './inputs/data-table.ts';
export type { GradientCheckOptions } from './gradients/gradient-check-options.ts';
export type { GradientReport } from './gradients/gradient-check.ts';
export type { GradientDifference } from './gradients/gradient-comparisons.ts';
export type { GradientOptions } from './gradients/gradient-options.ts';
export type { LossGradients, ObjectGradients } from './gradients/loss-gradients.ts';
export type {
  EvaluateOptions,
  Inputs,
  Objectives,
  PredictOptions,
  Targets,
  TrainOptions,
} from './training/learning-options.ts';
export type { MeasuredProfile } from './profile/measured-profile.ts';
export type { InstructionProfile, Profile, SectionProfile } from './profile/profile.ts';
export type { MeasuredPart, MeasuredSection } from './profile/profile-figures.ts';
export type { ProfileOptions } from './profile/profile-options.ts';
export type { KeepLearntOptions } from './parameters/online-learning.ts';
export type { OnProgress, Progress, ProgressListener } from './progress/progress-listener.ts';
export type { SimulationData } from './results/simulation-data.ts';
export type { SimulatorOptions } from './options/simulator-options.ts';
export type { RunOptions } from './runner.ts';
export type { StreamedSteps } from './stream.ts';
export type { StreamOptions } from './options/stream-options.ts';
export { Simulator } from './simulator.ts';
