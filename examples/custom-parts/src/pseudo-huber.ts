/** @file A loss: squares of small errors, sizes of large ones. */
import type { Objective } from '@ndl/core';
import { kernel, type Kernel } from '@ndl/ir';
import { kernelLoss } from '@ndl/training';

const pseudoHuberTerm: Kernel = /* @__PURE__ */ kernel(
  { name: 'pseudo-Huber', inputs: ['output', 'target'], parameters: ['width'] },
  (k) => {
    const { width } = k.parameters;
    const error = k.divide(k.subtract(k.inputs.output, k.inputs.target), width);
    const root = k.sqrt(k.add(1, k.multiply(error, error)));
    return { term: k.multiply(k.multiply(width, width), k.subtract(root, 1)) };
  },
);

/** The mean of width² (√(1 + (error / width)²) - 1) (Charbonnier et al. 1997), which outliers move less than they move squares. */
export function pseudoHuber(width = 1): Objective {
  return kernelLoss({ kernel: pseudoHuberTerm, parameters: { width } });
}
