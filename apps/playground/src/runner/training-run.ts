/** @file A training of the model in pieces of some epochs, between which is measured what the page shows. */
import type { ModelTraining } from '@ndl/model-source';
import { NdArray } from '@ndl/numerics';
import type { Network, Node, Optimizer, Probe, Simulator } from 'ndl';
import type { Activity } from './activity.ts';
import { gradientsIfAny, learntParameters } from './learnt-parameters.ts';
import type { Answer, Boundary, EpochNews, OutputSamples, TrainingNews } from './messages.ts';
import {
  accuracyOf,
  classesOf,
  classOf,
  countOf,
  itemsOf,
  middleOf,
  pairsOf,
  spread,
  type DataPair,
} from './training-data.ts';

/** Seconds of training between two measurements, about, and epochs at most. */
const PIECE_SECONDS = 0.5;
const MOST_EPOCHS = 25;
const NEWS_MILLISECONDS = 100;

/** Items that are tested, watched and counted; values of a histogram. */
const TESTED = 200;
const WATCHED = 4;
const COUNTED = 16;
/** Items of a minibatch of a training that does not say how many. */
const MINIBATCH = 128;
const MOST_VALUES = 4000;
/** Steps of an item that is watched, at most. */
const MOST_STEPS = 400;
const SIDE = 32;

/** What is trained, and who hears of it. */
export interface Trained {
  readonly simulator: Simulator;
  readonly network: Network;
  readonly training: ModelTraining;
  readonly activity: Activity;
  /** How the page calls objects. */
  readonly nameOf: (object: object) => string;
  readonly say: (answer: Answer) => void;
}

export class TrainingRun {
  readonly #trained: Trained;
  readonly #inputs: DataPair<Node>[];
  readonly #targets: DataPair<Probe>[];
  readonly #optimizer: Optimizer;
  #rate: number | null = null;
  #abort: AbortController | undefined;
  #epoch = 0;
  #epochs = 0;
  #loss: number | null = null;
  #told = 0;
  /** Something came of it since somebody asked. */
  #hasMoved = false;

