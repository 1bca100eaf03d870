/** @file Neuron types as data: parameters, states and what the front end checks with. Behaviour is a plugin's. */
import { type ArrayLikeInput, type NdArray, refuseSurplus } from '@ndl/numerics';
import {
  atLeast,
  checkDefinition,
  checkOptions,
  distributionOrArray,
  finiteNumber,
  flag,
  ofFamily,
  optional,
  positive,
  text,
  type Check,
} from './checks.ts';
import type { Distribution } from './any-distribution.ts';
import { choice, uniform } from './distributions.ts';
import { invalidParameter } from './errors.ts';
import type { FrozenData } from './frozen-data.ts';
import { immutableData } from './immutable-data.ts';

/** Any kind of neuron. */
export interface NeuronType extends FrozenData<'neuronType'> {
  /** Names of what a neuron remembers from step to step, in Nengo's order. */
  readonly states: readonly string[];
  /** Attributes of `ensemble.neurons` that probes may name: `output`, then the states. */
  readonly probeable: readonly string[];
  readonly spiking: boolean;
  /** Where each state begins: a distribution, or an array of shape [neurons]. */
  readonly initialState: Readonly<Record<string, Distribution | NdArray>>;
  /** Firing rates stay below this, in Hz; absent where there is no limit. */
  readonly maximumRate?: number;
}

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

/** Initial values by state: a distribution, an array of shape [neurons], or one number for all. */
export type InitialStateInput = Readonly<Record<string, Distribution | ArrayLikeInput>>;

interface StateOption {
  /** Replaces the initial values of the states that it names. */
  readonly initialState?: InitialStateInput;
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

const LIF_RATE_OPTIONS = ['tauRc', 'tauRef', 'amplitude'];

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

/** What a third party says of its kind of neuron, beside parameters of its own. */
export interface NeuronTypeDefinition {
  readonly kind: string;
  readonly spiking: boolean;
  /** Initial values of every state; their names are the states, in this order. Default none. */
  readonly initialState?: InitialStateInput;
  /** Hz; leave out where there is no limit. */
  readonly maximumRate?: number;
}

/** A neuron type that carries parameters of its own. */
export type DefinedNeuronType<Definition extends NeuronTypeDefinition> = NeuronType &
  Readonly<Pick<Definition, 'kind'> & Omit<Definition, keyof NeuronTypeDefinition>>;

/** What ensembles call signals of their own: no state can have these names. */
const SIGNALS_OF_ENSEMBLES: readonly string[] = ['input', 'encoders', 'current', 'bias', 'noise', 'output'];
const RESERVED_NAMES: readonly string[] = ['__proto__', 'constructor', 'prototype'];

/** What every neuron type has: no parameter of a kind can have these names. */
const FIELDS_OF_ALL: readonly string[] = ['family', 'states', 'probeable'];

/**
 * A neuron type of a third party's kind, with its own parameters as data. States may not be called as ensembles call their own
 * signals (`input`, `encoders`, `current`, `bias`, `noise`, `output`). @throws NdlError INVALID_OPTION
 */
export function defineNeuronType<const Definition extends NeuronTypeDefinition>(
  definition: Definition,
): DefinedNeuronType<Definition> {
  refuseSurplus('defineNeuronType', arguments, 1);
  checkDefinition(definition, 'defineNeuronType');
  const { kind, spiking, initialState = {}, maximumRate, ...parameters } = definition;
  flag(spiking, `${kind}: spiking`);
  const taken = Object.keys(parameters).find((name) => FIELDS_OF_ALL.includes(name));
  if (taken !== undefined)
    throw invalidParameter(`${kind}: the name of a parameter`, `none of ${FIELDS_OF_ALL.join(', ')}`, taken);
  const states = stateValues(initialState, null, kind);
  const limit = maximumRate === undefined ? {} : { maximumRate: positive(maximumRate, `${kind}: maximumRate`) };
  const own: object = parameters;
  return freeze({ ...own, kind, ...limit, ...common(spiking, kind, states) }) as DefinedNeuronType<Definition>;
}

/** A neuron type, also one written by hand. */
export const neuronType: Check<NeuronType> = (value, where) => {
  const type = ofFamily<NeuronType>('neuronType', 'a neuron type, as made by lif, tanh …')(value, where);
  flag(type.spiking, `${where}.spiking`);
  for (const name of ['states', 'probeable'] as const) {
    if (!Array.isArray(type[name])) throw invalidParameter(`${where}.${name}`, 'a list of names', type[name]);
    type[name].forEach((entry, index) => text(entry, `${where}.${name}[${index}]`));
  }
  const repeated = type.states.find((state, index) => type.states.indexOf(state) !== index);
  if (repeated !== undefined) throw invalidParameter(`${where}.states`, 'a list without repeats', repeated);
  const begun = stateValues(type.initialState, type.states, where);
  const missing = type.states.find((state) => begun[state] === undefined);
  if (missing !== undefined)
    throw invalidParameter(`${where}.initialState`, `given for the state '${missing}'`, undefined);
  return type;
};

type Common = Pick<NeuronType, 'states' | 'probeable' | 'spiking' | 'initialState'>;

/** What all kinds share; `states` holds the default of each state. */
function common(
  spiking: boolean,
  kind: string,
  states: Readonly<Record<string, Distribution | NdArray>> = {},
  { initialState }: StateOption = {},
): Common {
  const names = Object.keys(states);
  return {
    states: names,
    probeable: ['output', ...names],
    spiking,
    initialState: { ...states, ...(initialState !== undefined && stateValues(initialState, names, kind)) },
  };
}

/** Initial values as they are kept; `known` are the names of the states, null for any. */
function stateValues(
  input: InitialStateInput,
  known: readonly string[] | null,
  kind: string,
): Record<string, Distribution | NdArray> {
  checkOptions(input, known ?? Object.keys(input ?? {}), `${kind}: initialState`);
  const taken = Object.keys(input).find((name) => [...SIGNALS_OF_ENSEMBLES, ...RESERVED_NAMES].includes(name));
  if (taken !== undefined)
    throw invalidParameter(
      `${kind}: the name of a state`,
      'another than what ensembles call their own signals',
      taken,
      `Taken are ${SIGNALS_OF_ENSEMBLES.join(', ')}.`,
    );
  const given = Object.entries(input).filter(([, value]) => value !== undefined);
  const entries = given.map(([name, value]) => {
    const where = `${kind}: initialState.${name}`;
    return [name, typeof value === 'number' ? choice([finiteNumber(value, where)]) : distributionOrArray(value, where)];
  });
  return Object.fromEntries(entries) as Record<string, Distribution | NdArray>;
}

function lifParameters(
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

function freeze<Fields extends object>(fields: Fields): Readonly<Fields> & { readonly family: 'neuronType' } {
  return immutableData({ ...fields, family: 'neuronType' as const });
}
