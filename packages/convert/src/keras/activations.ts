/** @file Keras's activations: by name, as layers, and with parameters. */
import type { Activation } from '../layer-graph.ts';
import { isFields, type LayerConfig } from './layer-config.ts';

/** Names of functions in Keras and in tf.layers, and what they are called here. */
const SAME_AS: Readonly<Record<string, string>> = {
  swish: 'silu',
  hard_sigmoid: 'hardSigmoid',
  hard_swish: 'hardSilu',
  hard_silu: 'hardSilu',
  log_softmax: 'logSoftmax',
  log_sigmoid: 'logSigmoid',
  gelu_new: 'geluTanh',
  geluNew: 'geluTanh',
  celu: 'elu',
};

/** Those that are known by their name alone. */
const KNOWN: readonly string[] = [
  'sigmoid',
  'tanh',
  'softmax',
  'logSoftmax',
  'softplus',
  'softsign',
  'selu',
  'gelu',
  'geluTanh',
  'silu',
  'mish',
  'hardSilu',
  'logSigmoid',
  'exponential',
];

/** The activation of a layer; null for none, undefined for one that is not known. `kerasVersion`: of which Keras the name is. */
export function activationIn(config: LayerConfig, kerasVersion: number): Activation | null | undefined {
  const given = config.fields['activation'];
  if (given === undefined || given === null || given === 'linear') return null;
  const name = typeof given === 'string' ? given : isFields(given) ? nameWithin(given) : undefined;
  if (name === 'linear') return null;
  return typeof name === 'string' ? namedActivation(name, kerasVersion) : undefined;
}

/** `{ class_name: 'ReLU', config: … }`, as some versions write functions. */
function nameWithin(given: Readonly<Record<string, unknown>>): string | undefined {
  const { config, class_name: className } = given;
  if (typeof config === 'string') return config;
  return typeof className === 'string' && className !== 'function' ? className.toLowerCase() : undefined;
}

/** @returns undefined for a name that is not known */
function namedActivation(name: string, kerasVersion: number): Activation | undefined {
  const own = SAME_AS[name] ?? name;
  if (own === 'relu6') return relu({ maximum: 6 });
  if (own === 'relu') return relu({});
  if (own === 'leaky_relu' || own === 'leakyRelu') return leaky(0.2);
  // Keras 3 has that of Howard et al. (2019), relu6(x + 3) / 6.
  if (own === 'hardSigmoid') return { name: own, parameters: { slope: kerasVersion < 3 ? 0.2 : 1 / 6, offset: 0.5 } };
  if (own === 'hard_tanh') return clipped(-1, 1);
  if (own === 'elu') return { name: 'elu', parameters: { alpha: 1 } };
  return KNOWN.includes(own) ? { name: own, parameters: {} } : undefined;
}

/** Above `threshold` x, at most `maximum`; at it and below it slope · (x - threshold). */
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

/** What is below one bound or above another is that bound. */
export function clipped(minimum: number, maximum: number): Activation {
  return { name: 'clip', parameters: { minimum, maximum } };
}