  constructor(trained: Trained) {
    this.#trained = trained;
    const { inputs, options } = trained.training;
    this.#inputs = pairsOf<Node>(inputs);
    // Weights may have targets, too, which tell how large they should be.
    this.#targets = pairsOf<Probe>(options.targets).filter(([probe]) => probe?.attribute !== 'weights');
    const { optimizer } = options;
    // One object for all pieces, so that it remembers; its learning rate is the page's where that gives one.
    this.#optimizer = {
      ...optimizer,
      scalars: (update) => {
        const scalars = optimizer.scalars(update);
        return this.#rate === null || !('learningRate' in scalars) ? scalars : { ...scalars, learningRate: this.#rate };
      },
    };
  }

  get isRunning(): boolean {
    return this.#abort !== undefined;
  }

  /** Whether it went on since this was asked last. */
  hasMoved(): boolean {
    const hasMoved = this.#hasMoved;
    this.#hasMoved = false;
    return hasMoved;
  }

  /** The learning rate that the model gives its optimizer; null where it has none. */
  get ownRate(): number | null {
    return this.#trained.training.options.optimizer.scalars(1)['learningRate'] ?? null;
  }

  setRate(rate: number | null): void {
    this.#rate = rate;
  }

  stop(): void {
    this.#abort?.abort();
  }

  /** Trains for so many epochs more. @throws what the simulator throws */
  async train(epochs: number): Promise<void> {
    if (this.isRunning) return;
    const abort = (this.#abort = new AbortController());
    this.#epochs = this.#epoch + epochs;
    try {
      this.#tell('running');
      let piece = 1;
      while (this.#epoch < this.#epochs && !abort.signal.aborted) {
        const count = Math.min(piece, this.#epochs - this.#epoch);
        const began = performance.now();
        await this.#epochsOf(count, abort.signal);
        const each = (performance.now() - began) / 1000 / count;
        piece = Math.max(1, Math.min(MOST_EPOCHS, Math.round(PIECE_SECONDS / each)));
      }
    } catch (error) {
      if (!abort.signal.aborted) throw error;
    } finally {
      this.#abort = undefined;
      this.#tell(this.#epoch < this.#epochs ? 'stopped' : 'done');
    }
  }

  async #epochsOf(count: number, signal: AbortSignal): Promise<void> {
    const { simulator, training } = this.#trained;
    const start = this.#epoch;
    const history = await simulator.train(training.inputs, {
      ...training.options,
      optimizer: this.#optimizer,
      epochs: count,
      signal,
      onProgress: ({ epoch = 1, loss }) => {
        this.#hasMoved = true;
        this.#epoch = start + epoch - 1;
        this.#loss = loss ?? null;
        if (performance.now() - this.#told > NEWS_MILLISECONDS) this.#tell('running');
      },
    });
    this.#hasMoved = true;
    this.#epoch = start + history.epochs.length;
    const last = history.epochs.at(-1);
    if (last === undefined || signal.aborted) return;
    const news: EpochNews = {
      epoch: this.#epoch,
      loss: last.training['loss'] ?? NaN,
      validation: last.validation?.['loss'] ?? null,
      accuracy: await this.#accuracy(),
      weights: this.#weights(),
      parameters: await this.#parameters(),
      rates: await this.#rates(),
      samples: await this.#samples(),
      boundary: await this.#boundary(),
    };
    this.#trained.say({ answer: 'epoch', news });
    this.#tell('running');
  }

  #tell(state: TrainingNews['state']): void {
    this.#told = performance.now();
    const [epoch, epochs, loss] = [this.#epoch, this.#epochs, this.#loss];
    const rate = this.#rate ?? this.ownRate;
    this.#trained.say({ answer: 'training', news: { state, epoch, epochs, loss, rate } });
  }

  /** Some weights of all connections, always the same ones. */
  #weights(): Float32Array {
    const { simulator, network } = this.#trained;
    const arrays = network.allConnections.flatMap((connection) => simulator.data.get(connection).weights?.data ?? []);
    const all = arrays.reduce((sum, { length }) => sum + length, 0);
    const stride = Math.max(1, Math.ceil(all / MOST_VALUES));
    const values: number[] = [];
    for (const array of arrays) for (let at = 0; at < array.length; at += stride) values.push(array[at]!);
    return Float32Array.from(values);
  }

  /** Values and gradients, on as many items as a minibatch has. */
  async #parameters(): Promise<EpochNews['parameters']> {
    const { simulator, training, nameOf } = this.#trained;
    const { minibatchSize = MINIBATCH, targets, losses, lossWeights, steps, truncation } = training.options;
    const places = spread(countOf(this.#inputs), minibatchSize);
    const options = { targets: itemsOf(pairsOf<Probe>(targets), places), losses, lossWeights, steps, truncation };
    const gradients = await gradientsIfAny(simulator, itemsOf(this.#inputs, places), options);
    return learntParameters(simulator, gradients, nameOf);
  }

  async #accuracy(): Promise<EpochNews['accuracy']> {
    const { simulator, training } = this.#trained;
    const { test } = training;
    if (test?.labels === undefined) return null;
    const pairs = pairsOf<Node>(test.inputs);
    const places = spread(countOf(pairs), TESTED);
    const labels = places.map((place) => test.labels![place]!);
    const middle = this.#middle();
    const right = async (mode: 'spiking' | 'rate'): Promise<number> => {
      const steps = mode === 'spiking' ? test.steps : (training.options.steps ?? test.steps);
      const options = { probes: [test.output], lastStepOnly: true, mode, ...(steps !== undefined && { steps }) };
      return accuracyOf((await simulator.predict(itemsOf(pairs, places), options)).get(test.output)!, labels, middle);
    };
    return { spiking: await right('spiking'), rate: await right('rate'), items: places.length };
  }

  /** What parts two classes where one value tells them apart. */
  #middle(): number {
    return middleOf(this.#targets[0]?.[1].data ?? []);
  }

  async #rates(): Promise<Float32Array> {
    const { simulator, activity, training } = this.#trained;
    const probes = activity.counted.map(({ probe }) => probe);
    if (probes.length === 0) return new Float32Array();
    const items = itemsOf(this.#inputs, spread(countOf(this.#inputs), COUNTED));
    const steps = training.test?.steps ?? training.options.steps;
    const recorded = await simulator.predict(items, { probes, ...(steps !== undefined && { steps }) });
    return Float32Array.from(
      activity.counted.flatMap(({ probe, rates, amplitude }) => {
        const { data } = recorded.get(probe)!;
        const neurons = rates.length;
        const sums = new Array<number>(neurons).fill(0);
        for (let at = 0; at < data.length; at++) sums[at % neurons]! += data[at]!;
        return sums.map((sum) => sum / amplitude / (data.length / neurons));
      }),
    );
  }

  async #samples(): Promise<OutputSamples | null> {
    const { simulator, training } = this.#trained;
    const { test } = training;
    const output = test?.output ?? this.#targets[0]?.[0];
    if (output === undefined) return null;
    const pairs = test === undefined ? this.#inputs : pairsOf<Node>(test.inputs);
    const places = spread(countOf(pairs), WATCHED);
    const items = itemsOf(pairs, places);
    const steps = test?.steps ?? training.options.steps;
    if (steps !== undefined && steps > MOST_STEPS) return null;
    const outputs = async (mode: 'spiking' | 'rate'): Promise<NdArray> =>
      (await simulator.predict(items, { probes: [output], mode, ...(steps !== undefined && { steps }) })).get(output)!;
    const [spiking, rate] = [await outputs('spiking'), await outputs('rate')];
    const size = spiking.shape.at(-1)!;
    return {
      items: places.length,
      steps: spiking.data.length / size / Math.max(1, places.length),
      size,
      spiking: Float32Array.from(spiking.data),
      rate: Float32Array.from(rate.data),
      labels: places.map((place) => test?.labels?.[place] ?? -1),
    };
  }

  /** Of models that sort points of a plane. */
  async #boundary(): Promise<Boundary | null> {
    const { simulator, training } = this.#trained;
    const [input, target] = [this.#inputs[0], this.#targets[0]];
    const output = target?.[0] ?? training.test?.output;
    if (this.#inputs.length !== 1 || input === undefined || target === undefined || output === undefined) return null;
    const [node, { shape, data }] = input;
    const [items = 0, ...rest] = shape;
    if (shape.at(-1) !== 2 || rest.slice(0, -1).some((steps) => steps !== 1)) return null;
    let extent = 0;
    for (const value of data) extent = Math.max(extent, Math.abs(value));
    const grid = new Float64Array(SIDE * SIDE * 2);
    for (let at = 0; at < SIDE * SIDE; at++) {
      grid[2 * at] = extent * (((at % SIDE) + 0.5) / SIDE - 0.5) * 2;
      grid[2 * at + 1] = extent * ((Math.floor(at / SIDE) + 0.5) / SIDE - 0.5) * 2;
    }
    const pairs: DataPair<Node>[] = [[node, new NdArray(grid, [SIDE * SIDE, ...rest])]];
    const { steps } = training.options;
    const asked = itemsOf(pairs, spread(SIDE * SIDE, SIDE * SIDE));
    const options = {
      probes: [output],
      mode: 'rate',
      lastStepOnly: true,
      ...(steps !== undefined && { steps }),
    } as const;
    const answers = (await simulator.predict(asked, options)).get(output)!;
    const size = answers.shape.at(-1)!;
    const middle = this.#middle();
    const classes = new Uint8Array(SIDE * SIDE);
    const certainty = new Float32Array(SIDE * SIDE);
    for (let at = 0; at < classes.length; at++) {
      const values = answers.data.subarray(at * size, (at + 1) * size);
      classes[at] = classOf(values, middle);
      certainty[at] = certaintyOf(values, middle);
    }
    const shown = spread(items, 400);
    const labels = classesOf(target[1]);
    return {
      side: SIDE,
      extent,
      classes,
      certainty,
      points: Float32Array.from(shown.flatMap((place) => [data[2 * place]!, data[2 * place + 1]!])),
      labels: Uint8Array.from(shown, (place) => labels[place]!),
    };
  }
}

/** By how far the answer is ahead of the next, up to 1. */
function certaintyOf(values: ArrayLike<number>, middle: number): number {
  if (values.length === 1) return Math.min(1, Math.abs(values[0]! - middle));
  const sorted = Array.from(values).sort((a, b) => b - a);
  return Math.min(1, sorted[0]! - sorted[1]!);
}
