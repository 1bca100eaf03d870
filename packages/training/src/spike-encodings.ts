/** @file Data as spikes: numbers between 0 and 1 become spikes at a rate, or one spike at a time, for nodes to be fed with. */
import { log, type ArrayLikeInput, ndarray, NdArray, RandomState, refuseSurplus } from '@ndl/numerics';
import { encodedDataInvalid, invalidParameter } from './errors.ts';
import { checkOptions, positiveNumber } from './options.ts';

/** What both encodings are told. */
export interface SpikeEncodingOptions {
  /** Steps of each item, from 1. */
  readonly steps: number;
  /** Seconds per step: spikes are 1 / dt high, as those of neurons. Above 0. Default 0.001. */
  readonly dt?: number;
}

/** Options of `rateEncoding`. */
export interface RateEncodingOptions extends SpikeEncodingOptions {
  /** Hz that 1 stands for. Above 0. Default 1 / dt, a spike in each step. */
  readonly rate?: number;
  /** A whole number, from 0, below 2^32. The same seed gives the same spikes; other seeds share no stream with it. Default 0. */
  readonly seed?: number;
}

/** Options of `latencyEncoding`. */
export interface LatencyEncodingOptions extends SpikeEncodingOptions {
  /** Seconds: the time constant of the membrane that a number charges. Above 0. Default 0.005. */
  readonly tau?: number;
  /** Where that membrane spikes; numbers up to it give no spike. Above 0, below 1. Default 0.01. */
  readonly threshold?: number;
  /** Whether 1 spikes in the first step, 0 in the last, and what lies between in between; then neither `tau` nor `threshold` counts. Default false. */
  readonly linear?: boolean;
}

/**
 * In each step a spike with the probability value · rate · dt, cut off at 0 and 1, drawn step by step from one stream per item, that of
 * `new RandomState([seed, item])`: no item of one seed has the stream of any item of another.
 * Eshraghian et al. (2023), Training Spiking Neural Networks Using Lessons From Deep Learning, Proceedings of the IEEE 111, section III.
 * @param data `[items, size]`, finite
 * @returns `[items, steps, size]`
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION, ENCODED_DATA_INVALID
 */
export function rateEncoding(data: ArrayLikeInput, options: RateEncodingOptions): NdArray<Float32Array> {
  refuseSurplus('rateEncoding', arguments, 2);
  checkOptions('rateEncoding', options, ['steps', 'dt', 'rate', 'seed']);
  const train = new SpikeTrain('rateEncoding', data, options);
  const rate = positiveNumber('rateEncoding: rate', options.rate, 1 / train.dt);
  const { seed = 0 } = options;
  if (!Number.isInteger(seed) || seed < 0 || seed >= 2 ** 32)
    throw invalidParameter('rateEncoding: seed', 'a whole number from 0 on, below 2^32', seed);
  for (let item = 0; item < train.items; item++) {
    const draws = new RandomState([seed, item]);
    for (let step = 0; step < train.steps; step++) {
      const uniform = draws.uniform(0, 1, train.size);
      for (let element = 0; element < train.size; element++)
        if (uniform[element]! < train.valueOf(item, element) * rate * train.dt) train.spike(item, step, element);
    }
  }
  return train.spikes;
}

/**
 * One spike of each number, the sooner the larger it is: after τ ln(x / (x - threshold)) seconds, which a membrane takes to its threshold that x
 * charges; in the last step at the latest, and none up to the threshold. Eshraghian et al. (2023), section III; with `linear`, in step
 * (1 - x) · (steps - 1), x cut off at 0 and 1, rounded.
 * @param data `[items, size]`, finite
 * @returns `[items, steps, size]`
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION, ENCODED_DATA_INVALID
 */
export function latencyEncoding(data: ArrayLikeInput, options: LatencyEncodingOptions): NdArray<Float32Array> {
  refuseSurplus('latencyEncoding', arguments, 2);
  checkOptions('latencyEncoding', options, ['steps', 'dt', 'tau', 'threshold', 'linear']);
  const train = new SpikeTrain('latencyEncoding', data, options);
  const tau = positiveNumber('latencyEncoding: tau', options.tau, 0.005);
  const threshold = positiveNumber('latencyEncoding: threshold', options.threshold, 0.01);
  if (threshold >= 1) throw invalidParameter('latencyEncoding: threshold', 'a number above 0 and below 1', threshold);
  const { linear = false } = options;
  if (typeof linear !== 'boolean') throw invalidParameter('latencyEncoding: linear', 'true or false', linear);
  const last = train.steps - 1;
  const stepOf = (value: number): number | undefined => {
    if (linear) return Math.round((1 - Math.min(Math.max(value, 0), 1)) * last);
    return value > threshold ? (tau * log(value / (value - threshold))) / train.dt : undefined;
  };
  for (let item = 0; item < train.items; item++) {
    for (let element = 0; element < train.size; element++) {
      const step = stepOf(train.valueOf(item, element));
      if (step !== undefined) train.spike(item, Math.min(Math.floor(step), last), element);
    }
  }
  return train.spikes;
}

/** Spikes of some items, none at first, and the data that they stand for. */
class SpikeTrain {
  readonly items: number;
  readonly size: number;
  readonly steps: number;
  readonly dt: number;
  readonly spikes: NdArray<Float32Array>;
  readonly #values: Float64Array;

  constructor(factory: string, data: ArrayLikeInput, { steps, dt }: SpikeEncodingOptions) {
    const { shape, data: values } = ndarray(data);
    const stray = values.findIndex((value) => !Number.isFinite(value));
    if (shape.length !== 2 || stray >= 0)
      throw encodedDataInvalid(
        factory,
        shape.length !== 2 ? `its shape is [${shape.join(', ')}]` : `it holds ${values[stray]}`,
      );
    if (!Number.isInteger(steps) || steps < 1)
      throw invalidParameter(`${factory}: steps`, 'a whole number from 1 on', steps);
    [this.items, this.size] = shape as [number, number];
    this.steps = steps;
    this.dt = positiveNumber(`${factory}: dt`, dt, 0.001);
    this.#values = values;
    const length = this.items * steps * this.size;
    if (length > MOST_NUMBERS)
      throw invalidParameter(`${factory}: steps`, `few enough for ${MOST_NUMBERS} numbers in all`, steps);
    this.spikes = new NdArray(new Float32Array(length), [this.items, steps, this.size]);
  }

  valueOf(item: number, element: number): number {
    return this.#values[item * this.size + element]!;
  }

  spike(item: number, step: number, element: number): void {
    this.spikes.data[(item * this.steps + step) * this.size + element] = 1 / this.dt;
  }
}

/** As many as an array of 4 GiB holds. */
const MOST_NUMBERS = 2 ** 30;
