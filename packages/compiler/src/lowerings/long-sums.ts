/** @file Products as one contract; long sums for few outputs are written in lanes, whatever they are merged with. */
import type { LoweringContext } from '@ndl/core';
import { splitIntoLanes, type ContractMember, type SplitProduct } from '@ndl/ir';

/** A product, and how the sum along one of its axes is taken. */
export interface LongSum {
  readonly member: ContractMember;
  /** The axis that is summed. */
  readonly axis: number;
  /** Whether it is, where it can be, split into lanes. */
  readonly inLanes: boolean;
}

/** Sets the targets of products that do not see each other's. */
export function emitSums(sums: readonly LongSum[], label: string, context: LoweringContext): void {
  const members: ContractMember[] = [];
  const split: SplitProduct[] = [];
  for (const { member, axis, inLanes } of sums) {
    const lanes = inLanes
      ? splitIntoLanes(member, axis, (shape) => context.temporary(`lanes of ${label}`, shape))
      : undefined;
    if (lanes === undefined) members.push(member);
    else split.push(lanes);
  }
  const rests = split.flatMap(({ rest }) => rest ?? []);
  context.emit({ kind: 'contract', members: [...members, ...split.map(({ lanes }) => lanes)], mode: 'set' });
  if (rests.length > 0) context.emit({ kind: 'contract', members: rests, mode: 'add' });
  for (const { sum } of split) context.emit({ kind: 'reduce', operation: 'sum', ...sum, mode: 'set' });
}
