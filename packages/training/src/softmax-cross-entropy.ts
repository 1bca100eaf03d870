/** @file Softmax cross-entropy: the loss of classifiers. */
import { refuseSurplus } from '@ndl/numerics';
import type { Objective } from '@ndl/core';
import { kernel, type Kernel, type Operand, type View } from '@ndl/ir';
import { missingTargets, oncePerChoice, rowsAskedFor, type MeanLossOptions } from './missing-targets.ts';
import { mapped, overElements, total } from './objective-writing.ts';

/** e^(output - peak). The peak, a mere choice of scale, passes no gradient. */
const exponential: Kernel = /* @__PURE__ */ kernel({ name: 'exponential', inputs: ['output', 'peak'] }, (k) => ({
  exponential: k.exp(k.subtract(k.inputs.output, k.withDerivativeOf(k.inputs.peak, 0))),
}));

/** target · -log softmax(output), where -log softmax(output) = log sum + peak - output. */
const crossEntropy: Kernel = /* @__PURE__ */ kernel(
  { name: 'cross-entropy', inputs: ['output', 'target', 'missing', 'peak', 'sum'], parameters: ['share'] },
  (k) => {
    const { output, target, missing, peak, sum } = k.inputs;
    const normalizer = k.add(k.log(sum), k.withDerivativeOf(peak, 0));
    const term = k.multiply(target, k.subtract(normalizer, output));
    return { term: k.multiply(k.select(missing, 0, term), k.parameters.share) };
  },
);

/**
 * The mean over items and steps of -Σ target · log softmax(output). Targets are probabilities of the classes, one-hot or
 * not. An item and step with a NaN among its targets counts as no error; with `missing: 'ignore'`, it does not count. Outputs
 * of any size are safe: the largest is taken off before exponentials.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION
 */
export function softmaxCrossEntropy(options?: MeanLossOptions): Objective {
  refuseSurplus('softmaxCrossEntropy', arguments, 1);
  return crossEntropyLoss(options);
}

const crossEntropyLoss = /* @__PURE__ */ oncePerChoice('softmaxCrossEntropy', (rule) =>
  Object.freeze<Objective>({
    kind: 'softmaxCrossEntropy',
    build(context) {
      const { output, target, perItemStep } = context;
      const missing = missingTargets(context);
      const peak = overElements(context, 'max', output);
      const sum = overElements(context, 'sum', mapped(context, exponential, [output, peak]));
      const totalWith = (share: Operand): View =>
        total(
          context,
          'softmax cross-entropy',
          mapped(context, crossEntropy, [output, target, missing, peak, sum], [share]),
        );
      return rule === 'zero' ? totalWith(perItemStep) : { sum: totalWith(1), count: rowsAskedFor(context, missing) };
    },
  }),
);
