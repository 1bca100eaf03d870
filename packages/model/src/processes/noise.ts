/** @file Processes that draw random numbers: white and filtered noise, white signals. Data only; their streams are Nengo's. */
import { refuseSurplus } from '@ndl/numerics';
import type { Distribution } from '../distributions/any-distribution.ts';
import {
  checkOptions,
  distribution,
  finiteNumber,
  flag,
  optional,
  orNull,
  positive,
  seedNumber,
  wholeNumber,
} from '../data/checks.ts';
import { gaussian } from '../distributions/distributions.ts';
import { invalidParameter } from '../errors.ts';
import { immutableData } from '../data/immutable-data.ts';
import type { Process } from './processes.ts';
import { linearFilter, lowpass, checkedSynapse, type Synapse } from '../synapses/synapses.ts';

/** Independent numbers in each step. */
export interface WhiteNoise extends Process {
  readonly kind: 'whiteNoise';
  /** What the numbers of a step are drawn from. */
  readonly distribution: Distribution;
  /** Whether they are divided by √dt, so that the noise has the same power whatever the step. */
  readonly scale: boolean;
}

/** White noise behind a synapse; Brownian where that integrates. */
export interface FilteredNoise extends Process {
  readonly kind: 'filteredNoise';
  readonly synapse: Synapse;
  readonly distribution: Distribution;
  readonly scale: boolean;
}

/** A random signal of limited bandwidth, which begins again after a period. */
export interface WhiteSignal extends Process {
  readonly kind: 'whiteSignal';
  /** Seconds. */
  readonly period: number;
  /** The highest frequency in it, in Hz. */
  readonly high: number;
  /** Root mean square. */
  readonly rms: number;
  /** The value from which each element begins: it is shifted in time to where it is nearest. Null for no shift. */
  readonly y0: number | null;
}

/** Options that all of these processes have. */
export interface NoiseSeedOptions {
  /** Elements, where a node or a run does not say. Default 1. */
  readonly sizeOut?: number;
  /** Of the numbers of the first item; others have seeds that follow from it. Default null: one that follows from the simulator's. */
  readonly seed?: number | null;
}

/** Options of `whiteNoise` and `brownNoise`. */
export interface WhiteNoiseOptions extends NoiseSeedOptions {
  /** Default `gaussian(0, 1)`. */
  readonly distribution?: Distribution;
  /** Whether numbers are divided by √dt. Default true. */
  readonly scale?: boolean;
}

/** Options of `filteredNoise`. */
export interface FilteredNoiseOptions extends WhiteNoiseOptions {
  /** A number stands for `lowpass`. Default `lowpass(0.005)`. */
  readonly synapse?: Synapse | number;
}

/** Options of `whiteSignal`. */
export interface WhiteSignalOptions extends NoiseSeedOptions {
  /** Root mean square, above 0. Default 0.5. */
  readonly rms?: number;
  /** The value to begin from. Default null: wherever it begins. */
  readonly y0?: number | null;
}

const SEED_OPTIONS = ['sizeOut', 'seed'];
const WHITE_NOISE_OPTIONS = ['distribution', 'scale', ...SEED_OPTIONS];

/** Independent numbers in each step. @throws NdlError INVALID_OPTION, UNKNOWN_OPTION */
export function whiteNoise(options: WhiteNoiseOptions = {}): WhiteNoise {
  refuseSurplus('whiteNoise', arguments, 1);
  checkOptions(options, WHITE_NOISE_OPTIONS, 'whiteNoise');
  return immutableData({ ...drawing('whiteNoise', options), kind: 'whiteNoise' });
}

/** White noise behind a synapse. @throws NdlError INVALID_OPTION, UNKNOWN_OPTION */
export function filteredNoise(options: FilteredNoiseOptions = {}): FilteredNoise {
  refuseSurplus('filteredNoise', arguments, 1);
  checkOptions(options, ['synapse', ...WHITE_NOISE_OPTIONS], 'filteredNoise');
  return immutableData({
    ...drawing('filteredNoise', options),
    kind: 'filteredNoise',
    synapse: optional<Synapse>(options.synapse, lowpass(0.005), checkedSynapse, 'filteredNoise: synapse'),
  });
}

/** The sum of white noise over time, times dt: filtered by 1 / s, by Euler's method. @throws NdlError INVALID_OPTION, UNKNOWN_OPTION */
export function brownNoise(options: WhiteNoiseOptions = {}): FilteredNoise {
  refuseSurplus('brownNoise', arguments, 1);
  checkOptions(options, WHITE_NOISE_OPTIONS, 'brownNoise');
  return immutableData({
    ...drawing('brownNoise', options),
    kind: 'filteredNoise',
    synapse: linearFilter([1], [1, 0], { method: 'euler' }),
  });
}

/**
 * A signal with frequencies up to `high` Hz, drawn at random, that begins again after `period` seconds. `high` is at least 1 / period,
 * and, in steps of dt, at most 1 / (2·dt).
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION
 */
export function whiteSignal(period: number, high: number, options: WhiteSignalOptions = {}): WhiteSignal {
  refuseSurplus('whiteSignal', arguments, 3);
  checkOptions(options, ['rms', 'y0', ...SEED_OPTIONS], 'whiteSignal');
  positive(period, 'whiteSignal: period');
  positive(high, 'whiteSignal: high');
  if (high < 1 / period) {
    const hint = 'Lower frequencies do not fit into a period.';
    throw invalidParameter('whiteSignal: high', `at least 1 / period, which is ${1 / period} Hz`, high, hint);
  }
  return immutableData({
    ...seeded('whiteSignal', options),
    kind: 'whiteSignal',
    period,
    high,
    rms: optional(options.rms, 0.5, positive, 'whiteSignal: rms'),
    y0: optional<number | null>(options.y0, null, orNull(finiteNumber), 'whiteSignal: y0'),
  });
}

function drawing(
  name: string,
  options: WhiteNoiseOptions,
): Omit<Process, 'kind'> & Pick<WhiteNoise, 'distribution' | 'scale'> {
  return {
    ...seeded(name, options),
    distribution: optional(options.distribution, gaussian(0, 1), distribution, `${name}: distribution`),
    scale: optional(options.scale, true, flag, `${name}: scale`),
  };
}

function seeded(name: string, { sizeOut, seed }: NoiseSeedOptions): Omit<Process, 'kind'> {
  return {
    family: 'process',
    defaultSizeIn: 0,
    defaultSizeOut: optional(sizeOut, 1, wholeNumber(1), `${name}: sizeOut`),
    fixedSize: false,
    seed: optional<number | null>(seed, null, orNull(seedNumber), `${name}: seed`),
  };
}
