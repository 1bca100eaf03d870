/** @file How solvers solve their systems: the numerical methods behind regularized least squares. */
import { type ArrayLikeInput, type NdArray, refuseSurplus } from '@ndl/numerics';
import {
  atLeast,
  checkOptions,
  finiteArray,
  flag,
  ofFamily,
  optional,
  orNull,
  wholeNumber,
  type Check,
} from '../data/checks.ts';
import { invalidParameter } from '../errors.ts';
import type { FrozenData } from '../data/frozen-data.ts';
import { immutableData } from '../data/immutable-data.ts';

/** Any method that solves (AᵀA + mσ²I)·X = AᵀY for activities A at m points. */
export interface LeastSquaresMethod extends FrozenData<'leastSquaresMethod'> {}

/** By Cholesky's factorization of the normal equations. */
export interface Cholesky extends LeastSquaresMethod {
  readonly kind: 'cholesky';
  /** Solve the dual form, one equation per point instead of per neuron; null where the smaller system decides. */
  readonly transpose: boolean | null;
}

/** By all singular values of the activities. */
export interface Svd extends LeastSquaresMethod {
  readonly kind: 'svd';
}

/** By the largest singular values of the activities, found from random combinations of them. */
export interface RandomizedSvd extends LeastSquaresMethod {
  readonly kind: 'randomizedSvd';
  /** Singular values that are used, at most. */
  readonly components: number;
  /** Random combinations beside those. */
  readonly oversamples: number;
  /** Times that the combinations are multiplied by the activities once more. */
  readonly iterations: number;
}

/** By conjugate gradients, each target by itself. */
export interface ConjugateGradient extends LeastSquaresMethod {
  readonly kind: 'conjugateGradient';
  /** Stops where the residual of the normal equations is below so much times the root of the number of points. */
  readonly tolerance: number;
  /** Null for one iteration per neuron. */
  readonly mostIterations: number | null;
  /** [neurons, targets], where the iteration starts; null for zeros. */
  readonly start: NdArray | null;
}

/** By conjugate gradients of all targets together. */
export interface BlockConjugateGradient extends LeastSquaresMethod {
  readonly kind: 'blockConjugateGradient';
  /** As of `ConjugateGradient`. */
  readonly tolerance: number;
  readonly start: NdArray | null;
}

/** By conjugate gradients with SciPy's rule for when to stop. */
export interface RelativeConjugateGradient extends LeastSquaresMethod {
  readonly kind: 'relativeConjugateGradient';
  /** Stops where the residual is at most so much of the right-hand side … */
  readonly tolerance: number;
  /** … or at most this. */
  readonly absoluteTolerance: number;
}

/** By LSMR (Fong and Saunders, 2011). */
export interface Lsmr extends LeastSquaresMethod {
  readonly kind: 'lsmr';
  readonly tolerance: number;
}

/** Cholesky's factorization, in the dual form where there are fewer points than neurons. @throws NdlError INVALID_OPTION */
export function cholesky(options: { readonly transpose?: boolean | null } = {}): Cholesky {
  refuseSurplus('cholesky', arguments, 1);
  checkOptions(options, ['transpose'], 'cholesky');
  const transpose = optional(options.transpose, null, orNull(flag), 'cholesky: transpose');
  return immutableData({ family: 'leastSquaresMethod', kind: 'cholesky', transpose });
}

/** All singular values. */
export function svd(): Svd {
  refuseSurplus('svd', arguments, 0);
  return immutableData({ family: 'leastSquaresMethod', kind: 'svd' });
}

/** Options of `randomizedSvd`. */
export interface RandomizedSvdOptions {
  /** At least 1. Default 60. */
  readonly components?: number;
  /** At least 0. Default 10. */
  readonly oversamples?: number;
  /** At least 0. Default 0. */
  readonly iterations?: number;
}

/**
 * The largest singular values, from random combinations of the activities (Halko, Martinsson and Tropp, 2011): quick and rough for
 * many neurons. @throws NdlError INVALID_OPTION
 */
export function randomizedSvd(options: RandomizedSvdOptions = {}): RandomizedSvd {
  refuseSurplus('randomizedSvd', arguments, 1);
  checkOptions(options, ['components', 'oversamples', 'iterations'], 'randomizedSvd');
  return immutableData({
    family: 'leastSquaresMethod',
    kind: 'randomizedSvd',
    components: optional(options.components, 60, wholeNumber(1), 'randomizedSvd: components'),
    oversamples: optional(options.oversamples, 10, wholeNumber(0), 'randomizedSvd: oversamples'),
    iterations: optional(options.iterations, 0, wholeNumber(0), 'randomizedSvd: iterations'),
  });
}

