/** @file Activations as functions of numbers: the plain evaluation, and which neurons of ndl are the same. */
import { leakyRelu, rectifiedLinear, sigmoid as sigmoidNeurons, tanh as tanhNeurons, type NeuronType } from 'ndl';
import { exp, log1p, sigmoid, softplus, tanh, expm1 } from '@ndl/numerics';
import type { Activation } from './layer-graph.ts';

/** Neurons whose rates are exactly what the activation gives, gain 1. */
const NEURONS: Readonly<Record<string, (activation: Activation) => NeuronType>> = {
  relu: () => rectifiedLinear(),
  leakyRelu: ({ parameters }) => leakyRelu({ negativeSlope: parameters['slope']! }),
  sigmoid: () => sigmoidNeurons({ tauRef: 1 }),
  tanh: () => tanhNeurons({ tauRef: 1 }),
};

/** Undefined where no neuron type is the same. */
export function neuronTypeFor(activation: Activation): NeuronType | undefined {
  return Object.hasOwn(NEURONS, activation.name) ? NEURONS[activation.name]!(activation) : undefined;
}

/** The constants of Klambauer et al. (2017), to float64. */
const SELU_ALPHA = 1.6732632423543772;
const SELU_SCALE = 1.0507009873554805;

type Scalar = (x: number, parameters: Activation['parameters']) => number;

const elu = (x: number, alpha: number): number => (x > 0 ? x : alpha * expm1(x));

const between = (low: number, x: number, high: number): number => Math.min(high, Math.max(low, x));

/** The error function: 2/√π · exp(-x²) · Σ 2ⁿ x²ⁿ⁺¹ / (1 · 3 · … · (2n + 1)), Abramowitz & Stegun 7.1.6; no term is negative. */
function erf(x: number): number {
  const size = Math.abs(x);
  if (!(size < 6)) return Number.isNaN(x) ? NaN : Math.sign(x);
  let [term, sum] = [size, size];
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * size * size) / (2 * n + 1);
    sum += term;
  }
  return Math.sign(x) * TWO_OVER_ROOT_PI * exp(-size * size) * sum;
}

const TWO_OVER_ROOT_PI = 1.1283791670955126;

/** √(2/π). */
const GELU_RATE = 0.7978845608028654;

const SCALAR_FUNCTIONS: Readonly<Record<string, Scalar>> = {
  relu: (x) => (x > 0 ? x : 0),
  leakyRelu: (x, { slope }) => (x > 0 ? x : slope! * x),
  boundedRelu: (x, { slope, threshold, maximum }) =>
    x >= maximum! ? maximum! : x > threshold! ? x : slope! * (x - threshold!),
  sigmoid: (x) => sigmoid(x),
  tanh: (x) => tanh(x),
  softplus: (x) => softplus(x),
  softsign: (x) => x / (1 + Math.abs(x)),
  elu: (x, { alpha }) => elu(x, alpha!),
  selu: (x, { alpha, scale }) => (scale ?? SELU_SCALE) * elu(x, alpha ?? SELU_ALPHA),
  silu: (x) => x * sigmoid(x),
  mish: (x) => x * tanh(softplus(x)),
  // Hendrycks & Gimpel (2016), and their approximation by tanh.
  gelu: (x) => 0.5 * x * (1 + erf(x * Math.SQRT1_2)),
  geluTanh: (x) => 0.5 * x * (1 + tanh(GELU_RATE * (x + 0.044715 * x * x * x))),
  hardSigmoid: (x, { slope, offset }) => between(0, slope! * x + offset!, 1),
  hardSilu: (x) => x * between(0, x / 6 + 0.5, 1),
  clip: (x, { minimum, maximum }) => between(minimum!, x, maximum!),
  logSigmoid: (x) => -softplus(-x),
  exponential: (x) => exp(x),
};

/** The activation of vectors along the last axis, of this length. */
export function activate(activation: Activation, values: Float64Array, length: number): Float64Array {
  const { name, parameters } = activation;
  if (name === 'softmax' || name === 'logSoftmax') return alongRows(values, length, name === 'logSoftmax');
  const scalar = SCALAR_FUNCTIONS[name]!;
  return values.map((x) => scalar(x, parameters));
}

function alongRows(values: Float64Array, length: number, isLog: boolean): Float64Array {
  const result = new Float64Array(values.length);
  for (let row = 0; row < values.length; row += length) {
    const own = values.subarray(row, row + length);
    const greatest = own.reduce((most, x) => Math.max(most, x), -Infinity);
    const shares = own.map((x) => exp(x - greatest));
    const sum = shares.reduce((total, x) => total + x, 0);
    result.set(isLog ? own.map((x) => x - greatest - log1p(sum - 1)) : shares.map((x) => x / sum), row);
  }
  return result;
}
