/** @file The tokens by which `configureSettings` picks planners, sorters and simplifications of this package. */
import { token, type Planner, type Simplification, type Sorter, type Token } from '@ndl/core';

/** One group per operator. */
export const NOOP_PLANNER: Token<Planner> = /* @__PURE__ */ token<Planner>('@ndl/planners/noop');
/** The largest group first. */
export const GREEDY_PLANNER: Token<Planner> = /* @__PURE__ */ token<Planner>('@ndl/planners/greedy');
/** Looks three groups ahead: the default. `treePlanner({ depth })` looks further or less far. */
export const TREE_PLANNER: Token<Planner> = /* @__PURE__ */ token<Planner>('@ndl/planners/tree');
/** One merge class after the other over the whole graph. */
export const TRANSITIVE_PLANNER: Token<Planner> = /* @__PURE__ */ token<Planner>('@ndl/planners/transitive');

/** Lays the operands of a group side by side: the default. */
export const ORDER_SIGNALS: Token<Sorter> = /* @__PURE__ */ token<Sorter>('@ndl/planners/order-signals');
/** Leaves signals and members in the order of the graph. */
export const KEEP_ORDER: Token<Sorter> = /* @__PURE__ */ token<Sorter>('@ndl/planners/keep-order');

/** What is only ever reset to one value begins with it instead. */
export const REMOVE_UNMODIFIED_RESETS: Token<Simplification> = /* @__PURE__ */ token<Simplification>(
  '@ndl/planners/remove-unmodified-resets',
);

/** Leaves out what only adds zero. */
export const REMOVE_ZERO_INCS: Token<Simplification> = /* @__PURE__ */ token<Simplification>(
  '@ndl/planners/remove-zero-incs',
);

/** Copies, where one would multiply by one or by the identity. */
export const REMOVE_IDENTITY_MULTIPLICATIONS: Token<Simplification> = /* @__PURE__ */ token<Simplification>(
  '@ndl/planners/remove-identity-multiplications',
);

/** Resets to constants instead of copying them. */
export const REMOVE_CONSTANT_COPIES: Token<Simplification> = /* @__PURE__ */ token<Simplification>(
  '@ndl/planners/remove-constant-copies',
);

/** Sets the first term of a sum instead of adding it to zero. */
export const REMOVE_RESET_INCS: Token<Simplification> = /* @__PURE__ */ token<Simplification>(
  '@ndl/planners/remove-reset-incs',
);
