/** @file Graph optimization: planners, sorters and simplifications, as functions and as plugins. */
export { greedyPlanner } from './greedy-planner.ts';
export { keepOrder } from './keep-order.ts';
export { noopPlanner } from './noop-planner.ts';
export { orderSignals } from './order-signals.ts';
export * from './plugins.ts';
export { removeConstantCopies } from './simplifications/remove-constant-copies.ts';
export { removeIdentityMultiplications } from './simplifications/remove-identity-multiplications.ts';
export { removeResetIncs } from './simplifications/remove-reset-incs.ts';
export { removeUnmodifiedResets } from './simplifications/remove-unmodified-resets.ts';
export { removeZeroIncs } from './simplifications/remove-zero-incs.ts';
export * from './tokens.ts';
export { transitivePlanner } from './transitive-planner.ts';
export { treePlanner, type TreePlannerOptions } from './tree-planner.ts';
