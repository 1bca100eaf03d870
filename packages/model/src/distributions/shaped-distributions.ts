/** @file Distributions of single numbers of which most are small, or whose shape is given: exponential, and by a density. */
import { type ArrayLikeInput, type NdArray, refuseSurplus } from '@ndl/numerics';
import type { Distribution } from './any-distribution.ts';
import { checkOptions, finiteArray, finiteNumber, positive } from '../data/checks.ts';
import { invalidParameter, nonFinite } from '../errors.ts';
import { immutableData } from '../data/immutable-data.ts';

/** Exponential above `shift`, cut off below `high`. */
export interface Exponential extends Distribution {
  readonly kind: 'exponential';
  /** Mean distance from `shift`. */
  readonly scale: number;
  /** The smallest sample. */
  readonly shift: number;
  /** What is at or above it becomes the largest number below it; may be ∞. */
  readonly high: number;
}

/** Numbers whose probability density is known at some points. */
export interface Pdf extends Distribution {
  readonly kind: 'pdf';
  /** [count], ascending. */
  readonly values: NdArray;
  /** [count], not negative, with a positive sum. */
  readonly probabilities: NdArray;
}

/** Options of `exponential`. */
export interface ExponentialOptions {
  /** The smallest sample. Default 0. */
  readonly shift?: number;
  /** Above `shift`: samples at or above it become the largest number below it. Default ∞. */
  readonly high?: number;
}

/**
 * Exponential: `shift` plus numbers with mean `scale`, above 0, cut off at `high`.
 * @throws NdlError INVALID_OPTION, NOT_FINITE, UNKNOWN_OPTION
 */
export function exponential(scale: number, options: ExponentialOptions = {}): Exponential {
  refuseSurplus('exponential', arguments, 2);
  checkOptions(options, ['shift', 'high'], 'exponential');
  const { shift = 0, high = Infinity } = options;
  positive(scale, 'exponential: scale');
  finiteNumber(shift, 'exponential: shift');
  if (typeof high === 'number' && Number.isNaN(high)) throw nonFinite('exponential: high', high);
  if (typeof high !== 'number' || !(high > shift)) {
    throw invalidParameter('exponential: high', `a number above shift, which is ${shift}`, high);
  }
  return immutableData({ family: 'distribution', kind: 'exponential', scale, shift, high });
}

/**
 * Numbers distributed as a density says: `values` ascend, `probabilities` (one per value, not negative) need not sum to 1. Half
 * the probability of a value lies below it, half above; between values, the cumulative probability is a straight line.
 * @throws NdlError INVALID_OPTION, NOT_FINITE
 */
export function pdf(values: ArrayLikeInput, probabilities: ArrayLikeInput): Pdf {
  refuseSurplus('pdf', arguments, 2);
  const points = finiteArray(values, 'pdf: values');
  const isAscending = points.data.every((value, index) => index === 0 || value > points.data[index - 1]!);
  if (points.rank !== 1 || points.size === 0 || !isAscending) {
    throw invalidParameter('pdf: values', 'a list of at least one number, in ascending order', values);
  }
  const chances = finiteArray(probabilities, 'pdf: probabilities');
  const fits = chances.rank === 1 && chances.size === points.size;
  if (!fits || chances.data.some((chance) => chance < 0) || chances.data.every((chance) => chance === 0)) {
    const requirement = `${points.size} numbers that are not negative, one per value, with a positive sum`;
    throw invalidParameter('pdf: probabilities', requirement, probabilities);
  }
  return immutableData({ family: 'distribution', kind: 'pdf', values: points, probabilities: chances });
}
