/** @file Leaky neurons in the vocabulary of frameworks that train spikes, as data: what is left of a voltage after a step is a number, not a time. */
import { refuseSurplus } from '@ndl/numerics';
import { checkOptions, optional, positive } from '../data/checks.ts';
import { invalidParameter } from '../errors.ts';
import { choice } from '../distributions/distributions.ts';
import { common, freeze, type NeuronType, type StateOption } from './neuron-type.ts';

/** What becomes of the voltage in the step after a spike: the threshold is taken off it, or it is 0. */
export type LeakyReset = 'subtract' | 'zero';

/**
 * U[t] = beta · U[t - 1] + J[t] - threshold · S[t - 1], and a spike S[t] where U[t] is above the threshold. With `reset: 'zero'`, U[t] is 0 after a
 * spike. Eshraghian et al. (2023), Training Spiking Neural Networks Using Lessons From Deep Learning, Proceedings of the IEEE 111, eqs. 4 and 5.
 */
export interface Leaky extends NeuronType {
  readonly kind: 'leaky';
  readonly beta: number;
  readonly threshold: number;
  readonly reset: LeakyReset;
  readonly step: number;
  readonly amplitude: number;
}

/** Options of `leaky`. */
export interface LeakyOptions extends StateOption {
  /**
   * What is left of the voltage after a step, between 0 and 1: exp(-step / τ) of a membrane of time constant τ. It is of each step of the simulation,
   * however long: with another `dt` the same number is another membrane. Default 0.9.
   */
  readonly beta?: number;
  /** Above 0. Default 1. */
  readonly threshold?: number;
  /** Default `subtract`. */
  readonly reset?: LeakyReset;
  /**
   * Seconds of a step that `beta` is for, from which rates in Hz follow, and tuning and training by rates; simulate with this `dt`. A
   * simulation with another one goes from step to step all the same, and warns. Above 0. Default 0.001.
   */
  readonly step?: number;
  /** A spike is amplitude / dt high, as of all neurons here; those of height 1 have the amplitude `dt`. Above 0. Default 1. */
  readonly amplitude?: number;
}

/** Leaky neurons of one number, as others call them: state `voltage`, 0 at first. @throws NdlError INVALID_OPTION, UNKNOWN_OPTION */
export function leaky(options: LeakyOptions = {}): Leaky {
  refuseSurplus('leaky', arguments, 1);
  checkOptions(options, ['beta', 'threshold', 'reset', 'step', 'amplitude', 'initialState'], 'leaky');
  const { beta = 0.9, reset = 'subtract' } = options;
  if (!(typeof beta === 'number' && beta > 0 && beta < 1))
    throw invalidParameter('leaky: beta', 'a number above 0 and below 1', beta);
  if (reset !== 'subtract' && reset !== 'zero') throw invalidParameter('leaky: reset', "'subtract' or 'zero'", reset);
  return freeze({
    kind: 'leaky',
    ...common(true, 'leaky', { voltage: choice([0]) }, options),
    beta,
    threshold: optional(options.threshold, 1, positive, 'leaky: threshold'),
    reset,
    step: optional(options.step, 0.001, positive, 'leaky: step'),
    amplitude: optional(options.amplitude, 1, positive, 'leaky: amplitude'),
  });
}
