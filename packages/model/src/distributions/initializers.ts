/** @file Distributions of initial weights, for networks that are trained. As in NengoDL. */
import { refuseSurplus } from '@ndl/numerics';
import type { Distribution } from './any-distribution.ts';
import { checkOptions, finiteNumber, oneOf, optional, positive } from '../data/checks.ts';
import { invalidParameter } from '../errors.ts';
import { immutableData } from '../data/immutable-data.ts';

/** Normal, drawn again where a sample is too far from the mean. */
export interface TruncatedNormal extends Distribution {
  readonly kind: 'truncatedNormal';
  readonly mean: number;
  readonly standardDeviation: number;
  /** The largest distance of a sample from the mean. */
  readonly limit: number;
}

/** Of what the variance is a share: inputs of a neuron, its outputs, or the mean of both. */
export type VarianceMode = 'fanIn' | 'fanOut' | 'fanAverage';

/** Whether weights are uniform or from a truncated normal distribution. */
export type WeightDistribution = 'uniform' | 'normal';

/** Zero on average, with a variance that depends on the shape of the matrix that is drawn. */
export interface VarianceScaling extends Distribution {
  readonly kind: 'varianceScaling';
  /** The variance is scale / fan. */
  readonly scale: number;
  readonly mode: VarianceMode;
  readonly distribution: WeightDistribution;
}

/** Options of `truncatedNormal`. */
export interface TruncatedNormalOptions {
  /** Default 0. */
  readonly mean?: number;
  /** Above 0. Default 1. */
  readonly standardDeviation?: number;
  /** At least a thousandth of the standard deviation: the largest distance of a sample from the mean. Default two standard deviations. */
  readonly limit?: number;
}

/** Normal, drawn again where a sample is farther from the mean than `limit`. @throws NdlError INVALID_OPTION, NOT_FINITE */
export function truncatedNormal(options: TruncatedNormalOptions = {}): TruncatedNormal {
  refuseSurplus('truncatedNormal', arguments, 1);
  checkOptions(options, ['mean', 'standardDeviation', 'limit'], 'truncatedNormal');
  const standardDeviation = optional(options.standardDeviation, 1, positive, 'truncatedNormal: standardDeviation');
  const limit = optional(options.limit, 2 * standardDeviation, positive, 'truncatedNormal: limit');
  if (limit < SMALLEST_LIMIT * standardDeviation) {
    const requirement = `at least ${SMALLEST_LIMIT} standard deviations, or hardly any draw is within it`;
    throw invalidParameter('truncatedNormal: limit', requirement, limit);
  }
  return immutableData({
    family: 'distribution',
    kind: 'truncatedNormal',
    mean: optional(options.mean, 0, finiteNumber, 'truncatedNormal: mean'),
    standardDeviation,
    limit,
  });
}

/** In standard deviations. */
const SMALLEST_LIMIT = 1e-3;

/** Options of `varianceScaling`. */
export interface VarianceScalingOptions {
  /** Above 0. Default 1. */
  readonly scale?: number;
  /** Default `fanIn`. */
  readonly mode?: VarianceMode;
  /** Default `uniform`. */
  readonly distribution?: WeightDistribution;
}

/**
 * Weights of variance scale / fan, where the fan of a matrix, [out, in], is `in`, `out` or their mean: uniform between
 * ±√(3·scale / fan), or normal with a standard deviation of √(scale / fan) before it is cut off at twice that.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION
 */
export function varianceScaling(options: VarianceScalingOptions = {}): VarianceScaling {
  refuseSurplus('varianceScaling', arguments, 1);
  checkOptions(options, ['scale', 'mode', 'distribution'], 'varianceScaling');
  return scaled(options, 'fanIn', 'varianceScaling');
}

/** Options of `glorot` and `he`. */
export interface InitializerOptions {
  /** Above 0. Default 1. */
  readonly scale?: number;
  /** Default `uniform` for `glorot`, `normal` for `he`. */
  readonly distribution?: WeightDistribution;
}

/** Weights of variance scale / mean of inputs and outputs (Glorot and Bengio, 2010). @throws NdlError INVALID_OPTION */
export function glorot(options: InitializerOptions = {}): VarianceScaling {
  refuseSurplus('glorot', arguments, 1);
  checkOptions(options, ['scale', 'distribution'], 'glorot');
  return scaled(options, 'fanAverage', 'glorot');
}

/** Weights of variance scale² / inputs (He et al., 2015): a scale of √2 goes with rectified units. @throws NdlError INVALID_OPTION */
export function he(options: InitializerOptions = {}): VarianceScaling {
  refuseSurplus('he', arguments, 1);
  checkOptions(options, ['scale', 'distribution'], 'he');
  const scale = optional(options.scale, 1, positive, 'he: scale');
  const distribution = options.distribution ?? 'normal';
  return scaled({ scale: scale * scale, distribution }, 'fanIn', 'he');
}

const varianceMode = oneOf<VarianceMode>(['fanIn', 'fanOut', 'fanAverage']);
const weightDistribution = oneOf<WeightDistribution>(['uniform', 'normal']);

function scaled(options: VarianceScalingOptions, mode: VarianceMode, name: string): VarianceScaling {
  return immutableData({
    family: 'distribution',
    kind: 'varianceScaling',
    scale: optional(options.scale, 1, positive, `${name}: scale`),
    mode: optional(options.mode, mode, varianceMode, `${name}: mode`),
    distribution: optional(options.distribution, 'uniform', weightDistribution, `${name}: distribution`),
  });
}
