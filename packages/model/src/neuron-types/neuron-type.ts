/** @file What every kind of neuron says of itself, as data: states, where they begin, and what the front end checks with. */
import type { ArrayLikeInput, NdArray } from '@ndl/numerics';
import type { Distribution } from '../distributions/any-distribution.ts';
import { checkOptions, distributionOrArray, finiteNumber, flag, ofFamily, text, type Check } from '../data/checks.ts';
import { choice } from '../distributions/distributions.ts';
import { invalidParameter } from '../errors.ts';
import type { FrozenData } from '../data/frozen-data.ts';
import { immutableData } from '../data/immutable-data.ts';

/** Any kind of neuron. */
export interface NeuronType extends FrozenData<'neuronType'> {
  /** Names of what a neuron remembers from step to step, in Nengo's order. */
  readonly states: readonly string[];
  /** Attributes of `ensemble.neurons` that probes may name: `output`, then the states; with a `baseType`, `rateOut` and its states too. */
  readonly probeable: readonly string[];
  readonly spiking: boolean;
  /** Where each state begins: a distribution, or an array of shape [neurons]. */
  readonly initialState: Readonly<Record<string, Distribution | NdArray>>;
  /**
   * Neurons of the rate type that stand before these: they turn the currents into rates, called `rateOut`, which these take for
   * their current. Gain, bias, maximum rates, intercepts and decoders are then the base type's. Absent where there are none.
   */
  readonly baseType?: NeuronType;
  /** Firing rates stay below this, in Hz; absent where there is no limit. */
  readonly maximumRate?: number;
}

/** Initial values by state: a distribution, an array of shape [neurons], or one number for all. */
export type InitialStateInput = Readonly<Record<string, Distribution | ArrayLikeInput>>;

/** An option of kinds that have states. */
export interface StateOption {
  /** Replaces the initial values of the states that it names. */
  readonly initialState?: InitialStateInput;
}

/** What ensembles call signals of their own: no state can have these names. */
const SIGNALS_OF_ENSEMBLES: readonly string[] = ['input', 'encoders', 'current', 'bias', 'noise', 'output', 'rateOut'];
const RESERVED_NAMES: readonly string[] = ['__proto__', 'constructor', 'prototype'];

export type Common = Pick<NeuronType, 'states' | 'probeable' | 'spiking' | 'initialState' | 'baseType' | 'maximumRate'>;

/** What all kinds share; `states` holds the default of each state. */
export function common(
  spiking: boolean,
  kind: string,
  states: Readonly<Record<string, Distribution | NdArray>> = {},
  { initialState }: StateOption = {},
  baseType?: NeuronType,
): Common {
  const names = Object.keys(states);
  return {
    states: names,
    probeable: ['output', ...names, ...(baseType === undefined ? [] : ['rateOut', ...baseType.states])],
    spiking,
    ...(baseType !== undefined && { baseType, ...limitOf(baseType) }),
    initialState: { ...states, ...(initialState !== undefined && stateValues(initialState, names, kind)) },
  };
}

function limitOf({ maximumRate }: NeuronType): Pick<NeuronType, 'maximumRate'> {
  return maximumRate === undefined ? {} : { maximumRate };
}

/**
 * A rate type whose rates other neurons turn into spikes; `ownStates` are these neurons'.
 * @throws NdlError INVALID_OPTION
 */
export function rateTypeFor(ownStates: readonly string[]): Check<NeuronType> {
  return (value, where) => {
    const type = neuronType(value, where);
    if (type.spiking || type.kind === 'direct')
      throw invalidParameter(where, 'a type that puts out rates, such as lifRate()', type.kind);
    const shared = type.states.find((state) => ownStates.includes(state));
    if (shared !== undefined)
      throw invalidParameter(
        where,
        `a type without a state called '${shared}', which these have themselves`,
        type.kind,
      );
    return type;
  };
}

/** Initial values as they are kept; `known` are the names of the states, null for any. */
export function stateValues(
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

/** A neuron type that nobody can change. */
export function freeze<Fields extends object>(fields: Fields): Readonly<Fields> & { readonly family: 'neuronType' } {
  return immutableData({ ...fields, family: 'neuronType' as const });
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
  if (type.baseType !== undefined) rateTypeFor(type.states)(type.baseType, `${where}.baseType`);
  const begun = stateValues(type.initialState, type.states, where);
  const missing = type.states.find((state) => begun[state] === undefined);
  if (missing !== undefined)
    throw invalidParameter(`${where}.initialState`, `given for the state '${missing}'`, undefined);
  return type;
};
