/** @file The order of members within a group: that of one operand, chosen so that the others can follow. */
import { operatorDependencies, type Operator, type OperatorGraph, type SignalView } from '@ndl/core';
import { operandColumn, operandsOf } from './operand-blocks.ts';
import type { SignalLayout } from './signal-layout.ts';

/** Which operators increment an element just before another does: members keep this order, so that sums round alike. */
export type SumsAfter = ReadonlyMap<Operator, readonly Operator[]>;

/** `sumsAfter` of a graph's dependencies, by operator. */
export function sumsAfterIn(graph: OperatorGraph): SumsAfter {
  const { sumsAfter } = operatorDependencies(graph);
  return new Map(
    graph.operators.map((operator, index) => [operator, sumsAfter[index]!.map((before) => graph.operators[before]!)]),
  );
}

/** Elements that the members of a group touch. */
export function elementsOf(group: readonly Operator[]): number {
  return group.reduce((sum, operator) => sum + columnSize(operandsOf(operator)), 0);
}

/**
 * The members sorted by place and first element of that operand which lets most elements of all operands ascend in memory
 * with them, now or after their signals have followed; of equals, by the largest operand.
 */
export function orderMembers(
  group: readonly Operator[],
  layout: SignalLayout,
  sumsAfter: SumsAfter,
): readonly Operator[] {
  const columns = operandsOf(group[0]!).map((_, operand) => operandColumn(group, operand));
  const orders = columns
    .filter(hasSeveralParts)
    .sort((a, b) => columnSize(b) - columnSize(a))
    .map((column) => inSumOrder(sortedBy(column, group, layout), sumsAfter));
  let best = group;
  let most = -1;
  for (const members of orders) {
    const gain = columns.reduce((sum, column, operand) => {
      const wanted = operandColumn(members, operand).map(({ signal }) => signal);
      return layout.canFollow(wanted) ? sum + columnSize(column) : sum;
    }, 0);
    if (gain > most) [best, most] = [members, gain];
  }
  return best;
}

function hasSeveralParts(column: readonly SignalView[]): boolean {
  const first = column[0]!;
  return column.some((view) => view.signal !== first.signal || firstPosition(view) !== firstPosition(first));
}

function columnSize(column: readonly SignalView[]): number {
  return column.reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0);
}

function sortedBy(
  column: readonly SignalView[],
  group: readonly Operator[],
  layout: SignalLayout,
): readonly Operator[] {
  const keys = column.map((view) => [layout.placeOf(view.signal), firstPosition(view)] as const);
  return [...group.keys()]
    .sort((a, b) => keys[a]![0] - keys[b]![0] || keys[a]![1] - keys[b]![1])
    .map((index) => group[index]!);
}

function firstPosition({ selection }: SignalView): number {
  if (selection === undefined) return 0;
  return (selection.kind === 'slice' ? selection.start : selection.indices[0]) ?? 0;
}

/** Moves members behind those whose increments come first; all others stay as they are. */
function inSumOrder(members: readonly Operator[], sumsAfter: SumsAfter): readonly Operator[] {
  const waiting = new Set(members);
  const result: Operator[] = [];
  const place = (operator: Operator): void => {
    if (!waiting.delete(operator)) return;
    for (const before of sumsAfter.get(operator)!) place(before);
    result.push(operator);
  };
  members.forEach(place);
  return result;
}
