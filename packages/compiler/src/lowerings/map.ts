/** @file Lowering of map: kernels that a definition wrote. Those that lie alike are one instruction. */
import type { LoweringContext, MapOperator, OperatorLowering, Spread } from '@ndl/core';
import type { View } from '@ndl/ir';
import { stackKey, stackViews } from '../group-views.ts';
import { insertMissingAxes } from './operands.ts';

export const mapLowering: OperatorLowering<MapOperator> = {
  kind: 'map',
  mergeClass: ({ kernel, mode, inputs, outputs }) =>
    JSON.stringify([kernel.name, mode, outputs[0]!.shape, inputs.map(spreadKey)]),
  lower(group, context) {
    for (const members of alike(group, context)) {
      const { kernel, inputs, outputs, label } = members[0]!.operator;
      const { shape } = outputs[0]!;
      const stacked = (position: number): View =>
        stackViews(
          members.map(({ views }) => views[position]!),
          label,
        );
      context.emit({
        kind: 'map',
        kernel,
        inputs: inputs.map(({ along }, index) => insertMissingAxes(stacked(index), along, shape, 1)),
        parameters: kernel.parameters.map((_, index) => perMember(members, index, shape.length, context)),
        outputs: outputs.map((_, index) => ({ target: stacked(inputs.length + index), mode: 'set' })),
      });
    }
  },
};

function spreadKey({ view, along }: Spread): readonly (readonly number[])[] {
  return [view.shape, along];
}

interface Member {
  readonly operator: MapOperator;
  readonly views: readonly View[];
}

/** Operators of one kernel whose views can be stacked, in the order of their first members. */
function alike(group: readonly MapOperator[], context: LoweringContext): readonly (readonly Member[])[] {
  const families = new Map<unknown, Map<string, Member[]>>();
  for (const operator of group) {
    const { kernel, inputs, outputs } = operator;
    const views = [...inputs.map(({ view }) => view), ...outputs].map((view) => context.viewOf(view));
    const known = families.get(kernel) ?? new Map<string, Member[]>();
    families.set(kernel, known);
    const key = views.map(stackKey).join(' ');
    const family = known.get(key);
    if (family === undefined) known.set(key, [{ operator, views }]);
    else family.push({ operator, views });
  }
  return [...families.values()].flatMap((known) => [...known.values()]);
}

/** A parameter as a number where all members agree, else as one number per member. */
function perMember(members: readonly Member[], index: number, rank: number, context: LoweringContext): number | View {
  const values = members.map(({ operator }) => operator.parameters[index]!);
  if (values.every((value) => Object.is(value, values[0]))) return values[0]!;
  const name = `${members[0]!.operator.kernel.parameters[index]!} of ${members[0]!.operator.label}`;
  return context.constant(name, values, [values.length, ...new Array<number>(rank).fill(1)]);
}
