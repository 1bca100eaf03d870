/** @file Neurons with the parameters of a node: each neuron has its own. */
import { defineNeuronType, type NeuronType } from '@ndl/model';
import { NdArray, refuseSurplus, zeros } from '@ndl/numerics';
import type { NirConvention } from './conventions.ts';
import type { NirNeuronType } from './node-types.ts';

/** Kinds of neurons, as networks know them. */
export type NirKind = `nir${NirNeuronType}`;

/** Neurons of a node of NIR, under a convention. Their parameters are states that never change. */
export interface NirNeurons extends NeuronType {
  readonly kind: NirKind;
  readonly convention: NirConvention;
}

/** The states that are parameters of a node, by the names that the node has for them, and their values where it has none. */
export const PARAMETER_STATES: Readonly<Record<string, readonly [state: string, fallback?: number]>> = {
  threshold: ['thresholdVoltage'],
  r: ['resistance'],
  tau: ['tauMembrane'],
  tau_mem: ['tauMembrane'],
  tau_syn: ['tauSynapse'],
  w_in: ['inputWeight', 1],
  v_leak: ['leakVoltage'],
  v_threshold: ['thresholdVoltage'],
  v_reset: ['resetVoltage', 0],
};

/** The states of each kind: what changes, then its parameters. */
export const STATES: Readonly<Record<NirNeuronType, readonly string[]>> = {
  Threshold: ['thresholdVoltage'],
  I: ['voltage', 'resistance'],
  IF: ['voltage', 'resistance', 'thresholdVoltage', 'resetVoltage'],
  LI: ['voltage', 'tauMembrane', 'resistance', 'leakVoltage'],
  LIF: ['voltage', 'tauMembrane', 'resistance', 'leakVoltage', 'thresholdVoltage', 'resetVoltage'],
  CubaLI: ['voltage', 'synapticCurrent', 'tauSynapse', 'inputWeight', 'tauMembrane', 'resistance', 'leakVoltage'],
  CubaLIF: [
    'voltage',
    'synapticCurrent',
    'tauSynapse',
    'inputWeight',
    'tauMembrane',
    'resistance',
    'leakVoltage',
    'thresholdVoltage',
    'resetVoltage',
  ],
};

/** Whether neurons of a kind spike. */
export function isSpiking(type: NirNeuronType): boolean {
  return type === 'Threshold' || type === 'IF' || type === 'LIF' || type === 'CubaLIF';
}

/**
 * The neuron type of `count` neurons with the parameters of a node. Membranes begin at `v_leak` where there is one, else at 0; synapses at 0.
 * @param parameters by the names of NIR; a number stands for all neurons
 * @throws NdlError INVALID_OPTION, NOT_FINITE
 */
export function nirNeurons(
  type: NirNeuronType,
  count: number,
  parameters: ReadonlyMap<string, NdArray>,
  convention: NirConvention,
): NirNeurons {
  refuseSurplus('nirNeurons', arguments, 4);
  const values = new Map<string, NdArray>();
  for (const [name, [state, fallback]] of Object.entries(PARAMETER_STATES)) {
    const given = parameters.get(name);
    if (given !== undefined) values.set(state, spread(given, count));
    else if (fallback !== undefined && !values.has(state))
      values.set(state, spread(new NdArray(Float64Array.of(fallback), []), count));
  }
  const initial = (state: string): NdArray =>
    values.get(state) ?? (state === 'voltage' ? values.get('leakVoltage') : undefined) ?? zeros([count]);
  return defineNeuronType({
    kind: `nir${type}` as const,
    spiking: isSpiking(type),
    initialState: Object.fromEntries(STATES[type].map((state) => [state, initial(state)])),
    convention,
  });
}

function spread({ data }: NdArray, count: number): NdArray {
  const values = new Float64Array(count);
  if (data.length === 1) values.fill(data[0]!);
  else values.set(data);
  return new NdArray(values, [count]);
}
