/** @file The metric of classifiers: how often the largest output is the right one. */
import type { Objective } from '@ndl/core';
import { kernel, type Kernel } from '@ndl/ir';
import { missingTargets } from './missing-targets.ts';
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

const isCounted: Kernel = /* @__PURE__ */ kernel({ name: 'is counted', inputs: ['missing'] }, (k) => ({
  counted: k.subtract(1, k.inputs.missing),
}));

const fraction: Kernel = /* @__PURE__ */ kernel({ name: 'fraction', inputs: ['hits', 'counted'] }, (k) => ({
  fraction: k.divide(k.inputs.hits, k.max(k.inputs.counted, 1)),
}));

/**
 * The fraction of items and steps whose largest output stands where the largest target does. Of equal largest outputs, one
 * at the right place is enough. Items and steps with a NaN among their targets are left out (so targets that are NaN at all
 * steps but the last measure the last step); where all are, the fraction is 0. Means over minibatches or blocks weigh each
 * by its items and steps, left out or not.
 */
export function accuracy(): Objective {
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
    const hits = total(context, 'hits', overElements(context, 'max', hit));
    const counted = total(context, 'counted', mapped(context, isCounted, [missing], [], []));
    const result = context.sharedTemporary('accuracy', []);
    const outputs = [{ target: result, mode: 'set' }] as const;
    context.emit({ kind: 'map', kernel: fraction, inputs: [hits, counted], parameters: [], outputs });
    return result;
  },
});
