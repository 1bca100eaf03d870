/** @file The kinds of neuron that Nengo and NengoDL know best, as data. Behaviour is a plugin's. */
import { refuseSurplus } from '@ndl/numerics';
import { atLeast, checkOptions, finiteNumber, optional, positive } from '../data/checks.ts';
import { choice, uniform } from '../distributions/distributions.ts';
import { invalidParameter } from '../errors.ts';
import { immutableData } from '../data/immutable-data.ts';
import { common, freeze, type NeuronType, type StateOption } from './neuron-type.ts';

/** Leaky integrate-and-fire neurons, spiking. */
export interface Lif extends NeuronType {
  readonly kind: 'lif';
  /** Membrane time constant in seconds. */
  readonly tauRc: number;
  /** Absolute refractory period in seconds. */
  readonly tauRef: number;
  /** Floor of the voltage, not above 0. */
  readonly minVoltage: number;
  /** Scale of the output. */
  readonly amplitude: number;
}

/** The steady-state rate of leaky integrate-and-fire neurons. */
export interface LifRate extends NeuronType {
  readonly kind: 'lifRate';
  readonly tauRc: number;
  readonly tauRef: number;
  readonly amplitude: number;
}

/** `LifRate` with a smooth threshold: J - 1 is replaced by σ·log1p(exp((J - 1) / σ)). Hunsberger & Eliasmith (2015). */
export interface SoftLifRate extends NeuronType {
  readonly kind: 'softLifRate';
  readonly tauRc: number;
  readonly tauRef: number;
  readonly amplitude: number;
  /** Width of the smoothing, in units of normalized current. */
  readonly sigma: number;
}

/** amplitude · max(0, J). */
export interface RectifiedLinear extends NeuronType {
  readonly kind: 'rectifiedLinear';
  readonly amplitude: number;
}

/** Integrate-and-fire without leak: spikes at the rate of `RectifiedLinear`. */
export interface SpikingRectifiedLinear extends NeuronType {
  readonly kind: 'spikingRectifiedLinear';
  readonly amplitude: number;
}

/** (1 / tauRef) / (1 + exp(-J)). */
export interface Sigmoid extends NeuronType {
  readonly kind: 'sigmoid';
  readonly tauRef: number;
}

/** tanh(J) / tauRef. */
export interface Tanh extends NeuronType {
  readonly kind: 'tanh';
  readonly tauRef: number;
}

/** No neurons at all: the ensemble passes its value on exactly. */
export interface Direct extends NeuronType {
  readonly kind: 'direct';
}

/** Options of `lifRate`. */
export interface LifRateOptions {
  /** Seconds, above 0. Default 0.02. */
  readonly tauRc?: number;
  /** Seconds, at least 0. Default 0.002. */
  readonly tauRef?: number;
  /** Above 0. Default 1. */
  readonly amplitude?: number;
}

/** Options of `lif`. */
export interface LifOptions extends LifRateOptions, StateOption {
  /** At most 0. Default 0. */
  readonly minVoltage?: number;
}

/** Options of `softLifRate`. */
export interface SoftLifRateOptions extends LifRateOptions {
  /** Above 0. Default 1. */
  readonly sigma?: number;
}

/** Names of the options of `lifRate`. */
export const LIF_RATE_OPTIONS: readonly string[] = ['tauRc', 'tauRef', 'amplitude'];

/** Leaky integrate-and-fire neurons: states `voltage` in [0, 1) and `refractoryTime`. @throws NdlError INVALID_OPTION, UNKNOWN_OPTION */
export function lif(options: LifOptions = {}): Lif {
  refuseSurplus('lif', arguments, 1);
  checkOptions(options, [...LIF_RATE_OPTIONS, 'minVoltage', 'initialState'], 'lif');
  const minVoltage = optional(options.minVoltage, 0, finiteNumber, 'lif: minVoltage');
  if (minVoltage > 0) throw invalidParameter('lif: minVoltage', 'at most 0', minVoltage);
  const states = { voltage: uniform(0, 1), refractoryTime: choice([0]) };
  return freeze({ kind: 'lif', ...common(true, 'lif', states, options), ...lifParameters(options, 'lif'), minVoltage });
}

