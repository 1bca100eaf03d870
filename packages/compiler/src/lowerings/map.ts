/** @file Lowering of map and contract: kernels and products that a definition wrote. Those that lie alike are one instruction. */
import type { ContractOperator, LoweringContext, MapOperator, OperatorLowering, Spread } from '@ndl/core';
import { broadcastView, insertAxis, wantsLanes, type ContractMember, type View } from '@ndl/ir';
import { stackKey, stackViews } from '../group-views.ts';
import { emitSums, type LongSum } from './long-sums.ts';

export const mapLowering: OperatorLowering<MapOperator> = {
  kind: 'map',
  mergeClass: ({ kernel, mode, inputs, outputs }) =>
    JSON.stringify([kernel.name, mode, outputs[0]!.shape, inputs.map(spreadKey)]),
  lower(group, context) {
    for (const members of alike(group, viewsOfMap, context)) {
      const { kernel, inputs, outputs } = members[0]!.operator;
      const { shape } = outputs[0]!;
      const stacked = (position: number): View => stackOf(members, position);
      context.emit({
        kind: 'map',
        kernel,
        inputs: inputs.map((input, index) => spreadOver(stacked(index), input, shape)),
        parameters: kernel.parameters.map((_, index) => perMember(members, index, shape.length, context)),
        outputs: outputs.map((_, index) => ({ target: stacked(inputs.length + index), mode: 'set' })),
      });
    }
  },
};

export const contractLowering: OperatorLowering<ContractOperator> = {
  kind: 'contract',
  mergeClass: () => '',
  lower(group, context) {
    const sums = alike(group, ({ left, right, target }) => [left, right, target].map(({ view }) => view), context).map(
      (members): LongSum => {
        const { shape, left, right, target } = members[0]!.operator;
        const spread = (position: number, operand: Spread): View =>
          broadcastView(spreadOver(stackOf(members, position), operand, shape), [members.length, ...shape]);
        const member: ContractMember = {
          left: spread(0, left),
          right: spread(1, right),
          target: spread(2, target),
        };
        const summed = [...shape.keys()].filter((axis) => !target.along.includes(axis));
        const axis = summed[0] ?? shape.length - 1;
        const outputs = shape.reduce((product, length, other) => (other === axis ? product : product * length), 1);
        return { member, axis: axis + 1, inLanes: summed.length === 1 && wantsLanes(outputs, shape[axis]!) };
      },
    );
    emitSums(sums, group[0]!.label, context);
  },
};

function spreadKey({ view, along }: Spread): readonly (readonly number[])[] {
  return [view.shape, along];
}

function viewsOfMap({ inputs, outputs }: MapOperator): readonly MapOperator['outputs'][number][] {
  return [...inputs.map(({ view }) => view), ...outputs];
}

interface Member<Operator> {
  readonly operator: Operator;
  readonly views: readonly View[];
}

/** Operators of one kernel and shape whose views can be stacked, in the order of their first members. */
function alike<Operator extends MapOperator | ContractOperator>(
  group: readonly Operator[],
  viewsOf: (operator: Operator) => readonly MapOperator['outputs'][number][],
  context: LoweringContext,
): readonly (readonly Member<Operator>[])[] {
  const families = new Map<unknown, Map<string, Member<Operator>[]>>();
  for (const operator of group) {
    const views = viewsOf(operator).map((view) => context.viewOf(view));
    const ofKernel = 'kernel' in operator ? operator.kernel : undefined;
    const known = families.get(ofKernel) ?? new Map<string, Member<Operator>[]>();
    families.set(ofKernel, known);
    const key = [shapeKey(operator), ...views.map(stackKey)].join(' ');
    known.set(key, [...(known.get(key) ?? []), { operator, views }]);
  }
  return [...families.values()].flatMap((known) => [...known.values()]);
}

function shapeKey(operator: MapOperator | ContractOperator): string {
  if (operator.kind === 'map') return '';
  const { shape, left, right, target } = operator;
  return JSON.stringify([shape, ...[left, right, target].map(({ along }) => along)]);
}

function stackOf(members: readonly Member<MapOperator | ContractOperator>[], position: number): View {
  return stackViews(
    members.map(({ views }) => views[position]!),
    members[0]!.operator.label,
  );
}

/** A stack with an axis of length 1 wherever the members' views have none. */
function spreadOver(stacked: View, { along }: Spread, shape: readonly number[]): View {
  let view = stacked;
  for (const axis of shape.keys()) if (!along.includes(axis)) view = insertAxis(view, axis + 1);
  return view;
}

/** A parameter as a number where all members agree, else as one number per member. */
function perMember(
  members: readonly Member<MapOperator>[],
  index: number,
  rank: number,
  context: LoweringContext,
): number | View {
  const values = members.map(({ operator }) => operator.parameters[index]!);
  if (values.every((value) => value === values[0])) return values[0]!;
  const name = `${members[0]!.operator.kernel.parameters[index]!} of ${members[0]!.operator.label}`;
  return context.constant(name, values, [values.length, ...new Array<number>(rank).fill(1)]);
}
