/** @file The few phrases that losses and metrics are written in: each emits one instruction and returns what it wrote. */
import type { LossContext } from '@ndl/core';
import type { Kernel, Operand, ReduceAxis, View } from '@ndl/ir';

/** The kernel's one output, at each item and step of this shape: by default that of the output, [size]. */
export function mapped(
  context: LossContext,
  kernel: Kernel,
  inputs: readonly Operand[],
  parameters: readonly Operand[] = [],
  shape: readonly number[] = [context.size],
): View {
  const target = context.temporary(kernel.name, shape);
  context.emit({ kind: 'map', kernel, inputs, parameters, outputs: [{ target, mode: 'set' }] });
  return target;
}

/** The sum or maximum over the elements of each item and step. Shape []. */
export function overElements(context: LossContext, operation: 'sum' | 'max', source: View): View {
  const target = context.temporary(operation, []);
  context.emit({ kind: 'reduce', operation, source, axes: [0], target, mode: 'set' });
  return target;
}

/** The sum or maximum over the steps of each item, of the source's shape. */
export function overSteps(context: LossContext, operation: 'sum' | 'max', source: View): View {
  const target = context.itemTemporary(`${operation} over steps`, source.shape);
  context.emit({ kind: 'reduce', operation, source, axes: ['steps'], target, mode: 'set' });
  return target;
}

/** The sum over all elements, items and steps, in a shared scalar: of each element over items and steps first, elements side by side. */
export function total(context: LossContext, name: string, source: View): View {
  return totalOver(context, name, source, ['items', 'steps']);
}

/** The sum over all elements and items of what has one value for all steps, in the same order. */
export function totalOverItems(context: LossContext, name: string, source: View): View {
  return totalOver(context, name, source, ['items']);
}

function totalOver(context: LossContext, name: string, source: View, axes: readonly ReduceAxis[]): View {
  const target = context.sharedTemporary(name, []);
  const perElement =
    source.shape.length > 0 ? context.sharedTemporary(`${name} of each element`, source.shape) : target;
  context.emit({ kind: 'reduce', operation: 'sum', source, axes, target: perElement, mode: 'set' });
  if (perElement !== target) {
    const elements = [...source.shape.keys()];
    context.emit({ kind: 'reduce', operation: 'sum', source: perElement, axes: elements, target, mode: 'set' });
  }
  return target;
}
