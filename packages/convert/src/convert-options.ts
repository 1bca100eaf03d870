/** @file Options of `convert`, checked at the door. */
import type { NeuronType, Synapse } from 'ndl';
import { isNdArray, ndarray, type ArrayLikeInput, type NdArray } from '@ndl/numerics';
import { invalidOption, unknownOption } from './errors.ts';

/** Neurons that are to fire so often on these data. */
export interface RatesFromData {
  /** [items, size], or one such array for each input of the model. */
  readonly data: ArrayLikeInput | readonly ArrayLikeInput[];
  /** In Hz, of the neurons that are most active. */
  readonly rate: number;
  /** Which of all activities of a layer that is, from 0 to 100. Default 99. */
  readonly percentile?: number | undefined;
}

type CheckedRates = Omit<RatesFromData, 'percentile'> & { readonly percentile: number };

/** Options of `convert`. */
export interface ConvertOptions {
  /**
   * Neuron types by the name of an activation (`relu`, `leakyRelu`, `sigmoid`, `tanh` …), or of a layer, which outranks it. Default: rate
   * neurons that give what the activation gives.
   */
  readonly swapActivations?: Readonly<Record<string, NeuronType>> | undefined;
  /**
   * How much more often neurons fire than the network's numbers say: what comes in is multiplied by it, each spike is worth that much
   * less. A number for all, numbers by the names of layers, or a rate that layers are to have on data. Exact for activations that are a
   * line above their threshold. Default 1.
   */
  readonly scaleFiringRates?: number | Readonly<Record<string, number>> | RatesFromData | undefined;
  /** On connections from neurons, and on probes of them. Default null. */
  readonly synapse?: Synapse | number | null | undefined;
  /**
   * Whether the network is only to be run: biases are kept by the neurons, one each, which is quicker; training is refused. Default false:
   * a bias that positions share stays one number.
   */
  readonly inferenceOnly?: boolean | undefined;
  /** Whether the first axis of the model's inputs is time: each of its steps is a step of the network. Default false: layers are unrolled. */
  readonly temporal?: boolean | undefined;
  /** What becomes of layers that ndl has no counterpart of. Default `tensorNode`: TensorFlow.js computes them, within the network. */
  readonly fallback?: 'tensorNode' | 'refuse' | undefined;
  /**
   * Whether the greatest or the mean of a window is taken where the model takes the greatest. Default `max`: of what comes into neurons that
   * spike, where nothing else reads them, which have the output of the pooling then.
   */
  readonly maxPooling?: 'max' | 'average' | undefined;
  /** Arrays for inputs of an ONNX graph that are no data: weights that it does not hold itself. */
  readonly constants?: Readonly<Record<string, ArrayLikeInput>> | undefined;
  /** Of the network. Default 0. */
  readonly seed?: number | undefined;
}

/** Options after checks and defaults. */
export interface CheckedOptions {
  readonly swapActivations: ReadonlyMap<string, NeuronType>;
  readonly scaleFiringRates: number | ReadonlyMap<string, number> | CheckedRates;
  readonly synapse: Synapse | number | null;
  readonly inferenceOnly: boolean;
  readonly temporal: boolean;
  readonly fallback: 'tensorNode' | 'refuse';
  readonly maxPooling: 'max' | 'average';
  readonly constants: ReadonlyMap<string, NdArray>;
  readonly seed: number;
}

const NAMES = [
  'swapActivations',
  'scaleFiringRates',
  'synapse',
  'inferenceOnly',
  'temporal',
  'fallback',
  'maxPooling',
  'constants',
  'seed',
] as const;

