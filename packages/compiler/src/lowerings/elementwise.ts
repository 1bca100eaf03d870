/** @file Lowerings of reset, copy and elementwiseInc: what needs no more than fills, copies and one product. */
import type { CopyOperator, ElementwiseIncOperator, OperatorLowering, ResetOperator, SignalView } from '@ndl/core';
import { kernel, type Kernel } from '@ndl/ir';
import { sizeOf } from '@ndl/numerics';

const product: Kernel = /* @__PURE__ */ kernel({ name: 'multiply', inputs: ['left', 'right'] }, (k) => ({
  output: k.multiply(k.inputs.left, k.inputs.right),
}));

/** Resets merge freely: one fill where all values are one number, else a copy of constants. */
export const resetLowering: OperatorLowering<ResetOperator> = {
  kind: 'reset',
  mergeClass: () => '',
  lower(group, context) {
    const target = context.concatenated(group.map((operator) => operator.target));
    const value = commonValue(group);
    if (value !== undefined) {
      context.emit({ kind: 'fill', value, target, mode: 'set' });
      return;
    }
    const values = new Float64Array(sizeOf(target.shape));
    let offset = 0;
    for (const { value: own, target: part } of group) {
      const size = sizeOf(part.shape);
      if (typeof own === 'number') values.fill(own, offset, offset + size);
      else values.set(own.data, offset);
      offset += size;
    }
    const source = context.constant(group[0]!.label, values, [values.length]);
    context.emit({ kind: 'copy', source, target, mode: 'set' });
  },
};

/** The one number that all elements are reset to, if there is one. */
function commonValue(group: readonly ResetOperator[]): number | undefined {
  const { value: first } = group[0]!;
  const common = typeof first === 'number' ? first : (first.data[0] ?? 0);
  const isCommon = group.every(({ value }) =>
    typeof value === 'number' ? Object.is(value, common) : value.data.every((element) => Object.is(element, common)),
  );
  return isCommon ? common : undefined;
}

/** Copies of one mode merge, whatever their sizes. */
export const copyLowering: OperatorLowering<CopyOperator> = {
  kind: 'copy',
  mergeClass: ({ mode }) => mode,
  lower(group, context) {
    context.emit({
      kind: 'copy',
      source: context.concatenated(
        group.map((operator) => operator.source),
        group.map((operator) => sizeOf(operator.target.shape)),
      ),
      target: context.concatenated(group.map((operator) => operator.target)),
      mode: modeOf(group[0]!),
    });
  },
};

/** Elementwise products of one mode merge, whatever their sizes; scalars repeat. */
export const elementwiseIncLowering: OperatorLowering<ElementwiseIncOperator> = {
  kind: 'elementwiseInc',
  mergeClass: ({ mode }) => mode,
  lower(group, context) {
    const lengths = group.map((operator) => sizeOf(operator.target.shape));
    const operand = (pick: (operator: ElementwiseIncOperator) => SignalView) =>
      context.concatenated(group.map(pick), lengths);
    context.emit({
      kind: 'map',
      kernel: product,
      inputs: [operand((operator) => operator.left), operand((operator) => operator.right)],
      parameters: [],
      outputs: [{ target: context.concatenated(group.map((operator) => operator.target)), mode: modeOf(group[0]!) }],
    });
  },
};

function modeOf({ mode }: { readonly mode: 'set' | 'inc' }): 'set' | 'add' {
  return mode === 'inc' ? 'add' : 'set';
}
