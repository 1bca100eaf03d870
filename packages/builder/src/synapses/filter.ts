/** @file Filtering recorded signals with a synapse, outside of any simulation. */
import type { DiscreteSystem, FiniteResponse, SynapseDefinition } from '@ndl/core';
import { isOfFamily, lowpass, type Synapse } from '@ndl/model';
import {
  isNdlError,
  NdArray,
  ndarray,
  solveLinearSystem,
  zeros,
  type ArrayLikeInput,
  refuseSurplus,
} from '@ndl/numerics';
import { checkedSynapse } from '../checked/checked-definitions.ts';
import { definitionName } from '../checked/definition-name.ts';
import { kindTable } from '../kind-table.ts';
import { argumentInvalid, unknownOption, invalidTimeStep } from '../errors.ts';
import { filterNotFinite, filterSignalInvalid, noSteadyState } from './filter-errors.ts';
import { BUILT_IN_SYNAPSES } from './index.ts';
import { orderOf, stepOf } from './system-step.ts';

/** How a recorded signal is filtered. */
export interface FilterOptions {
  /** Seconds per step. Default 0.001. */
  readonly dt?: number;
  /**
   * The output, one number for all channels or one per channel, from whose steady state the filter starts. Default 0.
   */
  readonly y0?: ArrayLikeInput;
  /** Kinds of synapse beyond the built-in ones. */
  readonly definitions?: readonly SynapseDefinition[];
}

/**
 * The response of `synapse` (a number is a lowpass of that many seconds, `null` none) to `signal`, [steps] or [steps,
 * channels], of the same shape. Output and input of one step belong together: there is no delay, as there is on a
 * connection.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION, INVALID_OPTION, NOT_FINITE, FILTER_SIGNAL_INVALID,
 * FILTER_NO_STEADY_STATE, UNKNOWN_KIND
 */
export function filter(synapse: Synapse | number | null, signal: ArrayLikeInput, options: FilterOptions = {}): NdArray {
  refuseSurplus('filter', arguments, 3);
  const { signal: input, filtering } = prepare('filter', synapse, signal, options);
  return filtering === undefined ? input : run(filtering, input, 'forwards');
}

/**
 * `signal` filtered forwards, then backwards from the state reached at its end: twice the attenuation, no phase shift.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION, INVALID_OPTION, NOT_FINITE, FILTER_SIGNAL_INVALID,
 * FILTER_NO_STEADY_STATE, UNKNOWN_KIND
 */
export function filtfilt(
  synapse: Synapse | number | null,
  signal: ArrayLikeInput,
  options: FilterOptions = {},
): NdArray {
  refuseSurplus('filtfilt', arguments, 3);
  const { signal: input, filtering } = prepare('filtfilt', synapse, signal, options);
  return filtering === undefined ? input : run(filtering, run(filtering, input, 'forwards'), 'backwards');
}

/** A system and what it remembers of each channel: [channels, order]. */
interface Filtering {
  readonly system: DiscreteSystem;
  readonly state: NdArray<Float64Array>;
}

function prepare(
  call: 'filter' | 'filtfilt',
  synapse: Synapse | number | null,
  signal: ArrayLikeInput,
  options: FilterOptions,
): { readonly signal: NdArray<Float64Array>; readonly filtering?: Filtering } {
  checkOptions(call, options);
  checkSynapse(call, synapse);
  const { dt = 0.001, y0 = 0, definitions = [] } = options;
  if (typeof dt !== 'number' || !(dt > 0 && dt < Infinity)) throw invalidTimeStep(dt);
  checkDefinitions(call, definitions);
  const input = finiteArray(`${call}: the signal`, signal);
  const start = finiteArray(`${call}: y0`, y0);
  if (input.rank !== 1 && input.rank !== 2) throw filterSignalInvalid(input.shape);
  if (synapse === null) return { signal: input };
  const known = typeof synapse === 'number' ? lowpass(synapse) : synapse;
  const definition = kindTable('synapse', [...BUILT_IN_SYNAPSES, ...definitions])(known.kind);
  const name = definitionName('synapse', known.kind, undefined);
  const system = checkedSynapse(definition, name).discretize(known, dt);
  return {
    signal: input,
    filtering: { system, state: steadyStates(system, known.kind, start, input.shape[1] ?? 1) },
  };
}

function checkOptions(call: string, options: unknown): void {
  const isObject = typeof options === 'object' && options !== null && !Array.isArray(options);
  if (!isObject) throw argumentInvalid(`${call}: the options`, 'an object, such as { dt: 0.001 }', options);
  const strange = Object.keys(options).find((name) => !OPTIONS.includes(name));
  if (strange !== undefined) throw unknownOption(call, strange, OPTIONS);
}