/** @throws NdlError UNKNOWN_OPTION, INVALID_OPTION */
export function checkedOptions(given: unknown): CheckedOptions {
  if (!isRecord(given)) throw invalidOption('convert: options', 'an object, such as { synapse: 0.01 }', given);
  const strange = Object.keys(given).find((name) => !NAMES.includes(name as never));
  if (strange !== undefined) throw unknownOption('convert', strange, NAMES);
  const options = given as ConvertOptions;
  return {
    swapActivations: new Map(Object.entries(record(options.swapActivations, 'swapActivations')).map(swapped)),
    scaleFiringRates: scale(options.scaleFiringRates ?? 1),
    synapse: options.synapse ?? null,
    inferenceOnly: flag(options.inferenceOnly, 'inferenceOnly'),
    temporal: flag(options.temporal, 'temporal'),
    fallback: oneOf(options.fallback, ['tensorNode', 'refuse'], 'fallback'),
    maxPooling: oneOf(options.maxPooling, ['max', 'average'], 'maxPooling'),
    constants: new Map(
      Object.entries(record(options.constants, 'constants')).map(([name, value]) => [
        name,
        arrayOf(value, `convert: constants.${name}`),
      ]),
    ),
    seed: options.seed ?? 0,
  };
}

/** Whether scales are to be found from data. */
export function areFromData(given: CheckedOptions['scaleFiringRates']): given is CheckedRates {
  return typeof given === 'object' && !(given instanceof Map) && 'rate' in given;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isNdArray(value);
}

function record(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (value === undefined) return {};
  if (!isRecord(value)) throw invalidOption(`convert: ${name}`, 'an object with a value for each name', value);
  return value;
}

function swapped([name, type]: [string, unknown]): [string, NeuronType] {
  if (!isRecord(type) || type['family'] !== 'neuronType')
    throw invalidOption(`convert: swapActivations.${name}`, 'a neuron type, such as spikingRectifiedLinear()', type);
  return [name, type as unknown as NeuronType];
}

function scale(given: unknown): CheckedOptions['scaleFiringRates'] {
  if (typeof given === 'number') return positive(given, 'convert: scaleFiringRates');
  if (!isRecord(given))
    throw invalidOption('convert: scaleFiringRates', 'a number, numbers by layer, or { data, rate }', given);
  if (!('data' in given || 'rate' in given))
    return new Map(
      Object.entries(given).map(([name, value]) => [name, positive(value, `convert: scaleFiringRates.${name}`)]),
    );
  const strange = Object.keys(given).find((name) => !['data', 'rate', 'percentile'].includes(name));
  if (strange !== undefined) throw unknownOption('convert: scaleFiringRates', strange, ['data', 'rate', 'percentile']);
  const percentile = given['percentile'] ?? 99;
  if (typeof percentile !== 'number' || !(percentile > 0 && percentile <= 100))
    throw invalidOption('convert: scaleFiringRates.percentile', 'a number above 0, up to 100', percentile);
  if (given['data'] === undefined)
    throw invalidOption('convert: scaleFiringRates.data', 'an array [items, size], or one for each input', undefined);
  const rate = positive(given['rate'], 'convert: scaleFiringRates.rate');
  return { data: given['data'] as ArrayLikeInput, rate, percentile };
}

function positive(value: unknown, where: string): number {
  if (typeof value !== 'number' || !(value > 0 && value < Infinity))
    throw invalidOption(where, 'a finite number above 0', value);
  return value;
}

function flag(value: unknown, name: string): boolean {
  if (value !== undefined && typeof value !== 'boolean')
    throw invalidOption(`convert: ${name}`, 'true or false', value);
  return value ?? false;
}

function oneOf<const Word extends string>(value: unknown, words: readonly Word[], name: string): Word {
  if (value === undefined) return words[0]!;
  if (!words.includes(value as Word))
    throw invalidOption(`convert: ${name}`, `one of ${words.map((word) => `'${word}'`).join(', ')}`, value);
  return value as Word;
}

/** Numbers as an array. @throws NdlError as `ndarray`; INVALID_OPTION */
export function arrayOf(value: unknown, where: string): NdArray {
  if (isNdArray(value)) return value;
  if (typeof value !== 'number' && !Array.isArray(value) && !ArrayBuffer.isView(value))
    throw invalidOption(where, 'an array of numbers', value);
  return ndarray(value as ArrayLikeInput);
}
