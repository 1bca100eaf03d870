/** @file The public names of `@ndl/ir`: programs, kernels, and what is done with them. */
export * from './program/program.ts';
export * from './program/tables.ts';
export * from './program/view.ts';
export * from './program/instructions.ts';
export * from './kernel/kernel.ts';
export { kernel, makeKernel, type KernelDeclaration } from './kernel/kernel-builder.ts';
export {
  createKernelEvaluator,
  evaluateKernel,
  requireKernelOperands,
  type KernelEvaluator,
} from './kernel/kernel-evaluation.ts';
export {
  differentiateKernel,
  gradientName,
  kernelDerivatives,
  type DerivativeSelection,
} from './kernel/kernel-derivative.ts';
export { approximationKernel, pruneKernel } from './kernel/kernel-rewriting.ts';
export { isZero, operandsOf, topologicalOrder } from './kernel/expression-pool.ts';
export * from './program/view-axes.ts';
export * from './program/view-elements.ts';
export * from './program/views.ts';
export * from './program/instruction-access.ts';
export { matrixVector, outerProduct } from './program/products.ts';
export {
  GeneratedStream,
  problemOfGenerated,
  STREAM_POSITION,
  type GeneratedDistribution,
  type GeneratedSource,
} from './program/generated-inputs.ts';
export { specialize } from './program/specialize.ts';
export { LANES, splitIntoLanes, wantsLanes, type SplitProduct } from './program/lanes.ts';
export { joinLabels } from './program/labels.ts';
export { simplifyMember } from './program/contraction-axes.ts';
export { classifyContraction } from './program/classify-contraction.ts';
export type * from './program/contraction.ts';
export { layoutIn, type Layout } from './program/layout.ts';
export { CallCosts, sumOfAmounts, type Amount, type CallCost } from './program/call-costs.ts';
export { expectedSeconds, type CostTable } from './program/expected-time.ts';
export { costOfInstruction, costsOfSections, operationsIn, type Cost } from './program/section-costs.ts';
export { printInstruction, printProgram, printView } from './program/print-program.ts';
export { decodeProgram, encodeProgram, hashProgram } from './program/encode-program.ts';
export { decodeArrays, encodeArrays } from './program/encode-arrays.ts';
export { printKernel } from './kernel/print-kernel.ts';
export { verifyInstruction, type Fail, type Surroundings } from './program/verify-instruction.ts';
export {
  verifyProgram,
  verifyProgramInPieces,
  verifyTraining,
  verifyTrainingInPieces,
  type VerificationContext,
} from './program/verify-program.ts';
export { findActivity, type Activity, type Dependence } from './differentiation/activity.ts';
export { differentiate, type Differentiated } from './differentiation/differentiate.ts';
export {
  assembleTraining,
  assembleTrainingInPieces,
  type AssembledTraining,
  type TrainingGoal,
} from './differentiation/assemble-training.ts';
export {
  runPasses,
  runPassesInPieces,
  type PassContext,
  type PassOptions,
  type ProgramPass,
} from './passes/program-pass.ts';
export { removeDeadBuffers } from './passes/remove-dead-buffers.ts';
export { moveLoopInvariants } from './passes/move-loop-invariants.ts';
export { foldConstants } from './passes/fold-constants.ts';
export { shareCommonSubexpressions } from './passes/share-common-subexpressions.ts';
export { fuseMaps } from './passes/fuse-maps.ts';
export { lagForm } from './lag-form/lag-form.ts';
export { narrow } from './lag-form/narrow.ts';
export { splitBuffers } from './lag-form/split-buffers.ts';
export { distribute } from './distribution/distribute.ts';
export { loopPasses, takeApart } from './distribution/take-apart.ts';
export { dropZeroFills } from './passes/drop-zero-fills.ts';
export { describeInfinite, firstInfiniteIn, indexOfInfiniteIn, isFiniteIn, isTooSmallIn } from './program/finite-in.ts';
