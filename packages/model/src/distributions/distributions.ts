/** @file Distributions: where random parameters are drawn from. Data only; sampling belongs to the build. */
import { type ArrayLikeInput, type NdArray, refuseSurplus } from '@ndl/numerics';
import type { Distribution } from './any-distribution.ts';
import {
  atLeast,
  checkDefinition,
  checkOptions,
  distribution,
  finiteArray,
  finiteNumber,
  flag,
  oneOf,
  positive,
} from '../data/checks.ts';
import { invalidParameter } from '../errors.ts';
import { immutableData } from '../data/immutable-data.ts';
import type { TruncatedNormal } from './initializers.ts';
import type { Exponential, Pdf } from './shaped-distributions.ts';

/** Uniform in [low, high), or on the whole numbers low … high - 1. */
export interface Uniform extends Distribution {
  readonly kind: 'uniform';
  readonly low: number;
  readonly high: number;
  readonly integer: boolean;
}

/** Normal. */
export interface Gaussian extends Distribution {
  readonly kind: 'gaussian';
  readonly mean: number;
  readonly standardDeviation: number;
}

/** One of `options` (numbers, or rows of a matrix), with weights or equally likely. */
export interface Choice extends Distribution {
  readonly kind: 'choice';
  /** [count] or [count, dimensions]. */
  readonly options: NdArray;
  /** [count], not negative, with a positive sum. */
  readonly weights: NdArray | null;
}

/** Uniform in, or on the surface of, the unit hypersphere. */
export interface UniformHypersphere extends Distribution {
  readonly kind: 'uniformHypersphere';
  readonly surface: boolean;
  /** Smallest length of a sample, in [0, 1). */
  readonly minMagnitude: number;
}

/** How points of the unit cube are mapped onto the sphere: `sct-approx` looks the inverse of the beta function up in a table. */
export type ScatterMethod = 'sct-approx' | 'sct' | 'tfww';

/** Evenly scattered in, or on the surface of, the unit hypersphere. */
export interface ScatteredHypersphere extends Distribution {
  readonly kind: 'scatteredHypersphere';
  readonly surface: boolean;
  readonly minMagnitude: number;
  /** Draws the points of the unit cube. */
  readonly base: Distribution;
  readonly method: ScatterMethod;
}

/** Roberts' low-discrepancy sequence in the unit cube, shuffled. */
export interface QuasirandomSequence extends Distribution {
  readonly kind: 'quasirandomSequence';
}

/** These very samples. */
export interface Samples extends Distribution {
  readonly kind: 'samples';
  /** [count] or [count, dimensions]. */
  readonly samples: NdArray;
}

/** Uniform in [low, high); with `integer`, on the whole numbers from low to high - 1. @throws NdlError INVALID_OPTION */
export function uniform(low: number, high: number, options: { readonly integer?: boolean } = {}): Uniform {
  refuseSurplus('uniform', arguments, 3);
  checkOptions(options, ['integer'], 'uniform');
  finiteNumber(low, 'uniform: low');
  finiteNumber(high, 'uniform: high');
  if (high < low) throw invalidParameter('uniform: high', `at least low, which is ${low}`, high);
  const integer = options.integer === undefined ? false : flag(options.integer, 'uniform: integer');
  return immutableData({ family: 'distribution', kind: 'uniform', low, high, integer });
}

/** Normal with this mean and standard deviation, the latter above 0. @throws NdlError INVALID_OPTION */
export function gaussian(mean: number, standardDeviation: number): Gaussian {
  refuseSurplus('gaussian', arguments, 2);
  finiteNumber(mean, 'gaussian: mean');
  positive(standardDeviation, 'gaussian: standardDeviation');
  return immutableData({ family: 'distribution', kind: 'gaussian', mean, standardDeviation });
}

/**
 * One of `options`, numbers or vectors of one length. `weights` need not sum to 1.
 * @throws NdlError INVALID_OPTION, NOT_FINITE
 */
export function choice(options: ArrayLikeInput, weights: ArrayLikeInput | null = null): Choice {
  refuseSurplus('choice', arguments, 2);
  const choices = finiteArray(options, 'choice: options');
  if ((choices.rank !== 1 && choices.rank !== 2) || choices.shape[0] === 0) {
    throw invalidParameter('choice: options', 'a list of at least one number or vector', options);
  }
  const chances = weights === null ? null : finiteArray(weights, 'choice: weights');
  if (chances !== null) {
    const isPerOption = chances.rank === 1 && chances.size === choices.shape[0];
    if (!isPerOption || chances.data.some((weight) => weight < 0) || chances.data.every((weight) => weight === 0)) {
      const requirement = `${choices.shape[0]} numbers that are not negative, one per option, with a positive sum`;
      throw invalidParameter('choice: weights', requirement, weights);
    }
  }
  return immutableData({ family: 'distribution', kind: 'choice', options: choices, weights: chances });
}

