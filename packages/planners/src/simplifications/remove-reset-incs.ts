/** @file Simplification: instead of setting zero and adding to it, set. */
import {
  hasRepeats,
  OperationCount,
  operatorDependenciesInPieces,
  rewriteGraphInPieces,
  sameView,
  signalUsesInPieces,
  type Operator,
  type SignalUse,
  type Simplification,
} from '@ndl/core';
import { isConstantly, valuesOf } from './constant.ts';
import { LOOK_COST, simplification } from './in-pieces.ts';
import { KnownConstants } from './known-constants.ts';

/**
 * Drops a reset to zero and lets the first operator that increments its target set it.
 *
 * Exact if, of all who increment any element of the target, the one that comes first in topological order increments exactly
 * the target, each element once, and can set as well (copies and products): 0 + x = x, and since nothing that increments
 * later leads to the first, no cycle arises. Sums are rounded as before.
 *
 * It saves an operator per sum, but sets and increments do not merge: now and then a plan has a group more with it.
 */
export const removeResetIncs: Simplification = simplification('removeResetIncs', function* (graph) {
  const usesOf = yield* signalUsesInPieces(graph);
  const known = new KnownConstants(usesOf);
  const replaced = new Map<Operator, readonly Operator[]>();
  const operations = new OperationCount();
  let rank: Int32Array | undefined;
  for (const operator of graph.operators) {
    const done = operations.add(LOOK_COST);
    if (done !== undefined) yield done;
    if (operator.kind !== 'reset' || !isConstantly(valuesOf(operator), 0)) continue;
    const increments = known.increments(operator.target);
    if (increments.length === 0) continue;
    let [first] = increments as [SignalUse];
    if (increments.length > 1) {
      rank ??= ranksIn((yield* operatorDependenciesInPieces(graph)).order);
      first = firstOf(increments, rank);
    }
    const setting = settingInstead(first, operator);
    if (setting === undefined) continue;
    replaced.set(operator, []);
    replaced.set(first.operator, [setting]);
  }
  yield operations.rest();
  return yield* rewriteGraphInPieces(graph, { operators: replaced });
});

function ranksIn(order: readonly number[]): Int32Array {
  const rank = new Int32Array(order.length);
  order.forEach((index, place) => (rank[index] = place));
  return rank;
}

/** Whoever increments before all others. */
function firstOf(increments: readonly SignalUse[], rank: Int32Array): SignalUse {
  return increments.reduce((first, use) => (rank[use.index]! < rank[first.index]! ? use : first));
}

/** The same operator, setting its target; `undefined` where it cannot or where it increments something else. */
function settingInstead({ operator }: SignalUse, reset: Extract<Operator, { kind: 'reset' }>): Operator | undefined {
  if (operator.kind !== 'copy' && operator.kind !== 'elementwiseInc' && operator.kind !== 'dotInc') return undefined;
  if (!sameView(operator.target, reset.target) || hasRepeats(operator.target)) return undefined;
  return { ...operator, mode: 'set', sets: operator.incs, incs: [] };
}
