/** @file Solvers that minimize squared errors. Regularization and noise are in units of the largest activity. */
import { refuseSurplus } from '@ndl/numerics';
import { atLeast, checkOptions, flag, optional, wholeNumber } from '../data/checks.ts';
import { invalidParameter } from '../errors.ts';
import { immutableData } from '../data/immutable-data.ts';
import { cholesky, leastSquaresMethod, type Cholesky, type LeastSquaresMethod } from './least-squares-methods.ts';
import { solver, type Solver } from './solvers.ts';

/** Least squares with Tikhonov regularization. */
export interface LstsqL2 extends Solver {
  readonly kind: 'lstsqL2';
  /** In units of the largest activity. */
  readonly regularization: number;
  readonly method: LeastSquaresMethod;
}

/** Least squares with a regularization per neuron: the less, the fewer points it is active at. */
export interface LstsqL2nz extends Solver {
  readonly kind: 'lstsqL2nz';
  /** In units of the largest activity times the root of the share of points at which the neuron is active. */
  readonly regularization: number;
  readonly method: LeastSquaresMethod;
}

/** Plain least squares. */
export interface Lstsq extends Solver {
  readonly kind: 'lstsq';
  /** Singular values below this share of the largest one count as zero. */
  readonly conditionThreshold: number;
}

/** Least squares for activities with noise added. */
export interface LstsqNoise extends Solver {
  readonly kind: 'lstsqNoise';
  /** Standard deviation, in units of the largest activity. */
  readonly noise: number;
  readonly method: LeastSquaresMethod;
}

/** Least squares for activities with noise in proportion to them added. */
export interface LstsqMultNoise extends Solver {
  readonly kind: 'lstsqMultNoise';
  /** Standard deviation, in units of the activity itself. */
  readonly noise: number;
  readonly method: LeastSquaresMethod;
}

/** Least squares with sparse solutions: an elastic net. */
export interface LstsqL1 extends Solver {
  readonly kind: 'lstsqL1';
  /** Penalty of the sizes of weights, in units of the largest activity. */
  readonly l1: number;
  /** Penalty of the squares of weights, in units of the largest activity. */
  readonly l2: number;
  readonly mostIterations: number;
}

/** Least squares, solved again without the smallest weights. */
export interface LstsqDrop extends Solver {
  readonly kind: 'lstsqDrop';
  /** Share of the weights that become zero. */
  readonly drop: number;
  /** Finds which weights are small. */
  readonly first: Solver;
  /** Solves for the others. */
  readonly second: Solver;
}

/** Options of `lstsqL2` and `lstsqL2nz`. */
export interface LstsqL2Options {
  /** At least 0, in units of the largest activity. Default 0.1. */
  readonly regularization?: number;
  /** How the system is solved. Default `cholesky()`. */
  readonly method?: LeastSquaresMethod;
  /** Solve for full weights. Default false. */
  readonly weights?: boolean;
}

/** Least squares with Tikhonov regularization, the default of connections. @throws NdlError INVALID_OPTION */
export function lstsqL2(options: LstsqL2Options = {}): LstsqL2 {
  refuseSurplus('lstsqL2', arguments, 1);
  return immutableData({ family: 'solver', kind: 'lstsqL2', ...regularized(options, 'lstsqL2') });
}

/**
 * Least squares with a regularization per neuron that counts only the points at which it is active: neurons that are active at few
 * points get weights too. @throws NdlError INVALID_OPTION
 */
export function lstsqL2nz(options: LstsqL2Options = {}): LstsqL2nz {
  refuseSurplus('lstsqL2nz', arguments, 1);
  const checked = regularized(options, 'lstsqL2nz');
  if ((checked.method as Partial<Cholesky>).transpose === true) {
    const requirement = 'without transpose: the dual form has one regularization for all neurons';
    throw invalidParameter('lstsqL2nz: method', requirement, 'cholesky({ transpose: true })');
  }
  return immutableData({ family: 'solver', kind: 'lstsqL2nz', ...checked });
}

/** Options of `lstsq`. */
export interface LstsqOptions {
  /** At least 0. Default 0.01. */
  readonly conditionThreshold?: number;
  /** Default false. */
  readonly weights?: boolean;
}

/** Plain least squares. @throws NdlError INVALID_OPTION */
export function lstsq(options: LstsqOptions = {}): Lstsq {
  refuseSurplus('lstsq', arguments, 1);
  checkOptions(options, ['conditionThreshold', 'weights'], 'lstsq');
  const { conditionThreshold = 0.01, weights = false } = options;
  return immutableData({
    family: 'solver',
    kind: 'lstsq',
    conditionThreshold: atLeast(0)(conditionThreshold, 'lstsq: conditionThreshold'),
    weights: flag(weights, 'lstsq: weights'),
    compositional: true,
  });
}

/** Options of `lstsqNoise` and `lstsqMultNoise`. */
export interface LstsqNoiseOptions {
  /** At least 0. Default 0.1. */
  readonly noise?: number;
  /** How the system is solved. Default `cholesky()`. */
  readonly method?: LeastSquaresMethod;
  /** Solve for full weights. Default false. */
  readonly weights?: boolean;
}

