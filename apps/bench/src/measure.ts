/** @file How fast things are: the median of a few repetitions, after a warm-up. */
import {
  adam,
  defaultPlugins,
  NdArray,
  RandomState,
  Simulator,
  softmaxCrossEntropy,
  type Network,
  type Settings,
} from 'ndl';
import { classifier } from './networks.ts';
import { median } from './median.ts';

const REPETITIONS = 3;
const PAIRS = 5;

/** A configuration under measurement. */
export interface Setup {
  readonly name: string;
  readonly settings: Partial<Settings>;
}

export interface RunSpeed {
  readonly buildSeconds: number;
  readonly stepsPerSecond: number;
}

/** Seconds to create a simulator, and steps per second of it. */
export async function measureRun(network: Network, { settings }: Setup, steps: number): Promise<RunSpeed> {
  const started = performance.now();
  await using simulator = await Simulator.create(network, { plugins: defaultPlugins(), settings });
  const buildSeconds = (performance.now() - started) / 1000;
  await simulator.runSteps(Math.min(steps, 50));
  const speeds: number[] = [];
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    const began = performance.now();
    await simulator.runSteps(steps);
    speeds.push((1000 * steps) / (performance.now() - began));
  }
  return { buildSeconds, stepsPerSecond: median(speeds) };
}

/**
 * Build time and speed of `first` over those of `second`: the medians of ratios of pairs that are measured in turn, after one
 * pair that does not count, so that neither a warm-up nor a drift of the machine favours one side.
 */
export async function compareRuns(make: () => Network, first: Setup, second: Setup, steps: number): Promise<RunSpeed> {
  const buildRatios: number[] = [];
  const speedRatios: number[] = [];
  for (let pair = 0; pair <= PAIRS; pair++) {
    const a = await measureRun(make(), first, steps);
    const b = await measureRun(make(), second, steps);
    if (pair === 0) continue;
    buildRatios.push(a.buildSeconds / b.buildSeconds);
    speedRatios.push(a.stepsPerSecond / b.stepsPerSecond);
  }
  return { buildSeconds: median(buildRatios), stepsPerSecond: median(speedRatios) };
}

/** Images per second that a classifier of 784 pixels, 128 hidden neurons and 10 classes learns from, in minibatches of 100. */
export async function measureTraining({ settings }: Setup, images: number): Promise<number> {
  const { network, image, output } = classifier(784, 128, 10);
  await using simulator = await Simulator.create(network, { plugins: defaultPlugins(), settings });
  const random = new RandomState(0);
  const inputs = new NdArray(Float32Array.from(random.uniform(0, 1, images * 784)), [images, 784]);
  const targets = new NdArray(
    Float32Array.from({ length: images * 10 }, (_, index) => (index % 10 === Math.floor(index / 10) % 10 ? 1 : 0)),
    [images, 10],
  );
  const options = {
    targets: [[output, targets]] as const,
    losses: softmaxCrossEntropy(),
    optimizer: adam(),
    minibatchSize: 100,
  };
  await simulator.train([[image, inputs]], options);
  const speeds: number[] = [];
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    const began = performance.now();
    await simulator.train([[image, inputs]], options);
    speeds.push((1000 * images) / (performance.now() - began));
  }
  return median(speeds);
}
