/** @file The losses and optimizers of ndl in their conformance suites. */
import { describeObjective, describeOptimizer } from '@ndl/testing';
import {
  adam,
  meanSquaredError,
  momentum,
  rateLoss,
  rmsprop,
  sgd,
  softmaxCrossEntropy,
  spikeCountLoss,
} from './index.ts';

describeOptimizer('sgd', {
  make: () => sgd({ learningRate: 0.1 }),
  expected: (gradients) => gradients.reduce((parameter, gradient) => parameter - 0.1 * gradient, 1),
});

describeOptimizer('momentum', {
  make: () => momentum({ learningRate: 0.01, momentum: 0.5 }),
  expected(gradients) {
    let [parameter, velocity] = [1, 0];
    for (const gradient of gradients) parameter -= 0.01 * (velocity = 0.5 * velocity + gradient);
    return parameter;
  },
});

describeOptimizer('rmsprop', { make: () => rmsprop({ learningRate: 0.01 }) });

describeOptimizer('adam', {
  make: () => adam({ learningRate: 0.01 }),
  expected(gradients) {
    let [parameter, mean, square] = [1, 0, 0];
    gradients.forEach((gradient, index) => {
      mean = 0.9 * mean + 0.1 * gradient;
      square = 0.999 * square + 0.001 * gradient ** 2;
      const [first, second] = [mean / (1 - 0.9 ** (index + 1)), square / (1 - 0.999 ** (index + 1))];
      parameter -= (0.01 * first) / (Math.sqrt(second) + 1e-8);
    });
    return parameter;
  },
});

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describeObjective('meanSquaredError', {
  objective: meanSquaredError(),
  expected: (output, target) => {
    const wanted = target.flat(2);
    return mean(output.flat(2).map((value, index) => (value - wanted[index]!) ** 2));
  },
});
describeObjective('softmaxCrossEntropy', { objective: softmaxCrossEntropy() });
describeObjective('spikeCountLoss', { objective: spikeCountLoss() });
describeObjective('rateLoss', {
  objective: rateLoss(),
  expected: (output, target) => {
    const means = (numbers: typeof output): number[] =>
      numbers[0]!.flatMap((row, item) => row.map((_, index) => mean(numbers.map((items) => items[item]![index]!))));
    const wanted = means(target);
    return mean(means(output).map((value, index) => (value - wanted[index]!) ** 2));
  },
});
