/** @file Gain and bias for kinds of neuron without a closed form: found by looking at the rates alone. */
import type { NeuronType } from '@ndl/model';
import { complete, linspace, refuseSurplus, type Pieces } from '@ndl/numerics';
import { maxRateUnreachable } from '../errors.ts';
import type { GainBias, MaxRatesIntercepts, NeuronDefinition, TunedNeuronDefinition } from './neuron-definition.ts';
import { checkTuning, POSITIVE_RATES } from './tuning.ts';

/** What this file asks of a definition. */
export type RateDefinition<Type extends NeuronType> = Pick<NeuronDefinition<Type>, 'kind' | 'rates'>;

/** Currents that are looked at in each range, ends included. */
const POINTS = 101;
const FIRST_RANGE = 10;
const DOUBLINGS = 10;
/** What looking up a current is worth, in operations. */
const LOOK_UP_COST = 64;
/** What the rate of a neuron is worth that has no closed form, in operations. */
const RATE_COST = 1024;
/** Neurons that are looked at in one piece. */
const AT_A_TIME = 256;

/**
 * `NeuronDefinition.gainBias` for a kind whose rates, in Hz, do not fall with the current. Looks for silence and for the
 * largest of `maxRates` among currents in [-10, 10], doubling that range up to ten times, then interpolates between 101
 * currents from the one to the other. The threshold is as accurate as the spacing of the 101 currents that it was found on.
 * @throws NdlError MAX_RATE_UNREACHABLE where no current in range is silent, or none fast enough; INTERCEPT_OUT_OF_RANGE.
 */
export function gainBiasFromRates<Type extends NeuronType>(
  definition: RateDefinition<Type>,
  neuronType: Type,
  maxRates: Float64Array,
  intercepts: Float64Array,
): GainBias {
  refuseSurplus('gainBiasFromRates', arguments, 4);
  return complete(gainBiasFromRatesInPieces(definition, neuronType, maxRates, intercepts));
}

/** `gainBiasFromRates` in pieces. All neurons of an ensemble at once: the largest of their max rates matters to each. */
export function* gainBiasFromRatesInPieces<Type extends NeuronType>(
  definition: RateDefinition<Type>,
  neuronType: Type,
  maxRates: Float64Array,
  intercepts: Float64Array,
): Pieces<GainBias> {
  refuseSurplus('gainBiasFromRatesInPieces', arguments, 4);
  checkTuning(definition.kind, maxRates, intercepts, POSITIVE_RATES);
  const { threshold, enough } = yield* findRange(definition, neuronType, maxRates);
  const currents = linspace(threshold, enough, POINTS);
  const rates = definition.rates(neuronType, currents);
  yield RATE_COST * POINTS;
  const polygon = new Polygon(rates, currents);
  const currentsAtMaximum = new Float64Array(maxRates.length);
  for (let neuron = 0; neuron < maxRates.length; neuron++) {
    currentsAtMaximum[neuron] = polygon.valueAt(maxRates[neuron]!);
    if (neuron % AT_A_TIME === 0) yield LOOK_UP_COST * AT_A_TIME;
  }
  const gain = currentsAtMaximum.map((current, neuron) => (threshold - current) / (intercepts[neuron]! - 1));
  const bias = currentsAtMaximum.map((current, neuron) => current - gain[neuron]!);
  return { gain, bias };
}

/**
 * `NeuronDefinition.maxRatesIntercepts` for any kind. The intercept is the last of 101 points from -1 to 1 before the first
 * at which the neuron fires; -1 where it fires everywhere, and, as in Nengo, where it fires nowhere.
 */
export function maxRatesInterceptsFromRates<Type extends NeuronType>(
  definition: RateDefinition<Type>,
  neuronType: Type,
  gain: Float64Array,
  bias: Float64Array,
): MaxRatesIntercepts {
  refuseSurplus('maxRatesInterceptsFromRates', arguments, 4);
  return complete(maxRatesInterceptsFromRatesInPieces(definition, neuronType, gain, bias));
}

/** `maxRatesInterceptsFromRates` in pieces. */
export function* maxRatesInterceptsFromRatesInPieces<Type extends NeuronType>(
  definition: RateDefinition<Type>,
  neuronType: Type,
  gain: Float64Array,
  bias: Float64Array,
): Pieces<MaxRatesIntercepts> {
  refuseSurplus('maxRatesInterceptsFromRatesInPieces', arguments, 4);
  const [maxRates, intercepts] = [new Float64Array(gain.length), new Float64Array(gain.length)];
  const points = linspace(-1, 1, POINTS);
  for (let neuron = 0; neuron < gain.length; neuron++) {
    const currents = points.map((x) => gain[neuron]! * x + bias[neuron]!);
    const rates = definition.rates(neuronType, currents);
    const firing = rates.findIndex((rate) => rate > 0);
    maxRates[neuron] = rates[POINTS - 1]!;
    intercepts[neuron] = points[Math.max(firing - 1, 0)]!;
    yield RATE_COST * POINTS;
  }
  return { maxRates, intercepts };
}

