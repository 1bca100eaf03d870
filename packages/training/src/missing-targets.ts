/** @file NaN targets ask for nothing: here, of a whole item and step. */
import type { LossContext } from '@ndl/core';
import { kernel, type Kernel, type View } from '@ndl/ir';

const isMissing: Kernel = /* @__PURE__ */ kernel({ name: 'is missing', inputs: ['target'] }, (k) => ({
  missing: k.isNan(k.inputs.target),
}));

/** Writes 1 for each item and step with a NaN among its targets, else 0. Shape []. */
export function markMissingRows(context: LossContext): View {
  const elements = context.temporary('missing elements', [context.size]);
  const rows = context.temporary('missing', []);
  context.emit({
    kind: 'map',
    kernel: isMissing,
    inputs: [context.target],
    parameters: [],
    outputs: [{ target: elements, mode: 'set' }],
  });
  context.emit({ kind: 'reduce', operation: 'max', source: elements, axes: [0], target: rows, mode: 'set' });
  return rows;
}
