/** @file The order of members within a group: that of one operand, chosen so that the others can follow. */
import {
  OperationCount,
  operatorDependenciesInPieces,
  type Operator,
  type OperatorGraph,
  type Pieces,
  type SignalView,
} from '@ndl/core';
import { operandColumn, operandsOf } from './operand-blocks.ts';
import type { SignalLayout } from './signal-layout.ts';

/**
 * Which operators increment an element just before another does: members keep this order, so that sums round alike. Those
 * that none comes before are left out.
 */
export type SumsAfter = ReadonlyMap<Operator, readonly Operator[]>;

/** `sumsAfter` of a graph's dependencies, by operator. */
export function* sumsAfterIn(graph: OperatorGraph): Pieces<SumsAfter> {
  const { sumsAfter } = yield* operatorDependenciesInPieces(graph);
  const { operators } = graph;
  const result = new Map<Operator, readonly Operator[]>();
  for (const [index, forerunners] of sumsAfter.entries()) {
    if (forerunners.length > 0)
      result.set(
        operators[index]!,
        forerunners.map((before) => operators[before]!),
      );
  }
  yield LOOK_COST * operators.length;
  return result;
}

/** What a look at a member is worth, in operations. */
const LOOK_COST = 512;

/** Elements that the members of a group touch. */
export function elementsOf(group: readonly Operator[]): number {
  return group.reduce((sum, operator) => sum + columnSize(operandsOf(operator)), 0);
}

/**
 * The members sorted by place and first element of that operand which lets most elements of all operands ascend in memory
 * with them, now or after their signals have followed; of equals, by the largest operand.
 */
export function* orderMembers(
  group: readonly Operator[],
  layout: SignalLayout,
  sumsAfter: SumsAfter,
): Pieces<readonly Operator[]> {
  const columns = operandsOf(group[0]!).map((_, operand) => operandColumn(group, operand));
  const sizes = columns.map(columnSize);
  const leading = [...columns.keys()]
    .filter((operand) => hasSeveralParts(columns[operand]!))
    .sort((a, b) => sizes[b]! - sizes[a]!);
  const operations = new OperationCount();
  let best = group;
  let most = -1;
  for (const operand of leading) {
    const members = inSumOrder(sortedBy(columns[operand]!, group, layout), sumsAfter);
    let gain = 0;
    for (const [other, size] of sizes.entries()) {
      if (layout.canFollow(operandColumn(members, other).map(({ signal }) => signal))) gain += size;
      const done = operations.add(LOOK_COST * group.length);
      if (done !== undefined) yield done;
    }
    if (gain > most) [best, most] = [members, gain];
  }
  yield operations.rest();
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
  for (const member of members) {
    /** Members that wait for the one after them, the first of them for no other. */
    const chain: { readonly operator: Operator; readonly before: Iterator<Operator> }[] = [];
    const begin = (operator: Operator): void => {
      if (waiting.delete(operator)) chain.push({ operator, before: (sumsAfter.get(operator) ?? []).values() });
    };
    begin(member);
    while (chain.length > 0) {
      const { operator, before } = chain.at(-1)!;
      const next = before.next();
      if (next.done !== true) begin(next.value);
      else {
        result.push(operator);
        chain.pop();
      }
    }
  }
  return result;
}
