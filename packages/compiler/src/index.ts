/** @file Plan → Program: the pipeline and the lowerings of the built-in operator kinds. */
export { callReports, type CallReports } from './block-reports.ts';
export {
  compileNetwork,
  describeGroup,
  programSource,
  type CompiledNetwork,
  type CompileOptions,
  type TrainingVariant,
} from './compile-network.ts';
export { inputName, outputName } from './lower-plan.ts';
export { withNeuronSteps, type StepSources } from './lowerings/sim-neurons.ts';
export type { MemoryLayout } from './memory-layout.ts';
export { compiler } from './plugin.ts';
export {
  instructionsOf,
  optimizerScalars,
  passesGradient,
  type LearningTask,
  type ObjectiveOnOutput,
} from './training-program.ts';
