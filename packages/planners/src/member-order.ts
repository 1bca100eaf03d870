/** @file The order of members within a group: that of one operand, chosen so that the others can follow. */
import {
  OperationCount,
  operatorDependenciesInPieces,
  type Operator,
  type OperatorGraph,
  type Pieces,
} from '@ndl/core';
import type { MemberTable, OperandColumn } from './member-table.ts';
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
const LOOK_COST = 64;

/** Orders the members of one group, as often as the signals have moved. */
export class MemberOrder {
  readonly #table: MemberTable;
  /** Operands that members can be sorted by, the largest first. */
  readonly #leading: readonly OperandColumn[];
  /** Positions of the members that increment just before each member does; undefined where there are none. */
  readonly #sumsAfter: ReadonlyMap<number, readonly number[]> | undefined;
  #order: Int32Array | undefined;
  /** `layout.moves` when `#order` was found. */
  #foundAt = -1;

  constructor(table: MemberTable, sumsAfter: SumsAfter) {
    this.#table = table;
    this.#leading = table.operands.filter((operand) => operand.hasSeveralParts).sort((a, b) => b.size - a.size);
    this.#sumsAfter = withinGroup(table.group, sumsAfter);
  }

  /**
   * Positions of the members sorted by place and first element of that operand which lets most elements of all operands ascend
   * in memory with them, now or after their signals have followed; of equals, by the largest operand.
   */
  *inOrder(layout: SignalLayout): Pieces<Int32Array> {
    if (this.#order === undefined || this.#foundAt !== layout.moves) this.#order = yield* this.#find(layout);
    this.#foundAt = layout.moves;
    return this.#order;
  }

  *#find(layout: SignalLayout): Pieces<Int32Array> {
    const { group, operands } = this.#table;
    const operations = new OperationCount();
    let best: Int32Array = Int32Array.from(group.keys());
    let most = -1;
    for (const operand of this.#leading) {
      const order = this.#inSumOrder(sortedBy(operand, layout));
      // Another operand has led to this order before.
      if (most >= 0 && order.every((member, place) => member === best[place])) continue;
      let gain = 0;
      for (const { signals, size } of operands) {
        if (layout.canFollow(signals, order)) gain += size;
        const done = operations.add(LOOK_COST * group.length);
        if (done !== undefined) yield done;
      }
      if (gain > most) [best, most] = [order, gain];
    }
    yield operations.rest();
    return best;
  }

  /** Moves members behind those whose increments come first; all others stay as they are. */
  #inSumOrder(order: Int32Array): Int32Array {
    const sumsAfter = this.#sumsAfter;
    if (sumsAfter === undefined) return order;
    const isWaiting = new Uint8Array(order.length).fill(1);
    const result = new Int32Array(order.length);
    let placed = 0;
    for (const first of order) {
      /** Members that wait for the one after them, the first of them for no other. */
      const chain: { readonly member: number; readonly before: Iterator<number> }[] = [];
      const begin = (member: number): void => {
        if (isWaiting[member] === 0) return;
        isWaiting[member] = 0;
        chain.push({ member, before: (sumsAfter.get(member) ?? []).values() });
      };
      begin(first);
      while (chain.length > 0) {
        const { member, before } = chain.at(-1)!;
        const next = before.next();
        if (next.done !== true) begin(next.value);
        else {
          result[placed++] = member;
          chain.pop();
        }
      }
    }
    return result;
  }
}

function withinGroup(
  group: readonly Operator[],
  sumsAfter: SumsAfter,
): ReadonlyMap<number, readonly number[]> | undefined {
  const positions = new Map(group.map((operator, position) => [operator, position]));
  const result = new Map<number, readonly number[]>();
  for (const [position, operator] of group.entries()) {
    const before = sumsAfter.get(operator)?.flatMap((other) => positions.get(other) ?? []) ?? [];
    if (before.length > 0) result.set(position, before);
  }
  return result.size === 0 ? undefined : result;
}

/** Positions of members, those of equal place and start as they stand in the group. */
function sortedBy({ signals, starts }: OperandColumn, layout: SignalLayout): Int32Array {
  const count = signals.length;
  const places = new Int32Array(count);
  const order = new Int32Array(count);
  let isSorted = true;
  for (let member = 0; member < count; member++) {
    places[member] = layout.placeOf(signals[member]!);
    order[member] = member;
    if (member === 0) continue;
    const further = places[member]! - places[member - 1]! || starts[member]! - starts[member - 1]!;
    if (further < 0) isSorted = false;
  }
  if (isSorted) return order;
  const [lastPlace, lastStart] = [greatest(places), greatest(starts)];
  if ((lastPlace + 1) * (lastStart + 1) * count > Number.MAX_SAFE_INTEGER)
    return order.sort((a, b) => places[a]! - places[b]! || starts[a]! - starts[b]! || a - b);
  // All three in one number: numbers sort many times as fast as by comparing.
  const keys = new Float64Array(count);
  for (let member = 0; member < count; member++)
    keys[member] = (places[member]! * (lastStart + 1) + starts[member]!) * count + member;
  keys.sort();
  for (let index = 0; index < count; index++) order[index] = keys[index]! % count;
  return order;
}

function greatest(numbers: Int32Array): number {
  let most = 0;
  for (const number of numbers) if (number > most) most = number;
  return most;
}
