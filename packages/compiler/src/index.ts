/** @file Plan → Program: the pipeline and the lowerings of the built-in operator kinds. */
export { callReports, type CallReports } from './block-reports.ts';
export {
  compileNetwork,
  compileNetworkInPieces,
  describeGroup,
  type CompiledNetwork,
  type CompileOptions,
  type TrainingVariant,
} from './compile-network.ts';
export { inputName, learntName, outputName } from './lower-plan.ts';
export type { LoweredProgram, LoweredTraining } from './lowered.ts';
export { drawnForNeurons } from './lowerings/neuron-draws.ts';
export { drawnName } from './lowerings/host-functions.ts';
export { withNeuronSteps, type StepSources } from './lowerings/sim-neurons.ts';
export type { MemoryLayout } from './memory-layout.ts';
export { compiler } from './plugin.ts';
export type { LearningTask, ObjectiveOnOutput } from './learning-task.ts';
export { taskKey } from './task-key.ts';
export { optimizerScalars, passesGradient, writtenBy } from './training-program.ts';
