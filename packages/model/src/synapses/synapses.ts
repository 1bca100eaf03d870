/** @file Synapses: linear filters on what connections and probes transmit. Data only. */
import { type ArrayLikeInput, type NdArray, refuseSurplus } from '@ndl/numerics';
import {
  atLeast,
  checkDefinition,
  checkOptions,
  hintForFactory,
  finiteArray,
  flag,
  oneOf,
  type Check,
} from '../data/checks.ts';
import { invalidParameter } from '../errors.ts';
import { isOfFamily, type FrozenData } from '../data/frozen-data.ts';
import { immutableData } from '../data/immutable-data.ts';

/** Any kind of synapse. */
export interface Synapse extends FrozenData<'synapse'> {}

/** First-order low-pass filter, 1 / (τs + 1). With τ = 0 it delays by one step. */
export interface Lowpass extends Synapse {
  readonly kind: 'lowpass';
  /** Seconds. */
  readonly tau: number;
}

/** Second-order low-pass filter, 1 / (τs + 1)². */
export interface Alpha extends Synapse {
  readonly kind: 'alpha';
  /** Seconds. */
  readonly tau: number;
}

/** A filter of finite memory: its weights fall linearly over `time` seconds, like one side of a triangle, and add up to 1. */
export interface Triangle extends Synapse {
  readonly kind: 'triangle';
  /** Seconds. */
  readonly time: number;
}

/** How an analog filter becomes a discrete one: zero-order hold, Tustin, forward or backward differences. */
export type DiscretizationMethod = 'zoh' | 'bilinear' | 'euler' | 'backward';

/** Any rational transfer function. */
export interface LinearFilter extends Synapse {
  readonly kind: 'linearFilter';
  /** Coefficients, highest power first; [count]. */
  readonly numerator: NdArray;
  readonly denominator: NdArray;
  /** In s; otherwise in z, for the step that the simulation has. */
  readonly analog: boolean;
  readonly method: DiscretizationMethod;
}

/** What is taken where a synapse is wanted: a number of seconds stands for `lowpass`, null for none. */
export type SynapseInput = Synapse | number | null;

/** Low-pass filter with time constant `tau` seconds, at least 0. @throws NdlError INVALID_OPTION */
export function lowpass(tau: number): Lowpass {
  refuseSurplus('lowpass', arguments, 1);
  atLeast(0)(tau, 'lowpass: tau');
  return immutableData({ family: 'synapse', kind: 'lowpass', tau });
}

/** Alpha filter with time constant `tau` seconds, at least 0. @throws NdlError INVALID_OPTION */
export function alpha(tau: number): Alpha {
  refuseSurplus('alpha', arguments, 1);
  atLeast(0)(tau, 'alpha: tau');
  return immutableData({ family: 'synapse', kind: 'alpha', tau });
}

/**
 * Triangle filter over `time` seconds, at least 0: in steps of dt, round(time / dt) + 1 weights that fall linearly.
 * @throws NdlError INVALID_OPTION
 */
export function triangle(time: number): Triangle {
  refuseSurplus('triangle', arguments, 1);
  atLeast(0)(time, 'triangle: time');
  return immutableData({ family: 'synapse', kind: 'triangle', time });
}

/** Options of `linearFilter`. */
export interface LinearFilterOptions {
  /** Default true. */
  readonly analog?: boolean;
  /** Default `zoh`. */
  readonly method?: DiscretizationMethod;
}

/**
 * The filter with this transfer function: coefficients of numerator and denominator, highest power first.
 * @throws NdlError INVALID_OPTION when the denominator is zero or its degree is below the numerator's, NOT_FINITE
 */
export function linearFilter(
  numerator: ArrayLikeInput,
  denominator: ArrayLikeInput,
  options: LinearFilterOptions = {},
): LinearFilter {
  refuseSurplus('linearFilter', arguments, 3);
  checkOptions(options, ['analog', 'method'], 'linearFilter');
  const { analog = true, method = 'zoh' } = options;
  const top = polynomial(numerator, 'linearFilter: numerator');
  const bottom = polynomial(denominator, 'linearFilter: denominator');
  if (degreeOf(bottom) < 0)
    throw invalidParameter('linearFilter: denominator', 'a polynomial other than zero', denominator);
  if (degreeOf(top) > degreeOf(bottom)) {
    throw invalidParameter(
      'linearFilter: numerator',
      "of a degree not above the denominator's, or the filter would look ahead",
      numerator,
    );
  }
  return immutableData({
    family: 'synapse',
    kind: 'linearFilter',
    numerator: top,
    denominator: bottom,
    analog: flag(analog, 'linearFilter: analog'),
    method: oneOf<DiscretizationMethod>(['zoh', 'bilinear', 'euler', 'backward'])(method, 'linearFilter: method'),
  });
}

/** A synapse of a third party's kind. @throws NdlError INVALID_OPTION */
export function defineSynapse<const Definition extends { readonly kind: string }>(
  definition: Definition,
): Readonly<Definition> & Synapse {
  refuseSurplus('defineSynapse', arguments, 1);
  checkDefinition(definition, 'defineSynapse');
  return immutableData({ ...definition, family: 'synapse' });
}

/** A synapse, or a time constant that stands for a low-pass filter. */
export function checkedSynapse(value: unknown, where: string): Synapse {
  refuseSurplus('checkedSynapse', arguments, 2);
  if (isOfFamily(value, 'synapse')) return immutableData(value);
  if (typeof value === 'number') return lowpass(atLeast(0)(value, where));
  throw invalidParameter(where, 'a synapse, or a time constant in seconds', value, hintForFactory(value, where));
}

/** A synapse, a time constant that stands for a low-pass filter, or null. */
export const synapseOrNull: Check<Synapse | null> = (value, where) => {
  if (value === null) return null;
  if (isOfFamily(value, 'synapse')) return immutableData(value);
  if (typeof value !== 'number')
    throw invalidParameter(
      where,
      'a synapse, a time constant in seconds, or null',
      value,
      hintForFactory(value, where),
    );
  return lowpass(atLeast(0)(value, where));
};

function polynomial(coefficients: ArrayLikeInput, where: string): NdArray {
  const array = finiteArray(coefficients, where);
  if (array.rank > 1 || array.size === 0) throw invalidParameter(where, 'a list of coefficients', coefficients);
  return array.reshape([array.size]);
}

/** Power of the leading coefficient; -1 for zero. Coefficients below 1e-14 count as rounding. */
function degreeOf(coefficients: NdArray): number {
  const leading = coefficients.data.findIndex((coefficient) => Math.abs(coefficient) >= 1e-14);
  return leading < 0 ? -1 : coefficients.size - 1 - leading;
}