/** The rate of LIF neurons. @throws NdlError INVALID_OPTION, UNKNOWN_OPTION */
export function lifRate(options: LifRateOptions = {}): LifRate {
  refuseSurplus('lifRate', arguments, 1);
  checkOptions(options, LIF_RATE_OPTIONS, 'lifRate');
  return freeze({ kind: 'lifRate', ...common(false, 'lifRate'), ...lifParameters(options, 'lifRate') });
}

/** The rate of LIF neurons with a smooth threshold. @throws NdlError INVALID_OPTION, UNKNOWN_OPTION */
export function softLifRate(options: SoftLifRateOptions = {}): SoftLifRate {
  refuseSurplus('softLifRate', arguments, 1);
  checkOptions(options, [...LIF_RATE_OPTIONS, 'sigma'], 'softLifRate');
  const sigma = optional(options.sigma, 1, positive, 'softLifRate: sigma');
  return freeze({
    kind: 'softLifRate',
    ...common(false, 'softLifRate'),
    ...lifParameters(options, 'softLifRate'),
    sigma,
  });
}

/** Rectified linear units; `amplitude` above 0, default 1. @throws NdlError INVALID_OPTION, UNKNOWN_OPTION */
export function rectifiedLinear(options: { readonly amplitude?: number } = {}): RectifiedLinear {
  refuseSurplus('rectifiedLinear', arguments, 1);
  checkOptions(options, ['amplitude'], 'rectifiedLinear');
  const amplitude = optional(options.amplitude, 1, positive, 'rectifiedLinear: amplitude');
  return freeze({ kind: 'rectifiedLinear', ...common(false, 'rectifiedLinear'), amplitude });
}

/** Options of `spikingRectifiedLinear`. */
export interface SpikingRectifiedLinearOptions extends StateOption {
  /** Above 0. Default 1. */
  readonly amplitude?: number;
}

/** Spiking rectified linear units: state `voltage` in [0, 1). @throws NdlError INVALID_OPTION, UNKNOWN_OPTION */
export function spikingRectifiedLinear(options: SpikingRectifiedLinearOptions = {}): SpikingRectifiedLinear {
  refuseSurplus('spikingRectifiedLinear', arguments, 1);
  const kind = 'spikingRectifiedLinear';
  checkOptions(options, ['amplitude', 'initialState'], kind);
  const amplitude = optional(options.amplitude, 1, positive, `${kind}: amplitude`);
  return freeze({ kind, ...common(true, kind, { voltage: uniform(0, 1) }, options), amplitude });
}

/** Logistic units; `tauRef` in seconds, above 0, default 0.0025. @throws NdlError INVALID_OPTION, UNKNOWN_OPTION */
export function sigmoid(options: { readonly tauRef?: number } = {}): Sigmoid {
  refuseSurplus('sigmoid', arguments, 1);
  return freeze({ kind: 'sigmoid', ...common(false, 'sigmoid'), ...saturation(options, 'sigmoid') });
}

/** Hyperbolic tangent units; `tauRef` in seconds, above 0, default 0.0025. @throws NdlError INVALID_OPTION, UNKNOWN_OPTION */
export function tanh(options: { readonly tauRef?: number } = {}): Tanh {
  refuseSurplus('tanh', arguments, 1);
  return freeze({ kind: 'tanh', ...common(false, 'tanh'), ...saturation(options, 'tanh') });
}

/** No neurons: the ensemble computes exactly. */
export function direct(): Direct {
  refuseSurplus('direct', arguments, 0);
  return immutableData({
    family: 'neuronType',
    kind: 'direct',
    states: [],
    probeable: [],
    spiking: false,
    initialState: {},
  });
}

/** What the LIF family has in common. */
export function lifParameters(
  options: LifRateOptions,
  kind: string,
): Pick<LifRate, 'tauRc' | 'tauRef' | 'amplitude' | 'maximumRate'> {
  const tauRef = optional(options.tauRef, 0.002, atLeast(0), `${kind}: tauRef`);
  return {
    tauRc: optional(options.tauRc, 0.02, positive, `${kind}: tauRc`),
    tauRef,
    amplitude: optional(options.amplitude, 1, positive, `${kind}: amplitude`),
    ...(tauRef > 0 && { maximumRate: 1 / tauRef }),
  };
}

function saturation(options: { readonly tauRef?: number }, kind: string): { tauRef: number; maximumRate: number } {
  checkOptions(options, ['tauRef'], kind);
  const tauRef = optional(options.tauRef, 0.0025, positive, `${kind}: tauRef`);
  return { tauRef, maximumRate: 1 / tauRef };
}
