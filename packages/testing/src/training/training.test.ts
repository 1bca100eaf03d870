/** @file The suites of optimizers and objectives: what they take, what they refuse. */
import type { Objective, Optimizer } from '@ndl/core';
import { kernel } from '@ndl/ir';
import { describeObjective } from './describe-objective.ts';
import { describeOptimizer } from './describe-optimizer.ts';

/** θ ← θ - η g, written out. */
function descent(learningRate: number): Optimizer {
  const update = kernel({ name: 'descent', inputs: ['parameter', 'gradient'], parameters: ['rate'] }, (k) => ({
    parameter: k.subtract(k.inputs.parameter, k.multiply(k.parameters.rate, k.inputs.gradient)),
  }));
  return { kind: 'descent', memory: [], update, scalars: () => ({ rate: learningRate }) };
}

describeOptimizer('descent', {
  make: () => descent(0.01),
  expected: (gradients) => gradients.reduce((parameter, gradient) => parameter - 0.01 * gradient, 1),
});

const cosine = kernel({ name: 'log cosh', inputs: ['output', 'target'], parameters: ['share'] }, (k) => {
  const error = k.abs(k.subtract(k.inputs.output, k.inputs.target));
  const value = k.subtract(k.add(error, k.log1p(k.exp(k.multiply(-2, error)))), k.log(2));
  return { term: k.select(k.isNan(k.inputs.target), 0, k.multiply(value, k.parameters.share)) };
});

/** The mean of log cosh (output - target). */
const logCosh: Objective = {
  kind: 'logCosh',
  build(context) {
    const term = context.temporary('term', [context.size]);
    const sum = context.sharedTemporary('sum', []);
    const parameters = [context.perItemStep];
    const outputs = [{ target: term, mode: 'set' }] as const;
    context.emit({ kind: 'map', kernel: cosine, inputs: [context.output, context.target], parameters, outputs });
    const axes = [0, 'items', 'steps'] as const;
    context.emit({ kind: 'reduce', operation: 'sum', source: term, axes, target: sum, mode: 'set' });
    return sum;
  },
};

describeObjective('log cosh', {
  objective: logCosh,
  expected: (output, target) =>
    output
      .flatMap((items, step) =>
        items.map((row, item) =>
          row.reduce((sum, value, index) => sum + Math.log(Math.cosh(value - target[step]![item]![index]!)), 0),
        ),
      )
      .reduce((sum, value) => sum + value, 0) /
    (output.length * output[0]!.length),
});
