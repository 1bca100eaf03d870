/** @file The metric of classifiers: how often the largest output is the right one. */
import type { Objective } from '@ndl/core';
import { kernel, type Kernel } from '@ndl/ir';
import { markMissingRows } from './missing-targets.ts';

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
  return Object.freeze<Objective>({
    kind: 'accuracy',
    build(context) {
      const { output, target, size } = context;
      const missing = markMissingRows(context);
      const known = context.temporary('known target', [size]);
      const outputPeak = context.temporary('output peak', []);
      const targetPeak = context.temporary('target peak', []);
      const hitElements = context.temporary('hit elements', [size]);
      const hit = context.temporary('hit', []);
      const isCountedRow = context.temporary('is counted', []);
      const hits = context.sharedTemporary('hits', []);
      const counted = context.sharedTemporary('counted', []);
      const result = context.sharedTemporary('accuracy', []);
      context.emit({
        kind: 'map',
        kernel: knownTarget,
        inputs: [target],
        parameters: [],
        outputs: [{ target: known, mode: 'set' }],
      });
      context.emit({ kind: 'reduce', operation: 'max', source: output, axes: [0], target: outputPeak, mode: 'set' });
      context.emit({ kind: 'reduce', operation: 'max', source: known, axes: [0], target: targetPeak, mode: 'set' });
      context.emit({
        kind: 'map',
        kernel: isHit,
        inputs: [output, known, outputPeak, targetPeak, missing],
        parameters: [],
        outputs: [{ target: hitElements, mode: 'set' }],
      });
      context.emit({ kind: 'reduce', operation: 'max', source: hitElements, axes: [0], target: hit, mode: 'set' });
      context.emit({
        kind: 'map',
        kernel: isCounted,
        inputs: [missing],
        parameters: [],
        outputs: [{ target: isCountedRow, mode: 'set' }],
      });
      context.emit({
        kind: 'reduce',
        operation: 'sum',
        source: hit,
        axes: ['items', 'steps'],
        target: hits,
        mode: 'set',
      });
      context.emit({
        kind: 'reduce',
        operation: 'sum',
        source: isCountedRow,
        axes: ['items', 'steps'],
        target: counted,
        mode: 'set',
      });
      context.emit({
        kind: 'map',
        kernel: fraction,
        inputs: [hits, counted],
        parameters: [],
        outputs: [{ target: result, mode: 'set' }],
      });
      return result;
    },
  });
}
