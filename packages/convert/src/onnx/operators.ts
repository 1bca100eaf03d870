/** @file What each operator of ONNX becomes. */
import { NdArray } from '@ndl/numerics';
import { layerUnsupported } from '../errors.ts';
import { leaky, relu } from '../keras/activations.ts';
import type { Layer } from '../layer-graph.ts';
import { scaleLayer } from '../layer-shapes.ts';
import { normalization } from '../normalization.ts';
import { activated, alongRows, clip, parametricRelu, plain } from './activation-operators.ts';
import { arithmetic, combined, gemm, matMul, scaled } from './arithmetic-operators.ts';
import { arrayAt, layerAt, numberOf, requiredArray, textOf, wholeOf } from './attributes.ts';
import type { OnnxCall } from './onnx-call.ts';
import { named, type Reader, same } from './operator-reader.ts';
import { globallyPooled, pooled, reduceMean } from './pooling-operators.ts';
import { concat, flatten, pad, reshape, resize, squeeze, transpose, unsqueeze } from './shape-operators.ts';
import { convolutionLayers, transposedLayers } from './window-operators.ts';

/** The layers that a node becomes; the last has its output. @throws NdlError LAYER_UNSUPPORTED by its name */
export function layersOf(call: OnnxCall): readonly Layer[] {
  const { operator } = call.node;
  const reader = Object.hasOwn(READERS, operator) ? READERS[operator]! : undefined;
  if (reader === undefined)
    throw layerUnsupported(call.title, 'has no counterpart in ndl', `Known are ${Object.keys(READERS).join(', ')}.`);
  return reader(call);
}

const batchNormalization: Reader = (call) => {
  if (wholeOf(call, 'training_mode', 0) !== 0) throw layerUnsupported(call.title, 'is in training');
  const [gamma, beta, mean, variance] = ['scale', 'bias', 'mean', 'variance'].map((what, at) =>
    requiredArray(call, at + 1, what),
  );
  const given = {
    gamma: gamma!,
    beta: beta!,
    mean: mean!,
    variance: variance!,
    epsilon: numberOf(call, 'epsilon', 1e-5),
    axis: 0,
  };
  return [scaleLayer(named(call), layerAt(call, 0), normalization(named(call), given))];
};

const dropout: Reader = (call) => {
  if ((arrayAt(call, 2, 'training_mode')?.data[0] ?? 0) !== 0) throw layerUnsupported(call.title, 'is in training');
  return same(call);
};

const READERS: Readonly<Record<string, Reader>> = {
  Gemm: gemm,
  MatMul: matMul,
  Conv: convolutionLayers,
  ConvTranspose: transposedLayers,
  MaxPool: pooled('max'),
  AveragePool: pooled('average'),
  GlobalMaxPool: globallyPooled('max'),
  GlobalAveragePool: globallyPooled('average'),
  ReduceMean: reduceMean,
  BatchNormalization: batchNormalization,
  Relu: activated(() => relu({})),
  LeakyRelu: activated((call) => leaky(numberOf(call, 'alpha', 0.01))),
  PRelu: parametricRelu,
  Clip: clip,
  ThresholdedRelu: activated((call) => relu({ threshold: numberOf(call, 'alpha', 1) })),
  Sigmoid: plain('sigmoid'),
  Tanh: plain('tanh'),
  Elu: activated((call) => ({ name: 'elu', parameters: { alpha: numberOf(call, 'alpha', 1) } })),
  Selu: activated((call) => ({
    name: 'selu',
    parameters: {
      alpha: numberOf(call, 'alpha', 1.67326319217681884765625),
      scale: numberOf(call, 'gamma', 1.05070102214813232421875),
    },
  })),
  Softplus: plain('softplus'),
  Softsign: plain('softsign'),
  HardSigmoid: activated((call) => ({
    name: 'hardSigmoid',
    parameters: { slope: numberOf(call, 'alpha', 0.2), offset: numberOf(call, 'beta', 0.5) },
  })),
  HardSwish: plain('hardSilu'),
  Gelu: activated((call) => ({
    name: textOf(call, 'approximate', 'none') === 'tanh' ? 'geluTanh' : 'gelu',
    parameters: {},
  })),
  Exp: plain('exponential'),
  Mish: plain('mish'),
  Softmax: alongRows('softmax'),
  LogSoftmax: alongRows('logSoftmax'),
  Add: arithmetic(
    'add',
    (value) => [1, value],
    (value) => [1, value],
  ),
  Sub: arithmetic(
    'subtract',
    (value) => [1, -value],
    (value) => [-1, value],
  ),
  Mul: arithmetic(
    'multiply',
    (value) => [value, 0],
    (value) => [value, 0],
  ),
  Div: arithmetic('divide', (value) => [1 / value, 0], undefined),
  Neg: (call) => scaled(call, layerAt(call, 0), new NdArray(Float64Array.of(-1), []), (value) => [value, 0]),
  Sum: combined('add'),
  Mean: combined('average'),
  Max: combined('maximum'),
  Min: combined('minimum'),
  Flatten: flatten,
  Reshape: reshape,
  Transpose: transpose,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Pad: pad,
  Upsample: resize(1),
  Concat: concat,
  Dropout: dropout,
  Identity: same,
};
