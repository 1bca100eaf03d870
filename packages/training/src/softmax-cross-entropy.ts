/** @file Softmax cross-entropy: the loss of classifiers. */
import type { Objective } from '@ndl/core';
import { kernel, type Kernel } from '@ndl/ir';
import { markMissingRows } from './missing-targets.ts';
import { sumOfTerms } from './sum-of-terms.ts';

/** e^(output - peak). The peak, a mere choice of scale, passes no gradient. */
const exponential: Kernel = /* @__PURE__ */ kernel({ name: 'exponential', inputs: ['output', 'peak'] }, (k) => ({
  exponential: k.exp(k.subtract(k.inputs.output, k.withDerivativeOf(k.inputs.peak, 0))),
}));

/** target · -log softmax(output), where -log softmax(output) = log total + peak - output. */
const crossEntropy: Kernel = /* @__PURE__ */ kernel(
  { name: 'cross-entropy', inputs: ['output', 'target', 'missing', 'peak', 'total'], parameters: ['perItemStep'] },
  (k) => {
    const { output, target, missing, peak, total } = k.inputs;
    const normalizer = k.add(k.log(total), k.withDerivativeOf(peak, 0));
    const term = k.multiply(target, k.subtract(normalizer, output));
    return { term: k.multiply(k.select(missing, 0, term), k.parameters.perItemStep) };
  },
);

/**
 * The mean over items and steps of -Σ target · log softmax(output). Targets are probabilities of the classes, one-hot or
 * not. An item and step with a NaN among its targets counts as no error. Outputs of any size are safe: the largest is taken
 * off before exponentials.
 */
export function softmaxCrossEntropy(): Objective {
  return Object.freeze<Objective>({
    kind: 'softmaxCrossEntropy',
    build(context) {
      const { output, target, size, perItemStep } = context;
      const missing = markMissingRows(context);
      const peak = context.temporary('peak', []);
      const exponentials = context.temporary('exponentials', [size]);
      const total = context.temporary('total', []);
      context.emit({ kind: 'reduce', operation: 'max', source: output, axes: [0], target: peak, mode: 'set' });
      context.emit({
        kind: 'map',
        kernel: exponential,
        inputs: [output, peak],
        parameters: [],
        outputs: [{ target: exponentials, mode: 'set' }],
      });
      context.emit({ kind: 'reduce', operation: 'sum', source: exponentials, axes: [0], target: total, mode: 'set' });
      return sumOfTerms(context, crossEntropy, [output, target, missing, peak, total], [perItemStep]);
    },
  });
}