/** The definition, with a tuning found from its rates where it has none of its own. */
export function withTuning<Type extends NeuronType>(definition: NeuronDefinition<Type>): TunedNeuronDefinition<Type> {
  refuseSurplus('withTuning', arguments, 1);
  const { gainBias, maxRatesIntercepts } = definition;
  return {
    ...definition,
    gainBias: gainBias?.bind(definition) ?? ((...request) => gainBiasFromRates(definition, ...request)),
    maxRatesIntercepts:
      maxRatesIntercepts?.bind(definition) ?? ((...request) => maxRatesInterceptsFromRates(definition, ...request)),
  };
}

/** Searches ever wider grids of currents, each end by itself, so that the threshold is found on the finest that shows it. */
function* findRange<Type extends NeuronType>(
  definition: RateDefinition<Type>,
  neuronType: Type,
  maxRates: Float64Array,
): Pieces<{ threshold: number; enough: number }> {
  const fastest = maxRates.reduce((left, right) => Math.max(left, right), 0);
  let [threshold, enough, range]: [number | undefined, number | undefined, number] = [
    undefined,
    undefined,
    FIRST_RANGE,
  ];
  for (let attempt = 0; attempt < DOUBLINGS; attempt++, range *= 2) {
    const currents = linspace(-range, range, POINTS);
    const rates = definition.rates(neuronType, currents);
    yield RATE_COST * POINTS;
    const silent = rates.findLastIndex((rate) => rate <= 0);
    // Silence at the very end says only that firing begins further out.
    if (silent < POINTS - 1) threshold ??= currents[silent];
    enough ??= currents[rates.findIndex((rate) => rate >= fastest)];
    if (threshold !== undefined && enough !== undefined) return { threshold, enough };
  }
  const widest = range / 2;
  throw maxRateUnreachable(
    definition.kind,
    [{ neuron: maxRates.indexOf(fastest), value: fastest }],
    `rates between silence and the fastest firing at currents from -${widest} to ${widest}`,
    enough === undefined
      ? 'Lower maxRates.'
      : 'No such current silences the neurons: give gain and bias instead of maxRates and intercepts.',
  );
}

/** Points beside the place found last that are looked at before all others. */
const NEAR = 8;

/**
 * A polygon through (xs, ys), looked up at one value after another; beyond its ends, the value at the end. Where `xs` fall now and
 * then, as counted rates do, more than one place would do: the one that is taken is that of NumPy's `interp`, which begins its
 * bisection beside the place that it found last.
 */
class Polygon {
  readonly #xs: Float64Array;
  readonly #ys: Float64Array;
  /** Index of the point left of the value that was looked up last. */
  #left = 0;

  constructor(xs: Float64Array, ys: Float64Array) {
    this.#xs = xs;
    this.#ys = ys;
  }

  valueAt(x: number): number {
    const [xs, ys] = [this.#xs, this.#ys];
    const last = xs.length - 1;
    if (x < xs[0]!) return ys[0]!;
    if (x > xs[last]!) return ys[last]!;
    const left = this.#leftOf(x);
    this.#left = left;
    const [x0, y0] = [xs[left]!, ys[left]!];
    if (left === last || x === x0) return y0;
    return y0 + ((ys[left + 1]! - y0) / (xs[left + 1]! - x0)) * (x - x0);
  }

  #leftOf(x: number): number {
    const xs = this.#xs;
    const guess = Math.max(1, Math.min(this.#left, xs.length - 3));
    let [from, to] = [0, xs.length];
    if (x < xs[guess]!) {
      if (x >= xs[guess - 1]!) return guess - 1;
      to = guess - 1;
      if (guess > NEAR && x >= xs[guess - NEAR]!) from = guess - NEAR;
    } else {
      if (x < xs[guess + 1]!) return guess;
      if (x < xs[guess + 2]!) return guess + 1;
      from = guess + 2;
      if (guess < xs.length - NEAR - 1 && x < xs[guess + NEAR]!) to = guess + NEAR;
    }
    while (from < to) {
      const middle = from + ((to - from) >> 1);
      if (x >= xs[middle]!) from = middle + 1;
      else to = middle;
    }
    return from - 1;
  }
}
