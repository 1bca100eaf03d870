/** @file Solvers for weights that are not negative. None is compositional: what is not negative must be the full weights. */
import { refuseSurplus } from '@ndl/numerics';
import { atLeast, checkOptions, flag, optional } from '../data/checks.ts';
import { immutableData } from '../data/immutable-data.ts';
import type { Solver } from './solvers.ts';

/** Least squares without negative weights. */
export interface Nnls extends Solver {
  readonly kind: 'nnls';
}

/** Least squares without negative weights, of the regularized normal equations. */
export interface NnlsL2 extends Solver {
  readonly kind: 'nnlsL2';
  /** In units of the largest activity. */
  readonly regularization: number;
}

/** The same with a regularization per neuron. */
export interface NnlsL2nz extends Solver {
  readonly kind: 'nnlsL2nz';
  /** In units of the largest activity times the root of the share of points at which the neuron is active. */
  readonly regularization: number;
}

/** Minimizes ‖A·x - y‖ for x that are not negative. @throws NdlError INVALID_OPTION */
export function nnls(options: { readonly weights?: boolean } = {}): Nnls {
  refuseSurplus('nnls', arguments, 1);
  checkOptions(options, ['weights'], 'nnls');
  const weights = optional(options.weights, false, flag, 'nnls: weights');
  return immutableData({ family: 'solver', kind: 'nnls', weights, compositional: false });
}

/** Options of `nnlsL2` and `nnlsL2nz`. */
export interface NnlsL2Options {
  /** At least 0, in units of the largest activity. Default 0.1. */
  readonly regularization?: number;
  /** Solve for full weights. Default false. */
  readonly weights?: boolean;
}

/**
 * Minimizes ‖(AᵀA + mσ²I)·x - Aᵀmax(y, 0)‖ for x that are not negative, where σ is the regularization times the largest activity.
 * @throws NdlError INVALID_OPTION
 */
export function nnlsL2(options: NnlsL2Options = {}): NnlsL2 {
  refuseSurplus('nnlsL2', arguments, 1);
  return immutableData({ family: 'solver', kind: 'nnlsL2', ...checkedOptions(options, 'nnlsL2') });
}

/** As `nnlsL2`, with a σ per neuron that counts only the points at which it is active. @throws NdlError INVALID_OPTION */
export function nnlsL2nz(options: NnlsL2Options = {}): NnlsL2nz {
  refuseSurplus('nnlsL2nz', arguments, 1);
  return immutableData({ family: 'solver', kind: 'nnlsL2nz', ...checkedOptions(options, 'nnlsL2nz') });
}

function checkedOptions(
  options: NnlsL2Options,
  name: string,
): Pick<NnlsL2, 'regularization' | 'weights' | 'compositional'> {
  checkOptions(options, ['regularization', 'weights'], name);
  return {
    regularization: optional(options.regularization, 0.1, atLeast(0), `${name}: regularization`),
    weights: optional(options.weights, false, flag, `${name}: weights`),
    compositional: false,
  };
}
