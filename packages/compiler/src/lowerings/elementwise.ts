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
    const values = group.flatMap(({ value, target: { shape } }) =>
      typeof value === 'number' ? new Array<number>(sizeOf(shape)).fill(value) : Array.from(value.data),
    );
    if (values.every((value) => value === values[0])) {
      context.emit({ kind: 'fill', value: values[0] ?? 0, target, mode: 'set' });
      return;
    }
    const source = context.constant(group[0]!.label, values, [values.length]);
    context.emit({ kind: 'copy', source, target, mode: 'set' });
  },
};

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
