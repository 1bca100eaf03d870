/** @file The kinds of nodes of NIR, and what each is written with. */

/**
 * How a parameter is kept: `array` as numbers of one array; `integers` as a list of whole numbers, `integer` as one; `padding` as
 * whole numbers or a word.
 */
export type ParameterForm = 'array' | 'integers' | 'integer' | 'padding';

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

const membrane = { r: array, v_leak: array } as const;
const spikes = { v_threshold: array, v_reset: perhapsArray } as const;
const synapse = { tau_syn: array, w_in: perhapsArray } as const;
const convolution = {
  weight: array,
  bias: perhapsArray,
  stride: integers,
  padding: { form: 'padding' },
  dilation: integers,
  groups: perhapsInteger,
  input_shape: perhapsIntegers,
} as const;
const pooling = { kernel_size: integers, stride: integers, padding: integers } as const;

/** What the nodes of each kind are written with, by the names of NIR. */
export const NIR_NODES = {
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
} as const satisfies Readonly<Record<string, Readonly<Record<string, NirParameter>>>>;

/** A kind of node, but for graphs within graphs. */
export type NirType = keyof typeof NIR_NODES;

/** The kinds of nodes that have a membrane, or a threshold: neurons of ndl. */
export type NirNeuronType = 'Threshold' | 'I' | 'IF' | 'LI' | 'LIF' | 'CubaLI' | 'CubaLIF';

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
