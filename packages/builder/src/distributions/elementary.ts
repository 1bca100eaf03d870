/** @file Distributions whose numbers are independent of each other (or given): Uniform, Gaussian, Choice, Samples. */
import type { DistributionDefinition } from '@ndl/core';
import type { Choice, Gaussian, QuasirandomSequence, Samples, Uniform } from '@ndl/model';
import { NdArray, type RandomState } from '@ndl/numerics';
import { needsDimensions, wrongSampleShape } from '../errors.ts';
import { quasirandomPoints } from './quasirandom-sequence.ts';

/** Draws: one uniform (or, for integers, one `randint`) per number. */
const UNIFORM: DistributionDefinition<Uniform> = {
  kind: 'uniform',
  sample({ low, high, integer }, count, dimensions, random) {
    return filled(count, dimensions, (size) =>
      integer ? random.randint(low, high, size) : random.uniform(low, high, size),
    );
  },
};

/** Draws: one normal per number. */
const GAUSSIAN: DistributionDefinition<Gaussian> = {
  kind: 'gaussian',
  sample({ mean, standardDeviation }, count, dimensions, random) {
    return filled(count, dimensions, (size) => random.normal(mean, standardDeviation, size));
  },
};

/** Draws: one uniform per sample, looked up in the cumulative weights. */
const CHOICE: DistributionDefinition<Choice> = {
  kind: 'choice',
  sample({ options, weights }, count, dimensions, random) {
    const [optionCount = 1, ...optionShape] = options.shape;
    const length = options.size / optionCount;
    if (dimensions !== undefined && length !== dimensions)
      throw wrongSampleShape('choice', [count, dimensions], [count, ...optionShape]);
    const cumulative = cumulativeWeights(weights?.data ?? new Float64Array(optionCount).fill(1));
    const data = new Float64Array(count * length);
    for (let index = 0; index < count; index++) {
      const option = chosenIndex(random, cumulative);
      data.set(options.data.subarray(option * length, (option + 1) * length), index * length);
    }
    return new NdArray(data, dimensions === undefined ? [count, ...optionShape] : [count, dimensions]);
  },
};

/** Draws nothing. */
const SAMPLES: DistributionDefinition<Samples> = {
  kind: 'samples',
  sample({ samples }, count, dimensions) {
    const [given, ...sampleShape] = samples.shape;
    const wanted = dimensions === undefined ? [count] : [count, dimensions];
    const fits = given === count && samples.size === count * (dimensions ?? 1) && sampleShape.length <= 1;
    if (!fits) throw wrongSampleShape('samples', wanted, samples.shape);
    return new NdArray(Float64Array.from(samples.data), wanted);
  },
};

/** Draws: `dimensions` uniforms and a shuffle of the rows. */
const QUASIRANDOM_SEQUENCE: DistributionDefinition<QuasirandomSequence> = {
  kind: 'quasirandomSequence',
  sample(_distribution, count, dimensions, random) {
    if (dimensions === undefined) throw needsDimensions('quasirandomSequence');
    return quasirandomPoints(count, dimensions, random);
  },
};

/** All of them. */
export const ELEMENTARY_DISTRIBUTIONS: readonly DistributionDefinition[] = [
  UNIFORM,
  GAUSSIAN,
  CHOICE,
  SAMPLES,
  QUASIRANDOM_SEQUENCE,
];

function filled(
  count: number,
  dimensions: number | undefined,
  draw: (size: number) => Float64Array,
): NdArray<Float64Array> {
  return new NdArray(draw(count * (dimensions ?? 1)), dimensions === undefined ? [count] : [count, dimensions]);
}

function cumulativeWeights(weights: ArrayLike<number>): Float64Array {
  const cumulative = Float64Array.from(weights);
  const total = cumulative.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  return cumulative.map((weight) => (sum += weight / total));
}

/** The last option takes what rounding leaves above the last cumulative weight. */
function chosenIndex(random: RandomState, cumulative: Float64Array): number {
  const uniform = random.random();
  const index = cumulative.findIndex((bound) => bound > uniform);
  return index === -1 ? cumulative.length - 1 : index;
}
