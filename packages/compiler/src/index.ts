/** @file Plan → Program: the pipeline and the lowerings of the built-in operator kinds. */
export { callReports, type CallReports } from './block-reports.ts';
export {
  compileNetwork,
  describeGroup,
  type CompiledNetwork,
  type CompileOptions,
  type TrainingVariant,
} from './compile-network.ts';
export { inputName, learntName, outputName } from './lower-plan.ts';
export type { LoweredProgram, LoweredTraining } from './lowered.ts';
export type { MemoryLayout } from './memory-layout.ts';
export { compiler } from './plugin.ts';
export {
  optimizerScalars,
  passesGradient,
  type LearningTask,
  writtenBy,
  type ObjectiveOnOutput,
} from './training-program.ts';
export { taskKey } from './task-key.ts';
