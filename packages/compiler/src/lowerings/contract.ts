/** @file Lowering of contract: products that a definition wrote. Those that lie alike are one product, with one more axis. */
import type { ContractOperator, LoweringContext, OperatorLowering } from '@ndl/core';
import { hasRepeats, isRepeatedAxis, viewSize, wantsLanes, withoutRepeatedAxes, type View } from '@ndl/ir';
import { sizeOf } from '@ndl/numerics';
import { stackKey, stackViews } from '../group-views.ts';
import { emitSums, type LongSum } from './long-sums.ts';
import { laidOver } from './operands.ts';

export const contractLowering: OperatorLowering<ContractOperator> = {
  kind: 'contract',
  mergeClass: () => '',
  lower(group, context) {
    const [setting, gathering]: [LongSum[], LongSum[]] = [[], []];
    for (const members of alike(group, context)) {
      const { shape, target } = members[0]!.operator;
      const sum = sumOf(members);
      if (setsAll(members[0]!.views.target, sizeOf(target.view.shape))) {
        setting.push(sum);
        continue;
      }
      for (const { operator } of members)
        context.emit({ kind: 'fill', value: 0, target: context.viewOf(operator.target.view), mode: 'set' });
      gathering.push({ ...sum, inLanes: false, axis: shape.length });
    }
    const { label } = group[0]!;
    if (setting.length > 0) emitSums(setting, label, context);
    if (gathering.length > 0)
      context.emit({ kind: 'contract', members: gathering.map(({ member }) => member), mode: 'add' });
  },
};

interface Member {
  readonly operator: ContractOperator;
  readonly views: LongSum['member'];
}

/** Operators whose views can be stacked, in the order of their first members. */
function alike(group: readonly ContractOperator[], context: LoweringContext): readonly (readonly Member[])[] {
  const families = new Map<string, Member[]>();
  for (const operator of group) {
    const { shape } = operator;
    const views = {
      left: laidOver(operator.left, shape, context),
      right: laidOver(operator.right, shape, context),
      target: laidOver(operator.target, shape, context),
    };
    const key = [views.left, views.right, views.target].map(stackKey).join(' ');
    const known = families.get(key);
    if (known === undefined) families.set(key, [{ operator, views }]);
    else known.push({ operator, views });
  }
  return [...families.values()];
}

function sumOf(members: readonly Member[]): LongSum {
  const { operator, views } = members[0]!;
  const { shape, label } = operator;
  const stacked = (pick: (views: Member['views']) => View): View =>
    stackViews(
      members.map((member) => pick(member.views)),
      label,
    );
  const summed = [...shape.keys()].filter((axis) => shape[axis] !== 1 && isRepeatedAxis(views.target, axis));
  const axis = summed[0] ?? shape.length - 1;
  const outputs = shape.reduce((product, length, other) => (other === axis ? product : product * length), 1);
  return {
    member: {
      left: stacked(({ left }) => left),
      right: stacked(({ right }) => right),
      target: stacked(({ target }) => target),
    },
    axis: axis + 1,
    inLanes: summed.length === 1 && wantsLanes(outputs, shape[axis]!),
  };
}

/** Whether a target shows each of its `size` elements once. */
function setsAll(target: View, size: number): boolean {
  const shown = withoutRepeatedAxes(target);
  return viewSize(shown) === size && !hasRepeats(shown);
}