/** Least squares for activities with normal noise of `noise` times the largest activity. @throws NdlError INVALID_OPTION */
export function lstsqNoise(options: LstsqNoiseOptions = {}): LstsqNoise {
  refuseSurplus('lstsqNoise', arguments, 1);
  return immutableData({ family: 'solver', kind: 'lstsqNoise', ...noisy(options, 'lstsqNoise') });
}

/** Least squares for activities with normal noise of `noise` times each activity. @throws NdlError INVALID_OPTION */
export function lstsqMultNoise(options: LstsqNoiseOptions = {}): LstsqMultNoise {
  refuseSurplus('lstsqMultNoise', arguments, 1);
  return immutableData({ family: 'solver', kind: 'lstsqMultNoise', ...noisy(options, 'lstsqMultNoise') });
}

/** Options of `lstsqL1`. */
export interface LstsqL1Options {
  /** At least 0. Default 1e-4. */
  readonly l1?: number;
  /** At least 0; not both may be 0. Default 1e-6. */
  readonly l2?: number;
  /** Rounds over all neurons, at least 1. Default 1000. */
  readonly mostIterations?: number;
  /** Solve for full weights. Default false. */
  readonly weights?: boolean;
}

/**
 * Sparse decoders: minimizes ‖A·x - y‖² / 2m + a·l1·Σ|x| + a·l2·Σx² / 2 for each target, where a is the largest activity. Not
 * compositional. @throws NdlError INVALID_OPTION
 */
export function lstsqL1(options: LstsqL1Options = {}): LstsqL1 {
  refuseSurplus('lstsqL1', arguments, 1);
  checkOptions(options, ['l1', 'l2', 'mostIterations', 'weights'], 'lstsqL1');
  const l1 = optional(options.l1, 1e-4, atLeast(0), 'lstsqL1: l1');
  const l2 = optional(options.l2, 1e-6, atLeast(0), 'lstsqL1: l2');
  if (l1 + l2 === 0) throw invalidParameter('lstsqL1: l1', 'above 0 where l2 is 0', l1);
  return immutableData({
    family: 'solver',
    kind: 'lstsqL1',
    l1,
    l2,
    mostIterations: optional(options.mostIterations, 1000, wholeNumber(1), 'lstsqL1: mostIterations'),
    weights: optional(options.weights, false, flag, 'lstsqL1: weights'),
    compositional: false,
  });
}

/** Options of `lstsqDrop`. */
export interface LstsqDropOptions {
  /** From 0 up to but excluding 1. Default 0.25. */
  readonly drop?: number;
  /** Default `lstsqL2({ regularization: 0.001 })`. */
  readonly first?: Solver;
  /** Default `lstsqL2({ regularization: 0.1 })`. */
  readonly second?: Solver;
  /** Solve for full weights. Default false. */
  readonly weights?: boolean;
}

/**
 * Solves, lets the share `drop` of all weights that are smallest be zero, and solves again for the others, target by target. Not
 * compositional. @throws NdlError INVALID_OPTION
 */
export function lstsqDrop(options: LstsqDropOptions = {}): LstsqDrop {
  refuseSurplus('lstsqDrop', arguments, 1);
  checkOptions(options, ['drop', 'first', 'second', 'weights'], 'lstsqDrop');
  const drop = optional(options.drop, 0.25, atLeast(0), 'lstsqDrop: drop');
  if (drop >= 1) throw invalidParameter('lstsqDrop: drop', 'below 1', drop);
  return immutableData({
    family: 'solver',
    kind: 'lstsqDrop',
    drop,
    first: optional(options.first, lstsqL2({ regularization: 0.001 }), solver, 'lstsqDrop: first'),
    second: optional(options.second, lstsqL2({ regularization: 0.1 }), solver, 'lstsqDrop: second'),
    weights: optional(options.weights, false, flag, 'lstsqDrop: weights'),
    compositional: false,
  });
}

function regularized(
  options: LstsqL2Options,
  name: string,
): Pick<LstsqL2, 'regularization' | 'method' | 'weights' | 'compositional'> {
  checkOptions(options, ['regularization', 'method', 'weights'], name);
  return {
    regularization: optional(options.regularization, 0.1, atLeast(0), `${name}: regularization`),
    method: optional(options.method, cholesky(), leastSquaresMethod, `${name}: method`),
    weights: optional(options.weights, false, flag, `${name}: weights`),
    compositional: true,
  };
}

function noisy(
  options: LstsqNoiseOptions,
  name: string,
): Pick<LstsqNoise, 'noise' | 'method' | 'weights' | 'compositional'> {
  checkOptions(options, ['noise', 'method', 'weights'], name);
  return {
    noise: optional(options.noise, 0.1, atLeast(0), `${name}: noise`),
    method: optional(options.method, cholesky(), leastSquaresMethod, `${name}: method`),
    weights: optional(options.weights, false, flag, `${name}: weights`),
    compositional: true,
  };
}