/** Options of `conjugateGradient`. */
export interface ConjugateGradientOptions {
  /** Above 0. Default 0.01. */
  readonly tolerance?: number;
  /** At least 1; null, the default, for one per neuron. */
  readonly mostIterations?: number | null;
  /** [neurons, targets], where it starts. Null, the default, for zeros. */
  readonly start?: ArrayLikeInput | null;
}

/** Conjugate gradients: for many neurons, to a tolerance. @throws NdlError INVALID_OPTION, NOT_FINITE */
export function conjugateGradient(options: ConjugateGradientOptions = {}): ConjugateGradient {
  refuseSurplus('conjugateGradient', arguments, 1);
  checkOptions(options, ['tolerance', 'mostIterations', 'start'], 'conjugateGradient');
  return immutableData({
    family: 'leastSquaresMethod',
    kind: 'conjugateGradient',
    tolerance: toleranceFrom(options.tolerance, 0.01, 'conjugateGradient'),
    mostIterations: optional(options.mostIterations, null, orNull(wholeNumber(1)), 'conjugateGradient: mostIterations'),
    start: startFrom(options.start, 'conjugateGradient'),
  });
}

/** Options of `blockConjugateGradient`. */
export interface BlockConjugateGradientOptions {
  /** Above 0. Default 0.01. */
  readonly tolerance?: number;
  /** [neurons, targets], where it starts. Null, the default, for zeros. */
  readonly start?: ArrayLikeInput | null;
}

/** Conjugate gradients of all targets together (O'Leary, 1980). @throws NdlError INVALID_OPTION, NOT_FINITE */
export function blockConjugateGradient(options: BlockConjugateGradientOptions = {}): BlockConjugateGradient {
  refuseSurplus('blockConjugateGradient', arguments, 1);
  checkOptions(options, ['tolerance', 'start'], 'blockConjugateGradient');
  return immutableData({
    family: 'leastSquaresMethod',
    kind: 'blockConjugateGradient',
    tolerance: toleranceFrom(options.tolerance, 0.01, 'blockConjugateGradient'),
    start: startFrom(options.start, 'blockConjugateGradient'),
  });
}

/** Options of `relativeConjugateGradient`. */
export interface RelativeConjugateGradientOptions {
  /** Above 0. Default 1e-4. */
  readonly tolerance?: number;
  /** At least 0. Default 1e-8. */
  readonly absoluteTolerance?: number;
}

/**
 * Conjugate gradients until the residual is a small part of the right-hand side: Nengo's `ConjgradScipy`.
 * @throws NdlError INVALID_OPTION
 */
export function relativeConjugateGradient(options: RelativeConjugateGradientOptions = {}): RelativeConjugateGradient {
  refuseSurplus('relativeConjugateGradient', arguments, 1);
  checkOptions(options, ['tolerance', 'absoluteTolerance'], 'relativeConjugateGradient');
  return immutableData({
    family: 'leastSquaresMethod',
    kind: 'relativeConjugateGradient',
    tolerance: toleranceFrom(options.tolerance, 1e-4, 'relativeConjugateGradient'),
    absoluteTolerance: optional(
      options.absoluteTolerance,
      1e-8,
      atLeast(0),
      'relativeConjugateGradient: absoluteTolerance',
    ),
  });
}

/** LSMR: for many neurons, from the activities themselves. @throws NdlError INVALID_OPTION */
export function lsmr(options: { readonly tolerance?: number } = {}): Lsmr {
  refuseSurplus('lsmr', arguments, 1);
  checkOptions(options, ['tolerance'], 'lsmr');
  return immutableData({
    family: 'leastSquaresMethod',
    kind: 'lsmr',
    tolerance: toleranceFrom(options.tolerance, 1e-4, 'lsmr'),
  });
}

/** A method, also one written by hand. */
export const leastSquaresMethod: Check<LeastSquaresMethod> = ofFamily<LeastSquaresMethod>(
  'leastSquaresMethod',
  'a method of least squares, as made by cholesky, svd …',
);

function toleranceFrom(value: unknown, fallback: number, name: string): number {
  const tolerance = optional(value, fallback, atLeast(0), `${name}: tolerance`);
  if (tolerance === 0) throw invalidParameter(`${name}: tolerance`, 'above 0', tolerance);
  return tolerance;
}

function startFrom(value: unknown, name: string): NdArray | null {
  if (value === undefined || value === null) return null;
  const start = finiteArray(value, `${name}: start`);
  if (start.rank !== 2) throw invalidParameter(`${name}: start`, 'a matrix, [neurons, targets]', value);
  return start;
}
