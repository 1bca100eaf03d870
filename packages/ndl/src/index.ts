/** @file One import for all that a user types: describe a network, configure it, run it, train it. */
export * from '@ndl/backend-reference';
export { TFJS_BACKEND, tfjs } from '@ndl/backend-tfjs';
export { checkedOutput, filter, filtfilt } from '@ndl/builder';
export { describeGroup, type CompiledNetwork } from '@ndl/compiler';
export { configureSettings, type SettingsInput } from '@ndl/config';
export * from '@ndl/core';
export { kernel, printProgram, type Kernel } from '@ndl/ir';
export * from '@ndl/model';
/* Names that the contracts use as well: here they are the front end's. */
export { hasRepeats, type Choice, type Selection } from '@ndl/model';
export * from '@ndl/neurons';
export { isNdArray, ndarray, NdArray, RandomState, type ArrayLikeInput, type Nested } from '@ndl/numerics';
export * from '@ndl/planners';
export {
  type BackendReport,
  type Data,
  type DataFor,
  type EvaluateOptions,
  type GradientCheckOptions,
  type GradientReport,
  type Inputs,
  type OnProgress,
  type PredictOptions,
  type Progress,
  type RunOptions,
  type SimulationData,
  type SimulatorOptions,
  type StreamedSteps,
  type Targets,
  type TrainOptions,
} from '@ndl/simulator';
export * from '@ndl/training';
export { defaultPlugins } from './default-plugins.ts';
export { Simulator } from './simulator.ts';