const OPTIONS: readonly string[] = ['dt', 'y0', 'definitions'];

function checkSynapse(call: string, synapse: unknown): void {
  if (synapse === null || typeof synapse === 'number' || isOfFamily(synapse, 'synapse')) return;
  const hint = typeof synapse === 'function' ? `If it makes one, call it: ${synapse.name}(…).` : '';
  throw argumentInvalid(
    `${call}: the synapse`,
    'a synapse, such as lowpass(0.01), a number of seconds or null',
    synapse,
    hint,
  );
}

function checkDefinitions(call: string, definitions: unknown): void {
  const isDefinition = (value: unknown): boolean =>
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Partial<SynapseDefinition>).discretize === 'function';
  if (Array.isArray(definitions) && Array.from(definitions, isDefinition).every(Boolean)) return;
  throw argumentInvalid(`${call}: definitions`, 'a list of definitions of synapses, { kind, discretize }', definitions);
}

function finiteArray(where: string, given: ArrayLikeInput): NdArray<Float64Array> {
  if (typeof given !== 'number' && (typeof given !== 'object' || given === null))
    throw argumentInvalid(where, 'an array of numbers', given);
  const array = ndarray(given);
  const at = array.data.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw filterNotFinite(where, array.data[at]!, at);
  return array;
}

function steadyStates(
  system: DiscreteSystem,
  kind: string,
  y0: NdArray<Float64Array>,
  channels: number,
): NdArray<Float64Array> {
  if (y0.size !== 1 && y0.size !== channels) throw filterSignalInvalid(y0.shape, channels);
  const order = orderOf(system);
  const states = zeros([channels, order]);
  if (y0.data.every((value) => value === 0)) return states;
  const perOutput = statePerOutput(system);
  if (perOutput === undefined) throw noSteadyState(kind);
  for (let index = 0; index < states.size; index++) {
    const output = y0.data[y0.size === 1 ? 0 : Math.floor(index / order)]!;
    states.data[index] = perOutput[index % order]! * output;
  }
  return states;
}

/** The state in which a constant input keeps the output at 1, or nothing where there is none. */
function statePerOutput(system: DiscreteSystem): Float64Array | undefined {
  if (system.form === 'finiteResponse') return inputPerOutput(system);
  const { form, a, b, c, d } = system;
  if (form === 'passthrough') return new Float64Array();
  if (form === 'firstOrder') return Float64Array.of(1);
  const order = b.size;
  const difference = new NdArray(
    Float64Array.from(a.data, (value, index) => (index % (order + 1) === 0 ? 1 : 0) - value),
    a.shape,
  );
  try {
    const state = solveLinearSystem(difference, ndarray(b).reshape([order, 1])).data;
    const terms = Array.from(state, (value, index) => value * c.data[index]!).concat(d);
    const gain = sumBeyondRounding(terms);
    return gain === undefined ? undefined : Float64Array.from(state, (value) => value / gain);
  } catch (error) {
    if (isNdlError(error, 'SINGULAR_MATRIX')) return undefined;
    throw error;
  }
}

/** What a system of finite response remembers: the constant input. */
function inputPerOutput({ taps }: FiniteResponse): Float64Array | undefined {
  const gain = sumBeyondRounding(taps.data);
  return gain === undefined ? undefined : new Float64Array(taps.size - 1).fill(1 / gain);
}

/** The sum of terms, or nothing where it is 0 but for rounding. */
function sumBeyondRounding(terms: ArrayLike<number>): number | undefined {
  const [sum, size] = Array.from(terms).reduce(([all, sizes], term) => [all + term, sizes + Math.abs(term)], [0, 0]);
  return Math.abs(sum) <= 1e-12 * size ? undefined : sum;
}

/** Filters each channel in the given direction; `state` is left as the last step leaves it. */
function run(
  { system, state }: Filtering,
  input: NdArray<Float64Array>,
  direction: 'forwards' | 'backwards',
): NdArray<Float64Array> {
  const [steps = 0, channels = 1] = input.shape;
  const output = zeros(input.shape);
  const order = orderOf(system);
  for (let channel = 0; channel < channels; channel++) {
    const step = stepOf(system, state.data.subarray(channel * order, (channel + 1) * order));
    for (let index = 0; index < steps; index++) {
      const at = (direction === 'forwards' ? index : steps - 1 - index) * channels + channel;
      output.data[at] = step(input.data[at]!);
    }
  }
  return output;
}
