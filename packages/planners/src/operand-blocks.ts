/** @file Operand blocks: the signals that a group wants side by side in memory. */
import { OperationCount, type Pieces, type Signal } from '@ndl/core';
import type { MemberTable } from './member-table.ts';

/** The signals which the members of a group use as one and the same operand. */
export interface OperandBlock {
  /** Numbers of the signals, ascending. */
  readonly signals: Int32Array;
  /** Elements of these signals, times the uses of the block: the gain if they lie side by side. */
  readonly weight: number;
}

/** What a look at a member is worth, in operations. */
const LOOK_COST = 512;

/** The blocks of more than one signal, the heaviest first; equal sets count as one block. @param signals those of the graph */
export function* operandBlocks(
  tables: readonly MemberTable[],
  signals: readonly Signal[],
): Pieces<readonly OperandBlock[]> {
  const blocks = new Map<string, { signals: Int32Array; weight: number }>();
  const operations = new OperationCount();
  for (const { group, operands } of tables) {
    for (const column of operands) {
      const distinct = ascendingWithoutRepeats(column.signals);
      if (distinct.length < 2) continue;
      const key = distinct.join();
      const weight = distinct.reduce((sum, number) => sum + signals[number]!.initial.size, 0);
      const known = blocks.get(key);
      if (known === undefined) blocks.set(key, { signals: distinct, weight });
      else known.weight += weight;
      const done = operations.add(LOOK_COST * group.length);
      if (done !== undefined) yield done;
    }
  }
  yield operations.rest();
  return [...blocks.values()].sort((a, b) => b.weight - a.weight);
}

function ascendingWithoutRepeats(numbers: Int32Array): Int32Array {
  return numbers
    .slice()
    .sort()
    .filter((number, place, sorted) => place === 0 || number !== sorted[place - 1]);
}
