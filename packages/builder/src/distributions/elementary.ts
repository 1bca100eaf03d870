/** @file Distributions whose numbers are independent of each other (or given): Uniform, Gaussian, Choice, Samples. */
import type { Choice, Gaussian, QuasirandomSequence, Samples, Uniform } from '@ndl/model';
import { NdArray, OperationCount, type RandomState } from '@ndl/numerics';
import { needsDimensions, wrongSampleShape } from './distribution-errors.ts';
import { definedInPieces, DRAW_COST, filled, type PiecewiseDefinition } from './in-pieces.ts';
import { quasirandomPoints } from './quasirandom-sequence.ts';

/** Draws: one uniform (or, for integers, one `randint`) per number. */
const UNIFORM: PiecewiseDefinition<Uniform> = definedInPieces<Uniform>({
  kind: 'uniform',
  *sampleInPieces({ low, high, integer }, count, dimensions, random) {
    return yield* filled(count, dimensions, (size) =>
      integer ? random.randint(low, high, size) : random.uniform(low, high, size),
    );
  },
});

/** Draws: one normal per number. */
const GAUSSIAN: PiecewiseDefinition<Gaussian> = definedInPieces<Gaussian>({
  kind: 'gaussian',
  *sampleInPieces({ mean, standardDeviation }, count, dimensions, random) {
    return yield* filled(count, dimensions, (size) => random.normal(mean, standardDeviation, size));
  },
});

/** Draws: one uniform per sample, looked up in the cumulative weights. */
const CHOICE: PiecewiseDefinition<Choice> = definedInPieces<Choice>({
  kind: 'choice',
  *sampleInPieces({ options, weights }, count, dimensions, random) {
    const [optionCount = 1, ...optionShape] = options.shape;
    const length = options.size / optionCount;
    if (dimensions !== undefined && length !== dimensions)
      throw wrongSampleShape('choice', [count, dimensions], [count, ...optionShape]);
    const cumulative = cumulativeWeights(weights?.data ?? new Float64Array(optionCount).fill(1));
    const data = new Float64Array(count * length);
    const operations = new OperationCount();
    for (let index = 0; index < count; index++) {
      const option = chosenIndex(random, cumulative);
      let from = option * length;
      for (let to = index * length; to < (index + 1) * length; to++) data[to] = options.data[from++]!;
      const done = operations.add(DRAW_COST + optionCount + length);
      if (done !== undefined) yield done;
    }
    yield operations.rest();
    return new NdArray(data, dimensions === undefined ? [count, ...optionShape] : [count, dimensions]);
  },
});

/** Draws nothing. */
const SAMPLES: PiecewiseDefinition<Samples> = definedInPieces<Samples>({
  kind: 'samples',
  *sampleInPieces({ samples }, count, dimensions) {
    const [given, ...sampleShape] = samples.shape;
    const wanted = dimensions === undefined ? [count] : [count, dimensions];
    const fits = given === count && samples.size === count * (dimensions ?? 1) && sampleShape.length <= 1;
    if (!fits) throw wrongSampleShape('samples', wanted, samples.shape);
    yield samples.size;
    return new NdArray(new Float64Array(samples.data), wanted);
  },
});

/** Draws: `dimensions` uniforms and a shuffle of the rows. */
const QUASIRANDOM_SEQUENCE: PiecewiseDefinition<QuasirandomSequence> = definedInPieces<QuasirandomSequence>({
  kind: 'quasirandomSequence',
  *sampleInPieces(_distribution, count, dimensions, random) {
    if (dimensions === undefined) throw needsDimensions('quasirandomSequence');
    return yield* quasirandomPoints(count, dimensions, random);
  },
});

/** All of them. */
export const ELEMENTARY_DISTRIBUTIONS: readonly PiecewiseDefinition[] = [
  UNIFORM,
  GAUSSIAN,
  CHOICE,
  SAMPLES,
  QUASIRANDOM_SEQUENCE,
];

function cumulativeWeights(weights: ArrayLike<number>): Float64Array {
  const cumulative = Float64Array.from(weights);
  const total = cumulative.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  return cumulative.map((weight) => (sum += weight / total));
}

/** The last option takes what rounding leaves above the last cumulative weight. */
function chosenIndex(random: RandomState, cumulative: Float64Array): number {
  const uniform = random.random();
  const last = cumulative.length - 1;
  let index = 0;
  while (index < last && !(cumulative[index]! > uniform)) index++;
  return index;
}
