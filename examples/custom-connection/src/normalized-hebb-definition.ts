/** @file What the rule does: a product for the length of the input, and a kernel for each weight. */
import { NdArray, type LearningRuleDefinition } from '@ndl/core';
import { kernel, type Kernel } from '@ndl/ir';
import type { NormalizedHebb } from './normalized-hebb.ts';

const normalizedDelta: Kernel = /* @__PURE__ */ kernel(
  { name: 'normalized hebb', inputs: ['pre', 'post', 'square'], parameters: ['rate', 'floor'] },
  (k) => ({
    delta: k.divide(
      k.multiply(k.parameters.rate, k.inputs.post, k.inputs.pre),
      k.add(k.parameters.floor, k.inputs.square),
    ),
  }),
);

export const normalizedHebbDefinition: LearningRuleDefinition<NormalizedHebb> = {
  kind: 'acmeNormalizedHebb',
  build({ learningRate, floor }, { modified, pre, post }, context) {
    const [rows, columns] = modified.shape as [number, number];
    const square = context.signal('square', new NdArray(new Float64Array(1), []));
    const delta = context.signal('delta', new NdArray(new Float64Array(rows * columns), [rows, columns]));
    context.contract({ shape: [columns], left: pre, right: pre, target: { view: square, along: [] } });
    context.map({
      kernel: normalizedDelta,
      // A vector lies along the rows, or along the columns, of the weights; a number along neither.
      inputs: {
        pre: { view: pre, along: [1] },
        post: { view: post!, along: [0] },
        square: { view: square, along: [] },
      },
      parameters: { rate: learningRate * context.dt, floor },
      outputs: { delta },
      mode: 'update',
    });
    return { delta, signals: {} };
  },
};
