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
  isRefusedPromise,
} from '@ndl/numerics';
export * from './backend.ts';
export * from './part-timings.ts';
export * from './build-definitions.ts';
export * from './dependencies.ts';
export { backendFailed } from './errors.ts';
export { checkCount, ExecutableCalls } from './executable-calls.ts';
export * as executableErrors from './executable-errors.ts';
export { frozen, frozenInPieces, isReader, readsOnly, saysFrozen } from './frozen.ts';
export * from './gradient-approximation.ts';
export * from './host-function.ts';
export * from './index-by-kind.ts';
export { eventLoopTurn } from './event-loop.ts';
export { Interruption } from './interruption.ts';
export * from './learning-rule-definition.ts';
export * from './neuron-definition.ts';
export * from './map-routines.ts';
export * from './operator-context.ts';
export * from './operator-graph.ts';
export * from './operator-lowering.ts';
export * from './operators.ts';
export * from './periods.ts';
export * from './planner.ts';
export * from './plugin.ts';
export * from './rewrite-graph.ts';
export * from './session-config.ts';
export * from './settings.ts';
export * from './signal-uses.ts';
export * from './signal-view.ts';
export * from './signals.ts';
export * from './simplify.ts';
export * from './slots.ts';
export * from './synapse-definition.ts';
export * from './token.ts';
export * from './training-definitions.ts';
export * from './transform-definition.ts';
export * from './tuning.ts';
export * from './tuning-from-rates.ts';
export { problemOfOperator, problemOfView } from './verify-graph.ts';
export * from './verify-plan.ts';
export { ViewIndex } from './view-index.ts';
export type { Work } from './work.ts';
