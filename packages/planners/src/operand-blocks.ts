/** @file Operand blocks: the signals that a group wants side by side in memory. */
import { OperationCount, type Operator, type Pieces, type Plan, type Signal, type SignalView } from '@ndl/core';

/** The signals which the members of a group use as one and the same operand. */
export interface OperandBlock {
  readonly signals: ReadonlySet<Signal>;
  /** Elements of these signals, times the uses of the block: the gain if they lie side by side. */
  readonly weight: number;
}

/** Every view of an operator by operand, in a fixed order: what it sets, increments, reads, updates. */
export function operandsOf(operator: Operator): readonly SignalView[] {
  const known = OPERANDS.get(operator);
  if (known !== undefined) return known;
  const operands = [...operator.sets, ...operator.incs, ...operator.reads, ...operator.updates];
  OPERANDS.set(operator, operands);
  return operands;
}

/** Operators do not change, and are looked at once for each operand, by each of its group's orders. */
const OPERANDS = new WeakMap<Operator, readonly SignalView[]>();

/** Signals used by one operand of a group, a view per member. */
export function operandColumn(group: readonly Operator[], operand: number): readonly SignalView[] {
  return group.map((operator) => operandsOf(operator)[operand]!);
}

/** What a look at a member is worth, in operations. */
const LOOK_COST = 512;

/** The blocks of more than one signal, the heaviest first; equal sets count as one block. */
export function* operandBlocks(plan: Plan): Pieces<readonly OperandBlock[]> {
  const blocks = new Map<string, { signals: ReadonlySet<Signal>; weight: number }>();
  const operations = new OperationCount();
  for (const group of plan.groups) {
    if (group.length < 2) continue;
    for (let operand = 0; operand < operandsOf(group[0]!).length; operand++) {
      const signals = new Set(operandColumn(group, operand).map(({ signal }) => signal));
      if (signals.size < 2) continue;
      const key = [...signals]
        .map(({ id }) => id)
        .sort((a, b) => a - b)
        .join();
      const weight = [...signals].reduce((sum, { initial }) => sum + initial.size, 0);
      const known = blocks.get(key);
      if (known === undefined) blocks.set(key, { signals, weight });
      else known.weight += weight;
      const done = operations.add(LOOK_COST * group.length);
      if (done !== undefined) yield done;
    }
  }
  yield operations.rest();
  return [...blocks.values()].sort((a, b) => b.weight - a.weight);
}
