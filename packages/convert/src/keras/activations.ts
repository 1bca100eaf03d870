/** @file Keras's activations: by name, as layers, and with parameters. */
import type { Activation } from '../layer-graph.ts';
import { isFields, type LayerConfig } from './layer-config.ts';

/** Names of functions in Keras and in tf.layers, and what they are called here. */
const SAME_AS: Readonly<Record<string, string>> = {
  swish: 'silu',
  hard_sigmoid: 'hardSigmoid',
  hardSigmoid: 'hardSigmoid',
  log_softmax: 'logSoftmax',
  exponential: 'exponential',
};

/** Those that are known by their name alone. */
const KNOWN: readonly string[] = [
  'relu',
  'relu6',
  'sigmoid',
  'tanh',
  'softmax',
  'softplus',
  'softsign',
  'elu',
  'selu',
  'gelu',
  'silu',
  'mish',
  'hardSigmoid',
  'exponential',
];

/** The activation of a layer; null for none, undefined for one that is not known. */
export function activationIn(config: LayerConfig, field = 'activation'): Activation | null | undefined {
  const given = config.fields[field];
  if (given === undefined || given === null || given === 'linear') return null;
  const name = typeof given === 'string' ? given : isFields(given) ? nameWithin(given) : undefined;
  if (name === 'linear') return null;
  return typeof name === 'string' ? namedActivation(name) : undefined;
}

/** `{ class_name: 'ReLU', config: … }`, as some versions write functions. */
function nameWithin(given: Readonly<Record<string, unknown>>): string | undefined {
  const { config, class_name: className } = given;
  if (typeof config === 'string') return config;
  return typeof className === 'string' && className !== 'function' ? className.toLowerCase() : undefined;
}

/** @returns undefined for a name that is not known */
export function namedActivation(name: string): Activation | undefined {
  const own = SAME_AS[name] ?? name;
  if (own === 'relu6') return relu({ maximum: 6 });
  if (own === 'relu') return relu({});
  if (own === 'leaky_relu' || own === 'leakyRelu') return leaky(0.2);
  if (own === 'elu') return { name: 'elu', parameters: { alpha: 1 } };
  return KNOWN.includes(own) ? { name: own, parameters: {} } : undefined;
}

/** What is below `threshold` is multiplied by `slope`; what is above `maximum` is cut off there. */
export function relu({
  slope = 0,
  threshold = 0,
  maximum = Infinity,
}: {
  readonly slope?: number;
  readonly threshold?: number;
  readonly maximum?: number;
}): Activation {
  if (threshold === 0 && maximum === Infinity) return slope === 0 ? { name: 'relu', parameters: {} } : leaky(slope);
  return { name: 'boundedRelu', parameters: { slope, threshold, maximum } };
}

/** Values below zero times `slope`. */
export function leaky(slope: number): Activation {
  return { name: 'leakyRelu', parameters: { slope } };
}
