/** @file What the transform does: two products through a narrow middle, and a kernel for the diagonal and the sum. */
import { NdArray, type TransformDefinition } from '@ndl/core';
import { kernel, type Kernel } from '@ndl/ir';
import type { DiagonalPlusLowRank } from './diagonal-plus-low-rank.ts';

const diagonalPlus: Kernel = /* @__PURE__ */ kernel(
  { name: 'diagonal plus', inputs: ['diagonal', 'input', 'rest'] },
  (k) => ({ output: k.add(k.multiply(k.inputs.diagonal, k.inputs.input), k.inputs.rest) }),
);

export const diagonalPlusLowRankDefinition: TransformDefinition<DiagonalPlusLowRank> = {
  kind: 'acmeDiagonalPlusLowRank',
  *arrays({ shape: [size], rank, diagonal, left, right }, sample) {
    return {
      diagonal: yield* sample(diagonal, size),
      left: yield* sample(left, size, rank),
      right: yield* sample(right, rank, size),
    };
  },
  build({ shape: [size], rank }, { input, output, parameters }, context) {
    const vector = (length: number): NdArray => new NdArray(new Float64Array(length), [length]);
    const middle = context.signal('middle', vector(rank));
    const rest = context.signal('rest', vector(size));
    context.contract({
      shape: [rank, size],
      left: parameters['right']!,
      right: { view: input, along: [1] },
      target: { view: middle, along: [0] },
    });
    context.contract({
      shape: [size, rank],
      left: parameters['left']!,
      right: { view: middle, along: [1] },
      target: { view: rest, along: [0] },
    });
    context.map({
      kernel: diagonalPlus,
      inputs: { diagonal: parameters['diagonal']!, input, rest },
      outputs: { output },
      mode: 'set',
    });
  },
};
