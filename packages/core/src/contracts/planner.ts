/** @file Extension points of graph optimization: simplifications, planners and sorters. */
import type { Pieces } from '@ndl/numerics';
import type { Operator } from '../graph/operators.ts';
import type { OperatorGraph } from '../graph/operator-graph.ts';
import type { Signal } from '../graph/signals.ts';
import type { Choice } from './plugin.ts';
import type { Settings } from './settings.ts';
import { token, type Token } from './token.ts';

/** An execution order of groups of operators that run as one. Groups are never empty. */
export interface Plan {
  readonly groups: readonly (readonly Operator[])[];
}

/** What planners may ask. */
export interface PlanContext {
  /** Operators of one class may share a group; classes are opaque strings. */
  mergeClassOf(operator: Operator): string;
  /** What `configureSettings` and the Simulator's options say, settings of plugins included. */
  readonly settings: Readonly<Settings>;
  /** Uniform in [0, 1), seeded by the simulator's seed: a planner that draws from it stays reproducible. */
  random(): number;
}

/**
 * Groups and orders the operators of a graph. A pure function; the compiler verifies each plan: every operator once, no
 * operator before one that it depends on (nor beside it in a group), one merge class per group. What it does at once cannot
 * be interrupted: while it runs, no timer does, and no abort is noticed.
 */
export interface Planner {
  (graph: OperatorGraph, context: PlanContext): Plan;
  /** The same plan in pieces, so that large graphs do not keep others waiting. Preferred where it exists. */
  readonly inPieces?: (graph: OperatorGraph, context: PlanContext) => Pieces<Plan>;
}

/** The planner in force. */
export const PLANNER: Token<Planner> = /* @__PURE__ */ token<Planner>('@ndl/core/planner');
/** Collection of the choices for the setting `planner`. */
export const PLANNERS: Token<Choice<Planner>> = /* @__PURE__ */ token<Choice<Planner>>('@ndl/core/planners');

/** A plan with its members in a good order, and the order in which signals should lie in memory. */
export interface SortedPlan {
  readonly plan: Plan;
  /** Every signal of the graph, once. */
  readonly signals: readonly Signal[];
}

/**
 * Orders signals (and members within their groups) so that the operands of a group stand side by side. What it does at once
 * cannot be interrupted.
 */
export interface Sorter {
  (plan: Plan, graph: OperatorGraph): SortedPlan;
  /** The same in pieces. Preferred where it exists. */
  readonly inPieces?: (plan: Plan, graph: OperatorGraph) => Pieces<SortedPlan>;
}

/** The sorter in force. */
export const SORTER: Token<Sorter> = /* @__PURE__ */ token<Sorter>('@ndl/core/sorter');
/** Collection of the choices for the setting `sorter`. */
export const SORTERS: Token<Choice<Sorter>> = /* @__PURE__ */ token<Choice<Sorter>>('@ndl/core/sorters');

/** Rewrites a graph into one that computes the same with less. Returns the same object where nothing applies. */
export interface Simplification {
  readonly name: string;
  apply(graph: OperatorGraph): OperatorGraph;
  /** The same in pieces: what is done at once cannot be interrupted. Preferred where it exists. */
  applyInPieces?(graph: OperatorGraph): Pieces<OperatorGraph>;
}

declare module './settings.ts' {
  interface Settings {
    readonly planner: Token<Planner> | Planner | undefined;
    readonly sorter: Token<Sorter> | Sorter | undefined;
    readonly simplifications: readonly (Token<Simplification> | Simplification)[] | undefined;
  }
}

/** Collection of the simplifications, in the order of application; the list is repeated until nothing changes. */
export const SIMPLIFICATIONS: Token<Simplification> =
  /* @__PURE__ */ token<Simplification>('@ndl/core/simplifications');
/** Collection of the choices for the setting `simplifications`. */
export const SIMPLIFICATION_CHOICES: Token<Choice<Simplification>> = /* @__PURE__ */ token<Choice<Simplification>>(
  '@ndl/core/simplification-choices',
);
