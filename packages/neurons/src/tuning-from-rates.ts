/** @file Gain and bias for kinds of neuron without a closed form: found by looking at the rates alone. */
import { refuseSurplus } from '@ndl/numerics';
import type { GainBias, MaxRatesIntercepts, NeuronDefinition } from '@ndl/core';
import type { NeuronType } from '@ndl/model';
import { maxRateUnreachable } from './errors.ts';
import { checkTuning, POSITIVE_RATES } from './tuning.ts';

/** What this file asks of a definition. */
export type RateDefinition<Type extends NeuronType> = Pick<NeuronDefinition<Type>, 'kind' | 'rates'>;

/** Currents that are looked at in each range, ends included. */
const POINTS = 101;
const FIRST_RANGE = 10;
const DOUBLINGS = 10;

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
  checkTuning(definition.kind, maxRates, intercepts, POSITIVE_RATES);
  const { threshold, enough } = findRange(definition, neuronType, maxRates);
  const currents = linearlySpaced(threshold, enough, POINTS);
  const rates = definition.rates(neuronType, currents);
  const currentsAtMaximum = maxRates.map((maxRate) => interpolate(maxRate, rates, currents));
  const gain = currentsAtMaximum.map((current, neuron) => (threshold - current) / (intercepts[neuron]! - 1));
  const bias = currentsAtMaximum.map((current, neuron) => current - gain[neuron]!);
  return { gain, bias };
}

/**
 * `NeuronDefinition.maxRatesIntercepts` for any kind. The intercept is the last of 101 points from -1 to 1 before the first
 * at which the neuron fires; -1 where it fires everywhere, 1 where it fires nowhere.
 */
export function maxRatesInterceptsFromRates<Type extends NeuronType>(
  definition: RateDefinition<Type>,
  neuronType: Type,
  gain: Float64Array,
  bias: Float64Array,
): MaxRatesIntercepts {
  refuseSurplus('maxRatesInterceptsFromRates', arguments, 4);
  const maxRates = definition.rates(
    neuronType,
    gain.map((value, neuron) => value + bias[neuron]!),
  );
  const points = linearlySpaced(-1, 1, POINTS);
  const intercepts = gain.map((value, neuron) => {
    const rates = definition.rates(
      neuronType,
      points.map((x) => value * x + bias[neuron]!),
    );
    const firing = rates.findIndex((rate) => rate > 0);
    return firing === -1 ? 1 : points[Math.max(firing - 1, 0)]!;
  });
  return { maxRates, intercepts };
}

/** Searches ever wider grids of currents, each end by itself, so that the threshold is found on the finest that shows it. */
function findRange<Type extends NeuronType>(
  definition: RateDefinition<Type>,
  neuronType: Type,
  maxRates: Float64Array,
): { threshold: number; enough: number } {
  const fastest = maxRates.reduce((left, right) => Math.max(left, right), 0);
  let [threshold, enough, range]: [number | undefined, number | undefined, number] = [
    undefined,
    undefined,
    FIRST_RANGE,
  ];
  for (let attempt = 0; attempt < DOUBLINGS; attempt++, range *= 2) {
    const currents = linearlySpaced(-range, range, POINTS);
    const rates = definition.rates(neuronType, currents);
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

/** `count` numbers from `start` to `stop`, both included. */
function linearlySpaced(start: number, stop: number, count: number): Float64Array {
  const spacing = (stop - start) / (count - 1);
  return Float64Array.from({ length: count }, (_, index) => (index === count - 1 ? stop : start + index * spacing));
}

/** The value at `x` of the polygon through (xs, ys); `xs` must not fall. Beyond its ends, the value at the end. */
function interpolate(x: number, xs: Float64Array, ys: Float64Array): number {
  const right = xs.findIndex((value) => value > x);
  if (right === -1) return ys[ys.length - 1]!;
  if (right === 0) return ys[0]!;
  const [x0, x1, y0, y1] = [xs[right - 1]!, xs[right]!, ys[right - 1]!, ys[right]!];
  return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
}
