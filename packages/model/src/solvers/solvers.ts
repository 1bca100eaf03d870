/** @file Solvers: how decoders are found. Data only; solving belongs to the build. Here, what all have in common, and NoSolver. */
import { type ArrayLikeInput, type NdArray, refuseSurplus } from '@ndl/numerics';
import { checkDefinition, checkOptions, finiteArray, flag, ofFamily, type Check } from '../data/checks.ts';
import { invalidParameter } from '../errors.ts';
import type { FrozenData } from '../data/frozen-data.ts';
import { immutableData } from '../data/immutable-data.ts';

/** Any kind of solver. */
export interface Solver extends FrozenData<'solver'> {
  /** Solve for full neuron-to-neuron weights instead of decoders. */
  readonly weights: boolean;
  /** Whether decoders can be found before transform and encoders are known. */
  readonly compositional: boolean;
}

/** Decoders, or full weights, given by hand. */
export interface NoSolver extends Solver {
  readonly kind: 'noSolver';
  /** [neurons, size]; [neurons, neurons of the target] where it is not compositional; null for zeros. */
  readonly values: NdArray | null;
}

/** Options of `noSolver`. */
export interface NoSolverOptions {
  /**
   * Decoders, [neurons, size]; with `compositional: false` the full weights, [neurons, neurons of the target]. Null, the
   * default, stands for zeros.
   */
  readonly values?: ArrayLikeInput | null;
  /** Default false. */
  readonly weights?: boolean;
  /**
   * Default true: values are decoders, to be multiplied with transform and encoders. False, which needs `weights: true`:
   * they hold transform, encoders and gains already, and are added to the currents of the target as they are.
   */
  readonly compositional?: boolean;
}

/** Uses these decoders or weights as they are. @throws NdlError INVALID_OPTION, NOT_FINITE */
export function noSolver(options: NoSolverOptions = {}): NoSolver {
  refuseSurplus('noSolver', arguments, 1);
  checkOptions(options, ['values', 'weights', 'compositional'], 'noSolver');
  const { values = null, weights = false, compositional = true } = options;
  const array = values === null ? null : finiteArray(values, 'noSolver: values');
  if (array !== null && array.rank !== 2)
    throw invalidParameter('noSolver: values', 'a matrix, [neurons, size]', array);
  if (compositional === false && weights !== true)
    throw invalidParameter('noSolver: weights', 'true where compositional is false', weights);
  return immutableData({
    family: 'solver',
    kind: 'noSolver',
    values: array,
    weights: flag(weights, 'noSolver: weights'),
    compositional: flag(compositional, 'noSolver: compositional'),
  });
}

/** A solver of a third party's kind. @throws NdlError INVALID_OPTION */
export function defineSolver<
  const Definition extends { readonly kind: string; readonly weights: boolean; readonly compositional: boolean },
>(definition: Definition): Readonly<Definition> & Solver {
  refuseSurplus('defineSolver', arguments, 1);
  checkDefinition(definition, 'defineSolver');
  return solver(immutableData({ ...definition, family: 'solver' }), definition.kind) as Readonly<Definition> & Solver;
}

/** A solver, also one written by hand. */
export const solver: Check<Solver> = (value, where) => {
  const checked = ofFamily<Solver>('solver', 'a solver, as made by lstsqL2 …')(value, where);
  for (const name of ['weights', 'compositional'] as const) flag(checked[name], `${where}: ${name}`);
  return checked;
};
