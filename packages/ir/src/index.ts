/** @file The public names of `@ndl/ir`: programs, kernels, and what is done with them. */
export * from './program.ts';
export * from './instructions.ts';
export * from './kernel.ts';
export { kernel, makeKernel, type KernelDeclaration } from './kernel-builder.ts';
export { createKernelEvaluator, evaluateKernel, type KernelEvaluator } from './kernel-evaluation.ts';
export { differentiateKernel, gradientName, kernelDerivatives, type DerivativeSelection } from './kernel-derivative.ts';
export { approximationKernel, pruneKernel } from './kernel-rewriting.ts';
export { isZero, operandsOf, topologicalOrder } from './expression-pool.ts';
export * from './views.ts';
export * from './instruction-access.ts';
export { matrixVector, outerProduct } from './products.ts';
export { joinLabels } from './labels.ts';
export { simplifyMember } from './contraction-axes.ts';
export {
  classifyContraction,
  type AxisPace,
  type Contraction,
  type ContractionAxis,
  type ContractionKind,
  type ContractionWindow,
  type MemberLayouts,
} from './classify-contraction.ts';
export type { Layout } from './layout.ts';
export { printInstruction, printProgram, printView } from './print-program.ts';
export { printKernel } from './print-kernel.ts';
export { verifyInstruction, type Fail, type Surroundings } from './verify-instruction.ts';
export { verifyProgram, verifyTraining, type VerificationContext } from './verify-program.ts';
export { findActivity, type Activity } from './activity.ts';
export { differentiate, type Differentiated } from './differentiate.ts';
export { runPasses, type PassContext, type ProgramPass } from './passes/program-pass.ts';
export { removeDeadBuffers } from './passes/remove-dead-buffers.ts';
export { moveLoopInvariants } from './passes/move-loop-invariants.ts';
export { foldConstants } from './passes/fold-constants.ts';
export { shareCommonSubexpressions } from './passes/share-common-subexpressions.ts';
export { fuseMaps } from './passes/fuse-maps.ts';
export { dropZeroFills } from './passes/drop-zero-fills.ts';
