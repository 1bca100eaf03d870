/** @file What most losses end with: one term per element, summed over elements, items and steps. */
import type { LossContext } from '@ndl/core';
import type { Kernel, Operand, View } from '@ndl/ir';

/**
 * Writes `kernel` over `size` elements (default: as many as the output has) of each item and step, and the sum of its one
 * output over all of them into the shared scalar that it returns.
 */
export function sumOfTerms(
  context: LossContext,
  kernel: Kernel,
  inputs: readonly Operand[],
  parameters: readonly Operand[],
  size: number = context.size,
): View {
  const terms = context.temporary(`${kernel.name} terms`, [size]);
  const sum = context.sharedTemporary(kernel.name, []);
  context.emit({ kind: 'map', kernel, inputs, parameters, outputs: [{ target: terms, mode: 'set' }] });
  context.emit({
    kind: 'reduce',
    operation: 'sum',
    source: terms,
    axes: [0, 'items', 'steps'],
    target: sum,
    mode: 'set',
  });
  return sum;
}
