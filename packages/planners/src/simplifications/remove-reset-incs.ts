/** @file Simplification: instead of setting zero and adding to it, set. */
import {
  hasRepeats,
  operatorDependencies,
  rewriteGraph,
  sameView,
  signalUses,
  viewsOverlap,
  type Operator,
  type SignalUse,
  type SignalUses,
  type Simplification,
} from '@ndl/core';
import { resetValues } from './constant-values.ts';

/**
 * Drops a reset to zero and lets the first operator that increments its target set it.
 *
 * Exact if, of all who increment any element of the target, the one that comes first in topological order increments exactly
 * the target, each element once, and can set as well (copies and products): 0 + x = x, and since nothing that increments
 * later leads to the first, no cycle arises. Sums are rounded as before.
 *
 * It saves an operator per sum, but sets and increments do not merge: now and then a plan has a group more with it.
 */
export const removeResetIncs: Simplification = {
  name: 'removeResetIncs',
  apply(graph) {
    const usesOf = signalUses(graph);
    const replaced = new Map<Operator, readonly Operator[]>();
    let rank: readonly number[] | undefined;
    for (const operator of graph.operators) {
      if (operator.kind !== 'reset' || !resetValues(operator).every((value) => value === 0)) continue;
      const uses = usesOf(operator.target.signal);
      if (uses.incs.length === 0) continue;
      rank ??= ranksIn(operatorDependencies(graph).order);
      const first = firstIncrement(uses, operator, rank);
      const setting = first === undefined ? undefined : settingInstead(first, operator);
      if (first === undefined || setting === undefined) continue;
      replaced.set(operator, []);
      replaced.set(first.operator, [setting]);
    }
    return rewriteGraph(graph, { operators: replaced });
  },
};

function ranksIn(order: readonly number[]): readonly number[] {
  const rank: number[] = [];
  order.forEach((index, place) => (rank[index] = place));
  return rank;
}

/** Whoever increments any element of the reset's target before all others. */
function firstIncrement(
  uses: SignalUses,
  reset: Extract<Operator, { kind: 'reset' }>,
  rank: readonly number[],
): SignalUse | undefined {
  const increments = uses.incs.filter(({ view }) => viewsOverlap(view, reset.target));
  return increments.reduce<SignalUse | undefined>(
    (first, use) => (first === undefined || rank[use.index]! < rank[first.index]! ? use : first),
    undefined,
  );
}

/** The same operator, setting its target; `undefined` where it cannot or where it increments something else. */
function settingInstead({ operator }: SignalUse, reset: Extract<Operator, { kind: 'reset' }>): Operator | undefined {
  if (operator.kind !== 'copy' && operator.kind !== 'elementwiseInc' && operator.kind !== 'dotInc') return undefined;
  if (!sameView(operator.target, reset.target) || hasRepeats(operator.target)) return undefined;
  return { ...operator, mode: 'set', sets: operator.incs, incs: [] };
}