/** Options of the distributions over the unit hypersphere. */
export interface HypersphereOptions {
  /** On the surface instead of in the ball. Default false. */
  readonly surface?: boolean;
  /** Smallest length of a sample, in [0, 1). Default 0. */
  readonly minMagnitude?: number;
}

/** Uniform in the unit ball, or on its surface. @throws NdlError INVALID_OPTION */
export function uniformHypersphere(options: HypersphereOptions = {}): UniformHypersphere {
  refuseSurplus('uniformHypersphere', arguments, 1);
  checkOptions(options, ['surface', 'minMagnitude'], 'uniformHypersphere');
  return immutableData({
    family: 'distribution',
    kind: 'uniformHypersphere',
    ...checkedHypersphere(options, 'uniformHypersphere'),
  });
}

/** Options of `scatteredHypersphere`. */
export interface ScatteredHypersphereOptions extends HypersphereOptions {
  /** Draws the points of the unit cube. Default `quasirandomSequence()`. */
  readonly base?: Distribution;
  /** Default `sct-approx`. */
  readonly method?: ScatterMethod;
}

/** Evenly scattered in the unit ball, or on its surface. @throws NdlError INVALID_OPTION */
export function scatteredHypersphere(options: ScatteredHypersphereOptions = {}): ScatteredHypersphere {
  refuseSurplus('scatteredHypersphere', arguments, 1);
  const name = 'scatteredHypersphere';
  checkOptions(options, ['surface', 'minMagnitude', 'base', 'method'], name);
  const { base = quasirandomSequence(), method = 'sct-approx' } = options;
  return immutableData({
    family: 'distribution',
    kind: name,
    ...checkedHypersphere(options, name),
    base: distribution(base, `${name}: base`),
    method: oneOf<ScatterMethod>(['sct-approx', 'sct', 'tfww'])(method, `${name}: method`),
  });
}

/** Roberts' low-discrepancy sequence in the unit cube. */
export function quasirandomSequence(): QuasirandomSequence {
  refuseSurplus('quasirandomSequence', arguments, 0);
  return immutableData({ family: 'distribution', kind: 'quasirandomSequence' });
}

/** These very samples, `[count]` or `[count, dimensions]`. @throws NdlError INVALID_OPTION, NOT_FINITE */
export function samples(values: ArrayLikeInput): Samples {
  refuseSurplus('samples', arguments, 1);
  const array = finiteArray(values, 'samples');
  if (array.rank !== 1 && array.rank !== 2)
    throw invalidParameter('samples', 'a list of numbers or of vectors', values);
  return immutableData({ family: 'distribution', kind: 'samples', samples: array });
}

/** A distribution of a third party's kind. @throws NdlError INVALID_OPTION */
export function defineDistribution<const Definition extends { readonly kind: string }>(
  definition: Definition,
): Readonly<Definition> & Distribution {
  refuseSurplus('defineDistribution', arguments, 1);
  checkDefinition(definition, 'defineDistribution');
  return immutableData({ ...definition, family: 'distribution' });
}

/** What no sample of the distribution exceeds, where that is plain to see. */
export interface UpperBound {
  readonly value: number;
  /** Whether samples may be equal to it. */
  readonly isReached: boolean;
}

/** The upper bound of a distribution of the kinds whose bounds are plain to see. */
export function upperBoundOf(source: Distribution): UpperBound | undefined {
  switch (source.kind) {
    case 'uniform': {
      const { low, high } = source as Uniform;
      return { value: high, isReached: low === high };
    }
    case 'choice':
      return { value: largestOf((source as Choice).options), isReached: true };
    case 'samples':
      return { value: largestOf((source as Samples).samples), isReached: true };
    case 'exponential':
      return { value: (source as Exponential).high, isReached: false };
    case 'pdf':
      return { value: largestOf((source as Pdf).values), isReached: true };
    case 'sqrtBeta':
    case 'cosineSimilarity':
      return { value: 1, isReached: true };
    case 'truncatedNormal': {
      const { mean, limit } = source as TruncatedNormal;
      return { value: mean + limit, isReached: true };
    }
    default:
      return undefined;
  }
}

/** The largest element of an array; -∞ of an empty one. */
export function largestOf(array: NdArray): number {
  let largest = -Infinity;
  for (const value of array.data) largest = Math.max(largest, value);
  return largest;
}

function checkedHypersphere(
  { surface = false, minMagnitude = 0 }: HypersphereOptions,
  name: string,
): { surface: boolean; minMagnitude: number } {
  flag(surface, `${name}: surface`);
  atLeast(0)(minMagnitude, `${name}: minMagnitude`);
  if (minMagnitude >= 1) throw invalidParameter(`${name}: minMagnitude`, 'below 1', minMagnitude);
  return { surface, minMagnitude };
}
