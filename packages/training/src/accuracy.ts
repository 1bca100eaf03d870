/** @file The metric of classifiers: how often the largest output is the right one. */
import type { Objective } from '@ndl/core';
import { kernel, type Kernel } from '@ndl/ir';
import { refuseSurplus } from '@ndl/numerics';
import { missingTargets, rowsAskedFor } from './missing-targets.ts';
import { mapped, overElements, total } from './objective-writing.ts';

/** The target at every step, held targets too; 0 in place of NaN. */
const knownTarget: Kernel = /* @__PURE__ */ kernel({ name: 'known target', inputs: ['target'] }, (k) => ({
  target: k.select(k.isNan(k.inputs.target), 0, k.inputs.target),
}));

/** Whether this element is both the largest output and the largest target. */
const isHit: Kernel = /* @__PURE__ */ kernel(
  { name: 'is hit', inputs: ['output', 'target', 'outputPeak', 'targetPeak', 'missing'] },
  (k) => {
    const { output, target, outputPeak, targetPeak, missing } = k.inputs;
    const isBoth = k.multiply(k.greaterEqual(output, outputPeak), k.greaterEqual(target, targetPeak));
    return { hit: k.select(missing, 0, isBoth) };
  },
);

/**
 * The fraction of items and steps whose largest output stands where the largest target does. Of equal largest outputs, one
 * at the right place is enough. Items and steps with a NaN among their targets are left out (so targets that are NaN at all
 * steps but the last measure the last step). Over minibatches and blocks it is the fraction of all that was asked for.
 * @throws NdlError SURPLUS_ARGUMENT
 */
export function accuracy(): Objective {
  refuseSurplus('accuracy', arguments, 0);
  return accuracyObjective;
}

const accuracyObjective: Objective = /* @__PURE__ */ Object.freeze<Objective>({
  kind: 'accuracy',
  build(context) {
    const missing = missingTargets(context);
    const target = mapped(context, knownTarget, [context.target]);
    const outputPeak = overElements(context, 'max', context.output);
    const targetPeak = overElements(context, 'max', target);
    const hit = mapped(context, isHit, [context.output, target, outputPeak, targetPeak, missing]);
    return {
      sum: total(context, 'hits', overElements(context, 'max', hit)),
      count: rowsAskedFor(context, missing),
    };
  },
});
