/** @file The contracts of ndl: everything that a plugin imports. */
export {
  complete,
  type FloatArray,
  Heap,
  isNdArray,
  isNdlError,
  NdArray,
  NdlError,
  type NdlErrorDetails,
  OperationCount,
  type Pieces,
  refuseSurplus,
  showThrown,
  showValue,
  suggest,
  withoutStop,
  isRefusedPromise,
  unfinishedWork,
} from '@ndl/numerics';
export * from './contracts/backend.ts';
export * from './executables/part-timings.ts';
export * from './contracts/build-definitions.ts';
export * from './contracts/cost.ts';
export * from './graph/dependencies.ts';
export { backendFailed } from './errors.ts';
export { checkCount, ExecutableCalls } from './executables/executable-calls.ts';
export * as executableErrors from './executables/executable-errors.ts';
export { frozen, frozenInPieces, isReader, readsOnly, saysFrozen } from './graph/frozen.ts';
export * from './contracts/gradient-approximation.ts';
export * from './contracts/host-function.ts';
export * from './contracts/index-by-kind.ts';
export { eventLoopTurn } from './executables/event-loop.ts';
export { Interruption } from './executables/interruption.ts';
export * from './contracts/learning-rule-definition.ts';
export * from './contracts/neuron-definition.ts';
export * from './contracts/map-routines.ts';
export * from './contracts/operator-context.ts';
export * from './graph/operator-graph.ts';
export * from './contracts/operator-lowering.ts';
export * from './graph/operators.ts';
export * from './executables/periods.ts';
export * from './contracts/planner.ts';
export * from './contracts/plugin.ts';
export * from './graph/rewrite-graph.ts';
export * from './contracts/session-config.ts';
export * from './contracts/settings.ts';
export * from './graph/signal-uses.ts';
export * from './graph/signal-view.ts';
export * from './graph/signals.ts';
export * from './graph/simplify.ts';
export * from './contracts/slots.ts';
export * from './contracts/synapse-definition.ts';
export * from './contracts/token.ts';
export * from './contracts/training-definitions.ts';
export * from './contracts/transform-definition.ts';
export * from './contracts/tuning.ts';
export * from './contracts/tuning-from-rates.ts';
export { problemOfOperator, problemOfView } from './graph/verify-graph.ts';
export * from './graph/verify-plan.ts';
export { ViewIndex } from './graph/view-index.ts';
export type { Work } from './executables/work.ts';
