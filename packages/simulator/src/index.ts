/** @file The Simulator: build, run, train, measure. */
export { builtInPlugins, programPasses } from './composition.ts';
export type { BackendReport } from './choose-backend.ts';
export type { Data, DataFor } from './data-table.ts';
export type { GradientCheckOptions } from './gradient-check-options.ts';
export type { GradientReport } from './gradient-check.ts';
export type { GradientDifference } from './gradient-comparisons.ts';
export type { EvaluateOptions, Inputs, Objectives, PredictOptions, Targets, TrainOptions } from './learning-options.ts';
export type { MeasuredProfile } from './measured-profile.ts';
export type { InstructionProfile, Profile, SectionProfile } from './profile.ts';
export type { MeasuredPart, MeasuredSection } from './profile-figures.ts';
export type { ProfileOptions } from './profile-options.ts';
export type { OnProgress, Progress } from './progress.ts';
export type { SimulationData } from './simulation-data.ts';
export type { SimulatorOptions } from './simulator-options.ts';
export type { RunOptions } from './runner.ts';
export type { StreamedSteps } from './stream.ts';
export type { StreamOptions } from './stream-options.ts';
export { Simulator } from './simulator.ts';
