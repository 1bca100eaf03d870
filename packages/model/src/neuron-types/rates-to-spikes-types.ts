/** @file Neurons that turn the rates of others, their base type, into spikes, as data. */
import type { NdArray } from '@ndl/numerics';
import { refuseSurplus } from '@ndl/numerics';
import type { Distribution } from '../distributions/any-distribution.ts';
import { checkOptions, optional, positive } from '../data/checks.ts';
import { uniform } from '../distributions/distributions.ts';
import { common, freeze, rateTypeFor, type NeuronType, type StateOption } from './neuron-type.ts';

/** What all of them have. Negative rates give negative spikes. */
interface RatesToSpikes extends NeuronType {
  readonly baseType: NeuronType;
  /** Scale of the spikes, not of the rates. */
  readonly amplitude: number;
}

/** Spikes as regular as they can be: the rate is integrated, and each whole unit of it is a spike. */
export interface RegularSpiking extends RatesToSpikes {
  readonly kind: 'regularSpiking';
}

/** In each step as many spikes as the rate says, rounded up or down at random, so that the mean is the rate. */
export interface StochasticSpiking extends RatesToSpikes {
  readonly kind: 'stochasticSpiking';
}

/** In each step a Poisson number of spikes whose mean the rate says. */
export interface PoissonSpiking extends RatesToSpikes {
  readonly kind: 'poissonSpiking';
}

/** Options of `stochasticSpiking` and `poissonSpiking`. */
export interface RatesToSpikesOptions {
  /** Above 0. Default 1. */
  readonly amplitude?: number;
}

/** Options of `regularSpiking`. */
export interface RegularSpikingOptions extends RatesToSpikesOptions, StateOption {}

/**
 * Regular spikes at the rates of `baseType`, such as `lifRate()`: state `voltage` in [0, 1). @throws NdlError INVALID_OPTION,
 * UNKNOWN_OPTION
 */
export function regularSpiking(baseType: NeuronType, options: RegularSpikingOptions = {}): RegularSpiking {
  refuseSurplus('regularSpiking', arguments, 2);
  checkOptions(options, ['amplitude', 'initialState'], 'regularSpiking');
  return made('regularSpiking', baseType, options, { voltage: uniform(0, 1) });
}

/** Spikes at random, at the rates of `baseType`, as few or many as those allow. @throws NdlError INVALID_OPTION, UNKNOWN_OPTION */
export function stochasticSpiking(baseType: NeuronType, options: RatesToSpikesOptions = {}): StochasticSpiking {
  refuseSurplus('stochasticSpiking', arguments, 2);
  checkOptions(options, ['amplitude'], 'stochasticSpiking');
  return made('stochasticSpiking', baseType, options);
}

/** Poisson spikes at the rates of `baseType`. @throws NdlError INVALID_OPTION, UNKNOWN_OPTION */
export function poissonSpiking(baseType: NeuronType, options: RatesToSpikesOptions = {}): PoissonSpiking {
  refuseSurplus('poissonSpiking', arguments, 2);
  checkOptions(options, ['amplitude'], 'poissonSpiking');
  return made('poissonSpiking', baseType, options);
}

function made<const Kind extends string>(
  kind: Kind,
  baseType: unknown,
  options: RegularSpikingOptions,
  states: Readonly<Record<string, Distribution | NdArray>> = {},
): RatesToSpikes & { readonly kind: Kind } {
  const base = rateTypeFor(Object.keys(states))(baseType, `${kind}: baseType`);
  return freeze({
    kind,
    ...common(true, kind, states, options, base),
    baseType: base,
    amplitude: optional(options.amplitude, 1, positive, `${kind}: amplitude`),
  });
}
