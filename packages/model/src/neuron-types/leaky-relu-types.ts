/** @file Rectified linear neurons that let some of a negative current through, as data; NengoDL's kinds. */
import { refuseSurplus } from '@ndl/numerics';
import { atLeast, checkOptions, optional, positive } from '../data/checks.ts';
import { uniform } from '../distributions/distributions.ts';
import { common, freeze, type NeuronType, type StateOption } from './neuron-type.ts';

/** amplitude · J above 0, amplitude · negativeSlope · J below. Maas, Hannun & Ng (2013). */
export interface LeakyRelu extends NeuronType {
  readonly kind: 'leakyRelu';
  readonly amplitude: number;
  /** What is let through of negative currents. */
  readonly negativeSlope: number;
}

/** Integrate-and-fire at the rate of `LeakyRelu`: its spikes are negative where that is. */
export interface SpikingLeakyRelu extends NeuronType {
  readonly kind: 'spikingLeakyRelu';
  readonly amplitude: number;
  readonly negativeSlope: number;
}

/** Options of `leakyRelu`. */
export interface LeakyReluOptions {
  /** At least 0. Default 0.3. */
  readonly negativeSlope?: number;
  /** Above 0. Default 1. */
  readonly amplitude?: number;
}

/** Options of `spikingLeakyRelu`. */
export interface SpikingLeakyReluOptions extends LeakyReluOptions, StateOption {}

const OPTIONS: readonly string[] = ['negativeSlope', 'amplitude'];

/** Leaky rectified linear units. @throws NdlError INVALID_OPTION, UNKNOWN_OPTION */
export function leakyRelu(options: LeakyReluOptions = {}): LeakyRelu {
  refuseSurplus('leakyRelu', arguments, 1);
  checkOptions(options, OPTIONS, 'leakyRelu');
  return freeze({ kind: 'leakyRelu', ...common(false, 'leakyRelu'), ...parameters(options, 'leakyRelu') });
}

/** Spiking leaky rectified linear units: state `voltage` in [0, 1). @throws NdlError INVALID_OPTION, UNKNOWN_OPTION */
export function spikingLeakyRelu(options: SpikingLeakyReluOptions = {}): SpikingLeakyRelu {
  refuseSurplus('spikingLeakyRelu', arguments, 1);
  const kind = 'spikingLeakyRelu';
  checkOptions(options, [...OPTIONS, 'initialState'], kind);
  return freeze({ kind, ...common(true, kind, { voltage: uniform(0, 1) }, options), ...parameters(options, kind) });
}

function parameters(
  { negativeSlope, amplitude }: LeakyReluOptions,
  kind: string,
): Pick<LeakyRelu, 'negativeSlope' | 'amplitude'> {
  return {
    negativeSlope: optional(negativeSlope, 0.3, atLeast(0), `${kind}: negativeSlope`),
    amplitude: optional(amplitude, 1, positive, `${kind}: amplitude`),
  };
}
