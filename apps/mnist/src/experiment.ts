/** @file The main job: train in rate mode on MNIST, choose on a split, test once, in rates and in spikes. */
import { accuracy, adam, NdArray, Simulator, softmaxCrossEntropy, type History, type Plan, type Probe } from 'ndl';
import { describeClassifier, SEED } from './classifier.ts';
import { readTestDigits, readTrainingDigits, selectDigits, splitDigits, type Digits } from './digits.ts';
import { accuracyOf, chosenClasses, meanOf } from './measures.ts';
import { withProgressBar } from './progress-bars.ts';

/** Images set aside from the 60 000, on which the best epoch is chosen. */
const VALIDATION_IMAGES = 5000;
/** Steps (of 1 ms) that an image is shown for; the class is the largest output at the last. */
const STEPS = 30;
const TRAINING_MINIBATCH = 200;
const TEST_MINIBATCH = 500;
/** Images, and mistakes, whose traces the report shows. */
const SAMPLES = 6;

export interface ExperimentOptions {
  readonly epochs: number;
  readonly signal: AbortSignal;
  /** Keeps what was learnt so far: called after each epoch that is the best yet, and when the job is aborted. */
  readonly save: (parameters: Uint8Array) => Promise<void>;
}

/** What the job found. */
export interface ExperimentResult {
  readonly rateAccuracy: number;
  readonly spikingAccuracy: number;
  /** Mean over hidden neurons, test images and steps, in Hz. */
  readonly meanFiringRate: number;
  /** Seconds of each phase. */
  readonly seconds: Readonly<Record<'read' | 'build' | 'train' | 'test' | 'total', number>>;
  readonly backend: Simulator['backend'];
  readonly history: History;
  readonly bestEpoch: number;
  /** The first test images. */
  readonly samples: Samples;
  /** The first that were read as another digit; there may be none. */
  readonly mistakes: Samples;
  /** The digits of all test images, and those that were read in spikes. */
  readonly reading: { readonly labels: Uint8Array; readonly choices: Uint8Array };
  /** Spikes of the hidden neurons for the first image, [steps, neurons]: not 0 where a neuron fired. */
  readonly spikes: NdArray;
  readonly plan: PlanSummary;
}

/** A few test images, and what the network made of them. */
export interface Samples {
  readonly digits: Digits;
  readonly choices: Uint8Array;
  /** Filtered outputs, [items, steps, 10]. */
  readonly outputs: NdArray;
}

/** How the network was compiled. */
interface PlanSummary {
  readonly simplifications: readonly {
    readonly name: string;
    readonly operatorsBefore: number;
    readonly operatorsAfter: number;
  }[];
  /** In execution order. */
  readonly sorted: Plan;
}

/** Runs the whole job. An abort rejects with the signal's reason, after saving. */
export async function runExperiment({ epochs, signal, save }: ExperimentOptions): Promise<ExperimentResult> {
  const clock = new Stopwatch();
  const all = await readTrainingDigits();
  const [training, validation] = splitDigits(all, VALIDATION_IMAGES, SEED);
  clock.lap('read');

  const { network, pixels, outputs, filteredOutputs, meanRate, spikes } = describeClassifier();
  await using simulator = await Simulator.create(network, { signal });
  clock.lap('build');

  let best = { epoch: 0, accuracy: -1, parameters: simulator.encodeParameters() };
  const keepBest = async ({
    epoch,
    validation: measured,
  }: {
    readonly epoch: number;
    readonly validation?: Readonly<Record<string, number>> | undefined;
  }): Promise<void> => {
    if (measured === undefined || measured['accuracy']! <= best.accuracy) return;
    best = { epoch, accuracy: measured['accuracy']!, parameters: simulator.encodeParameters() };
    await save(best.parameters);
  };
  const history = await withProgressBar('Training', (onProgress) =>
    simulator.train([[pixels, training.images]], {
      targets: [[outputs, training.oneHot]],
      losses: softmaxCrossEntropy(),
      metrics: accuracy(),
      optimizer: adam({ learningRate: (update) => 2e-3 * 0.5 ** Math.floor(update / 1100) }),
      epochs,
      minibatchSize: TRAINING_MINIBATCH,
      seed: SEED,
      validation: { inputs: [[pixels, validation.images]], targets: [[outputs, validation.oneHot]] },
      callbacks: [{ onEpochEnd: keepBest }],
      signal,
      onProgress,
    }),
  ).catch(async (error: unknown) => {
    if (signal.aborted) await save(simulator.encodeParameters());
    throw error;
  });
  await simulator.decodeParameters(best.parameters);
  clock.lap('train');

  const test = await readTestDigits();
  const predict = (title: string, digits: Digits, mode: 'rate' | 'spiking', probes: readonly Probe[]) =>
    withProgressBar(title, (onProgress) =>
      simulator.predict([[pixels, digits.images]], {
        mode,
        probes,
        steps: mode === 'rate' ? 1 : STEPS,
        minibatchSize: TEST_MINIBATCH,
        signal,
        onProgress,
      }),
    );
  const inRates = await predict('Testing in rates', test, 'rate', [outputs]);
  const inSpikes = await predict('Testing in spikes', test, 'spiking', [filteredOutputs, meanRate]);
  const choices = chosenClasses(inSpikes.get(filteredOutputs)!);
  const raster = await simulator.predict([[pixels, selectDigits(test, [0]).images]], {
    mode: 'spiking',
    probes: [spikes],
    steps: STEPS,
  });
  clock.lap('test');

  const traces = inSpikes.get(filteredOutputs)!;
  const items = Array.from(test.labels, (_, item) => item);
  const first = items.slice(0, SAMPLES);
  const mistaken = items.filter((item) => choices[item] !== test.labels[item]);
  return {
    rateAccuracy: accuracyOf(chosenClasses(inRates.get(outputs)!), test.labels),
    spikingAccuracy: accuracyOf(choices, test.labels),
    meanFiringRate: meanOf(inSpikes.get(meanRate)!),
    seconds: clock.seconds(),
    backend: simulator.backend,
    history,
    bestEpoch: best.epoch,
    samples: samplesOf(test, choices, traces, first),
    mistakes: samplesOf(test, choices, traces, mistaken.slice(0, SAMPLES)),
    reading: { labels: test.labels, choices },
    spikes: raster.get(spikes)!.row(0),
    plan: { simplifications: simulator.compiled.simplifications, sorted: simulator.plan },
  };
}

/** What the network made of the test images at these indices. */
function samplesOf(test: Digits, choices: Uint8Array, traces: NdArray, indices: readonly number[]): Samples {
  const [, steps, classes] = traces.shape as [number, number, number];
  const outputs = Float64Array.from(indices.flatMap((index) => [...traces.row(index).data]));
  return {
    digits: selectDigits(test, indices),
    choices: Uint8Array.from(indices, (index) => choices[index]!),
    outputs: new NdArray(outputs, [indices.length, steps, classes]),
  };
}

/** Seconds between laps. */
class Stopwatch {
  readonly #started = performance.now();
  readonly #laps = new Map<string, number>();
  #last = this.#started;

  lap(name: 'read' | 'build' | 'train' | 'test'): void {
    const now = performance.now();
    this.#laps.set(name, (now - this.#last) / 1000);
    this.#last = now;
  }

  seconds(): ExperimentResult['seconds'] {
    return {
      ...Object.fromEntries(this.#laps),
      total: (this.#last - this.#started) / 1000,
    } as ExperimentResult['seconds'];
  }
}
