/** @file The job: train in rates on MNIST, then show the test images to the same weights in spikes, with filters between the layers. */
import { accuracy, adam, Simulator, softmaxCrossEntropy, type NdArray } from 'ndl';
import { firstDigits, readTestDigits, readTrainingDigits } from '../digits.ts';
import { accuracyOf, chosenClasses, meanOf } from '../measures.ts';
import { withProgressBar } from '../progress-bars.ts';
import { describeConvolutional, type Kernels } from './classifier.ts';

export interface ConvolutionalExperiment {
  readonly seed: number;
  readonly layers: readonly Kernels[];
  /** Passes over the 60 000 training images. */
  readonly epochs: number;
  /** Test images, at most 10 000. */
  readonly testImages: number;
}

/** What became of one layer. */
export interface LayerResult {
  readonly neurons: number;
  /** Means over neurons, images and steps, in Hz: as trained, and in spikes. */
  readonly meanRate: { readonly rate: number; readonly spiking: number };
  /** Correlation, over neurons and some images, of what they put out in rates and, filtered, in spikes. */
  readonly correlation: number;
}

export interface ConvolutionalResult {
  readonly seed: number;
  readonly rateAccuracy: number;
  readonly spikingAccuracy: number;
  readonly layers: readonly LayerResult[];
  /** Loss of each epoch. */
  readonly losses: readonly number[];
  readonly seconds: { readonly train: number; readonly test: number };
}

/** Steps of 1 ms that an image is shown for; the class is the largest output at the last. */
const STEPS = 80;

/** Time constant between layers in spikes, in seconds. */
const SYNAPSE = 0.005;

const [TRAINING_MINIBATCH, TEST_MINIBATCH, LEARNING_RATE] = [100, 100, 2e-3];

/** Images over which layers are compared neuron by neuron. */
const COMPARED = 100;

export async function runConvolutional(experiment: ConvolutionalExperiment): Promise<ConvolutionalResult> {
  const { seed, layers, epochs, testImages } = experiment;
  const training = await readTrainingDigits();
  const began = performance.now();
  const trained = describeConvolutional({ seed, layers, synapse: null, steps: 1 });
  await using simulator = await Simulator.create(trained.network);
  const updates = epochs * Math.ceil(training.labels.length / TRAINING_MINIBATCH);
  const { epochs: history } = await withProgressBar(`Training, seed ${seed}`, (onProgress) =>
    simulator.train([[trained.pixels, training.images]], {
      targets: [[trained.outputs, training.oneHot]],
      losses: softmaxCrossEntropy(),
      metrics: accuracy(),
      // Falls in a straight line, almost to 0.
      optimizer: adam({ learningRate: (update) => LEARNING_RATE * (1 - (0.97 * update) / updates) }),
      epochs,
      minibatchSize: TRAINING_MINIBATCH,
      seed,
      onProgress,
    }),
  );
  const ended = performance.now();
  const test = firstDigits(await readTestDigits(), testImages);
  const spiking = describeConvolutional({ seed, layers, synapse: SYNAPSE, steps: STEPS });
  await using inSpikes = await Simulator.create(spiking.network);
  await inSpikes.decodeParameters(simulator.encodeParameters());
  const rates = await simulator.predict([[trained.pixels, test.images]], {
    mode: 'rate',
    probes: [trained.outputs, ...trained.meanRates],
    steps: 1,
    minibatchSize: TEST_MINIBATCH,
  });
  const spikes = await withProgressBar(`Testing, seed ${seed}`, (onProgress) =>
    inSpikes.predict([[spiking.pixels, test.images]], {
      mode: 'spiking',
      probes: [spiking.filteredOutputs, ...spiking.meanRates],
      steps: STEPS,
      minibatchSize: TEST_MINIBATCH,
      onProgress,
    }),
  );
  const compared = [[trained.pixels, firstDigits(test, COMPARED).images]] as const;
  const one = await simulator.predict(compared, { mode: 'rate', probes: [...trained.activities], steps: 1 });
  const other = await inSpikes.predict([[spiking.pixels, firstDigits(test, COMPARED).images]], {
    mode: 'spiking',
    probes: [...spiking.activities],
    steps: STEPS,
  });
  return {
    seed,
    rateAccuracy: accuracyOf(chosenClasses(rates.get(trained.outputs)!), test.labels),
    spikingAccuracy: accuracyOf(chosenClasses(spikes.get(spiking.filteredOutputs)!), test.labels),
    layers: layers.map((_, layer): LayerResult => {
      const [inRates, filtered] = [one.get(trained.activities[layer]!)!, other.get(spiking.activities[layer]!)!];
      return {
        neurons: trained.activities[layer]!.sizeIn,
        meanRate: {
          rate: meanOf(rates.get(trained.meanRates[layer]!)!),
          spiking: meanOf(spikes.get(spiking.meanRates[layer]!)!),
        },
        correlation: correlationOf(inRates, filtered),
      };
    }),
    losses: history.map(({ training: { loss } }) => loss!),
    seconds: { train: (ended - began) / 1000, test: (performance.now() - ended) / 1000 },
  };
}

/** Pearson's correlation of the elements of two arrays; NaN where one does not vary. */
function correlationOf(one: NdArray, other: NdArray): number {
  const [x, y] = [one.data, other.data];
  const [meanX, meanY] = [meanOf(one), meanOf(other)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let index = 0; index < x.length; index++) {
    const [dx, dy] = [x[index]! - meanX, y[index]! - meanY];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xy / Math.sqrt(xx * yy);
}
