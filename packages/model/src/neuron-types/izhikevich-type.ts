/** @file Izhikevich's neurons, as data. */
import { refuseSurplus } from '@ndl/numerics';
import { atLeast, checkOptions, finiteNumber, optional, positive } from '../data/checks.ts';
import { choice, uniform } from '../distributions/distributions.ts';
import { invalidParameter } from '../errors.ts';
import { common, freeze, type NeuronType, type StateOption } from './neuron-type.ts';

/**
 * A quadratic membrane with a recovery variable: it bursts, chatters or adapts as its parameters say. Izhikevich (2003), Simple
 * model of spiking neurons. Voltages in millivolts.
 */
export interface Izhikevich extends NeuronType {
  readonly kind: 'izhikevich';
  /** Speed of the recovery, per millisecond: Izhikevich's a. */
  readonly tauRecovery: number;
  /** How the recovery follows the voltage: Izhikevich's b. */
  readonly coupling: number;
  /** Voltage after a spike: Izhikevich's c. */
  readonly resetVoltage: number;
  /** What a spike adds to the recovery: Izhikevich's d. */
  readonly resetRecovery: number;
}

/** Options of `izhikevich`. */
export interface IzhikevichOptions extends StateOption {
  /** Above 0. Default 0.02. */
  readonly tauRecovery?: number;
  /** At least 0. Default 0.2. */
  readonly coupling?: number;
  /** Below 30, where neurons spike. Default -65. */
  readonly resetVoltage?: number;
  /** Default 8. */
  readonly resetRecovery?: number;
}

/** Where the voltage spikes, in millivolts. */
const THRESHOLD = 30;

/** Izhikevich's neurons: states `voltage` in [0, 1) and `recovery`. @throws NdlError INVALID_OPTION, UNKNOWN_OPTION */
export function izhikevich(options: IzhikevichOptions = {}): Izhikevich {
  refuseSurplus('izhikevich', arguments, 1);
  const kind = 'izhikevich';
  checkOptions(options, ['tauRecovery', 'coupling', 'resetVoltage', 'resetRecovery', 'initialState'], kind);
  const resetVoltage = optional(options.resetVoltage, -65, finiteNumber, `${kind}: resetVoltage`);
  if (resetVoltage >= THRESHOLD) throw invalidParameter(`${kind}: resetVoltage`, `below ${THRESHOLD}`, resetVoltage);
  return freeze({
    kind,
    ...common(true, kind, { voltage: uniform(0, 1), recovery: choice([0]) }, options),
    tauRecovery: optional(options.tauRecovery, 0.02, positive, `${kind}: tauRecovery`),
    coupling: optional(options.coupling, 0.2, atLeast(0), `${kind}: coupling`),
    resetVoltage,
    resetRecovery: optional(options.resetRecovery, 8, finiteNumber, `${kind}: resetRecovery`),
  });
}
