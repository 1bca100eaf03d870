/** @file The plugins of this package: everything at once, or one choice at a time for builds that hold no more. */
import {
  definePlugin,
  PLANNERS,
  SIMPLIFICATION_CHOICES,
  SIMPLIFICATIONS,
  SORTERS,
  type Planner,
  type Plugin,
  type PluginRegistration,
  type Simplification,
  type Sorter,
  type Token,
  refuseSurplus,
} from '@ndl/core';
import { greedyPlanner } from './greedy-planner.ts';
import { keepOrder } from './keep-order.ts';
import { noopPlanner } from './noop-planner.ts';
import { orderSignals } from './order-signals.ts';
import { removeConstantCopies } from './simplifications/remove-constant-copies.ts';
import { removeIdentityMultiplications } from './simplifications/remove-identity-multiplications.ts';
import { removeResetIncs } from './simplifications/remove-reset-incs.ts';
import { removeUnmodifiedResets } from './simplifications/remove-unmodified-resets.ts';
import { removeZeroIncs } from './simplifications/remove-zero-incs.ts';
import {
  GREEDY_PLANNER,
  KEEP_ORDER,
  NOOP_PLANNER,
  ORDER_SIGNALS,
  REMOVE_CONSTANT_COPIES,
  REMOVE_IDENTITY_MULTIPLICATIONS,
  REMOVE_RESET_INCS,
  REMOVE_UNMODIFIED_RESETS,
  REMOVE_ZERO_INCS,
  TRANSITIVE_PLANNER,
  TREE_PLANNER,
} from './tokens.ts';
import { transitivePlanner } from './transitive-planner.ts';
import { treePlanner, type TreePlannerOptions } from './tree-planner.ts';

/** All four planners; the tree planner, which comes first, is the default. */
export function planners(): Plugin {
  refuseSurplus('planners', arguments, 0);
  return definePlugin({
    name: '@ndl/planners',
    register(registration) {
      offerPlanner(registration, TREE_PLANNER, treePlanner(), TREE_SUMMARY);
      offerPlanner(registration, GREEDY_PLANNER, greedyPlanner(), GREEDY_SUMMARY);
      offerPlanner(registration, TRANSITIVE_PLANNER, transitivePlanner(), TRANSITIVE_SUMMARY);
      offerPlanner(registration, NOOP_PLANNER, noopPlanner(), NOOP_SUMMARY);
    },
  });
}

/** The tree planner alone, looking `depth` groups ahead. @throws NdlError INVALID_OPTION. */
export function treePlannerPlugin(options: TreePlannerOptions = {}): Plugin {
  refuseSurplus('treePlannerPlugin', arguments, 1);
  const planner = treePlanner(options);
  return plannerPlugin('@ndl/planners/tree', TREE_PLANNER, planner, TREE_SUMMARY);
}

/** The greedy planner alone. */
export function greedyPlannerPlugin(): Plugin {
  refuseSurplus('greedyPlannerPlugin', arguments, 0);
  return plannerPlugin('@ndl/planners/greedy', GREEDY_PLANNER, greedyPlanner(), GREEDY_SUMMARY);
}

/** The transitive planner alone. */
export function transitivePlannerPlugin(): Plugin {
  refuseSurplus('transitivePlannerPlugin', arguments, 0);
  return plannerPlugin('@ndl/planners/transitive', TRANSITIVE_PLANNER, transitivePlanner(), TRANSITIVE_SUMMARY);
}

/** The planner that merges nothing, alone. */
export function noopPlannerPlugin(): Plugin {
  refuseSurplus('noopPlannerPlugin', arguments, 0);
  return plannerPlugin('@ndl/planners/noop', NOOP_PLANNER, noopPlanner(), NOOP_SUMMARY);
}

/** Both sorters; `orderSignals` is the default. */
export function sorters(): Plugin {
  refuseSurplus('sorters', arguments, 0);
  return definePlugin({
    name: '@ndl/planners/sorters',
    register(registration) {
      offerSorter(registration, ORDER_SIGNALS, orderSignals(), 'lays the operands of a group side by side');
      offerSorter(registration, KEEP_ORDER, keepOrder(), 'leaves everything in the order of the graph');
    },
  });
}

/** All simplifications, in the order in which they are applied. */
export function simplifications(): Plugin {
  refuseSurplus('simplifications', arguments, 0);
  return definePlugin({
    name: '@ndl/planners/simplifications',
    register({ bind, contribute }) {
      for (const { key, value, summary } of inOrderOfApplication()) {
        bind(key).toConstantValue(value);
        contribute(SIMPLIFICATIONS).toConstantValue(value);
        contribute(SIMPLIFICATION_CHOICES).toConstantValue({ key, summary });
      }
    },
  });
}

const TREE_SUMMARY = 'looks three groups ahead for the plan with the fewest groups';
const GREEDY_SUMMARY = 'schedules the largest group that is ready';
const TRANSITIVE_SUMMARY = 'merges one class of operators after the other over the whole graph';
const NOOP_SUMMARY = 'one group per operator';

function inOrderOfApplication(): readonly { key: Token<Simplification>; value: Simplification; summary: string }[] {
  return [
    { key: REMOVE_UNMODIFIED_RESETS, value: removeUnmodifiedResets, summary: 'begin with a value that never changes' },
    { key: REMOVE_ZERO_INCS, value: removeZeroIncs, summary: 'never add zero' },
    { key: REMOVE_IDENTITY_MULTIPLICATIONS, value: removeIdentityMultiplications, summary: 'copy what is times one' },
    { key: REMOVE_CONSTANT_COPIES, value: removeConstantCopies, summary: 'reset to constants, do not copy them' },
    { key: REMOVE_RESET_INCS, value: removeResetIncs, summary: 'set the first term of a sum' },
  ];
}

function plannerPlugin(name: string, key: Token<Planner>, planner: Planner, summary: string): Plugin {
  return definePlugin({ name, register: (registration) => offerPlanner(registration, key, planner, summary) });
}

function offerPlanner(
  { bind, contribute }: PluginRegistration,
  key: Token<Planner>,
  planner: Planner,
  summary: string,
): void {
  bind(key).toConstantValue(planner);
  contribute(PLANNERS).toConstantValue({ key, summary });
}

function offerSorter(
  { bind, contribute }: PluginRegistration,
  key: Token<Sorter>,
  sorter: Sorter,
  summary: string,
): void {
  bind(key).toConstantValue(sorter);
  contribute(SORTERS).toConstantValue({ key, summary });
}
