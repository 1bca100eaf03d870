/** @file LIF neurons that tire, as data: what they have put out is taken off their current for a while. */
import { refuseSurplus } from '@ndl/numerics';
import { atLeast, checkOptions, finiteNumber, optional, positive } from '../data/checks.ts';
import { choice, uniform } from '../distributions/distributions.ts';
import { invalidParameter } from '../errors.ts';
import { common, freeze, type StateOption } from './neuron-type.ts';
import {
  LIF_RATE_OPTIONS,
  lifParameters,
  type Lif,
  type LifOptions,
  type LifRate,
  type LifRateOptions,
} from './neuron-types.ts';

/** How LIF neurons adapt: their current is less by n, with tauN · dn/dt = incN · output - n. */
interface Adaptation {
  /** Time constant of the adaptation, in seconds. */
  readonly tauN: number;
  /** Adaptation per Hz of a steady output, in units of normalized current. */
  readonly incN: number;
}

/** LIF neurons with adaptation, spiking. Koch (1999), Biophysics of Computation, p. 339. */
export interface AdaptiveLif extends Omit<Lif, 'kind'>, Adaptation {
  readonly kind: 'adaptiveLif';
}

/** The rate of LIF neurons at their current less the adaptation. */
export interface AdaptiveLifRate extends Omit<LifRate, 'kind'>, Adaptation {
  readonly kind: 'adaptiveLifRate';
}

interface AdaptationOptions {
  /** Seconds, above 0. Default 1. */
  readonly tauN?: number;
  /** At least 0. Default 0.01. */
  readonly incN?: number;
}

/** Options of `adaptiveLifRate`. */
export interface AdaptiveLifRateOptions extends LifRateOptions, AdaptationOptions, StateOption {}

/** Options of `adaptiveLif`. */
export interface AdaptiveLifOptions extends LifOptions, AdaptationOptions {}

const RATE_OPTIONS: readonly string[] = [...LIF_RATE_OPTIONS, 'tauN', 'incN', 'initialState'];

/**
 * Adaptive LIF neurons: states `voltage` in [0, 1), `refractoryTime` and `adaptation`. Rates, and with them maximum rates and
 * decoders, are those before they adapt. @throws NdlError INVALID_OPTION, UNKNOWN_OPTION
 */
export function adaptiveLif(options: AdaptiveLifOptions = {}): AdaptiveLif {
  refuseSurplus('adaptiveLif', arguments, 1);
  const kind = 'adaptiveLif';
  checkOptions(options, [...RATE_OPTIONS, 'minVoltage'], kind);
  const minVoltage = optional(options.minVoltage, 0, finiteNumber, `${kind}: minVoltage`);
  if (minVoltage > 0) throw invalidParameter(`${kind}: minVoltage`, 'at most 0', minVoltage);
  const states = { voltage: uniform(0, 1), refractoryTime: choice([0]), adaptation: choice([0]) };
  return freeze({
    kind,
    ...common(true, kind, states, options),
    ...lifParameters(options, kind),
    minVoltage,
    ...adaptation(options, kind),
  });
}

/** The rate of adaptive LIF neurons: state `adaptation`. @throws NdlError INVALID_OPTION, UNKNOWN_OPTION */
export function adaptiveLifRate(options: AdaptiveLifRateOptions = {}): AdaptiveLifRate {
  refuseSurplus('adaptiveLifRate', arguments, 1);
  const kind = 'adaptiveLifRate';
  checkOptions(options, RATE_OPTIONS, kind);
  const states = { adaptation: choice([0]) };
  return freeze({
    kind,
    ...common(false, kind, states, options),
    ...lifParameters(options, kind),
    ...adaptation(options, kind),
  });
}

function adaptation(options: AdaptationOptions, kind: string): Adaptation {
  return {
    tauN: optional(options.tauN, 1, positive, `${kind}: tauN`),
    incN: optional(options.incN, 0.01, atLeast(0), `${kind}: incN`),
  };
}
