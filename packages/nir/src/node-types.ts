/** @file The kinds of nodes of NIR, and what each is written with. */

/**
 * How a parameter is kept: `array` as numbers of one array; `integers` as a list of whole numbers, `integer` as one; `padding` as
 * whole numbers or a word.
 */
export type ParameterForm = 'array' | 'integers' | 'integer' | 'padding';

/** The kinds of nodes that have a membrane, or a threshold: neurons of ndl. */
export type NirNeuronType = 'Threshold' | 'I' | 'IF' | 'LI' | 'LIF' | 'CubaLI' | 'CubaLIF';

/** A kind of node, but for graphs within graphs. */
export type NirType =
  | 'Input'
  | 'Output'
  | 'Affine'
  | 'Linear'
  | 'Scale'
  | 'Conv1d'
  | 'Conv2d'
  | 'SumPool2d'
  | 'AvgPool2d'
  | 'Flatten'
  | 'Delay'
  | NirNeuronType;

/** A parameter of a kind of node. */
export interface NirParameter {
  readonly form: ParameterForm;
  /** Whether files may leave it out. */
  readonly optional?: true;
}

const array: NirParameter = { form: 'array' };
const perhapsArray: NirParameter = { form: 'array', optional: true };
const integers: NirParameter = { form: 'integers' };
const perhapsIntegers: NirParameter = { form: 'integers', optional: true };
const perhapsInteger: NirParameter = { form: 'integer', optional: true };

const membrane: Readonly<Record<string, NirParameter>> = { r: array, v_leak: array };
const spikes: Readonly<Record<string, NirParameter>> = { v_threshold: array, v_reset: perhapsArray };
const synapse: Readonly<Record<string, NirParameter>> = { tau_syn: array, w_in: perhapsArray };
const convolution: Readonly<Record<string, NirParameter>> = {
  weight: array,
  bias: perhapsArray,
  stride: integers,
  padding: { form: 'padding' },
  dilation: integers,
  groups: perhapsInteger,
  input_shape: perhapsIntegers,
};
const pooling: Readonly<Record<string, NirParameter>> = { kernel_size: integers, stride: integers, padding: integers };

/** What the nodes of each kind are written with, by the names of NIR. */
const NIR_NODES: Readonly<Record<NirType, Readonly<Record<string, NirParameter>>>> = {
  Input: { shape: integers },
  Output: { shape: integers },
  Affine: { weight: array, bias: array },
  Linear: { weight: array },
  Scale: { scale: array },
  Conv1d: convolution,
  Conv2d: convolution,
  SumPool2d: pooling,
  AvgPool2d: pooling,
  Flatten: { input_type: perhapsIntegers, start_dim: perhapsInteger, end_dim: perhapsInteger },
  Delay: { delay: array },
  Threshold: { threshold: array },
  I: { r: array },
  IF: { r: array, ...spikes },
  LI: { tau: array, ...membrane },
  LIF: { tau: array, ...membrane, ...spikes },
  CubaLI: { ...synapse, tau_mem: array, ...membrane },
  CubaLIF: { ...synapse, tau_mem: array, ...membrane, ...spikes },
};

/** All kinds of nodes, graphs within graphs among them. */
export const NIR_TYPES: readonly string[] = [...Object.keys(NIR_NODES), 'NIRGraph'];

const NEURON_TYPES: readonly string[] = ['Threshold', 'I', 'IF', 'LI', 'LIF', 'CubaLI', 'CubaLIF'];

/** Whether nodes of a kind become neurons. */
export function isNeuronType(type: NirType): type is NirNeuronType {
  return NEURON_TYPES.includes(type);
}

/** The parameters of a kind of node, by name. */
export function parametersOf(type: NirType): ReadonlyMap<string, NirParameter> {
  return new Map(Object.entries(NIR_NODES[type]));
}
