/** @file What each class of Keras's layers becomes: one layer of the graph, or several. */
import { layerUnsupported } from '../errors.ts';
import type { CombinationLayer, Layer } from '../layer-graph.ts';
import { combinationLayer, concatenationLayer, denseLayer } from '../layer-shapes.ts';
import { ACTIVATIONS } from './activation-layers.ts';
import { convolution, depthwise, separable, transposed } from './convolution-layers.ts';
import { activated, foreign, only, same, weights, type LayerCall, type Reader } from './layer-call.ts';
import { cropping, flatten, padding, permute, repeatVector, reshape, upsampling } from './moving-layers.ts';
import { globalPooling, pooling } from './pooling-layers.ts';
import { batchNormalization, dataNormalization, rescaling } from './scaling-layers.ts';
import { simpleRecurrent, timeDistributed, type Readers } from './time-layers.ts';

/** What works on each step by itself where time is the first axis. */
const OF_ONE_STEP: ReadonlySet<string> = new Set(
  (
    'Dense Activation ReLU LeakyReLU ELU ThresholdedReLU Softmax Dropout SpatialDropout1D GaussianNoise GaussianDropout AlphaDropout ' +
    'ActivityRegularization BatchNormalization Add Subtract Multiply Average Maximum Minimum Concatenate TimeDistributed SimpleRNN Rescaling'
  ).split(' '),
);

/** The layers of the graph that a layer becomes; the last has its name. What is not known is foreign. */
export function readLayer(call: LayerCall): readonly Layer[] {
  const { className, isTemporal, title } = call;
  const reader = Object.hasOwn(READERS, className) ? READERS[className]! : undefined;
  if (call.isOperation && !isPlainOperation(call))
    return [foreign(call, 'is an operation on tensors that ndl does not know')];
  if (reader === undefined) return [foreign(call, `has no counterpart in ndl`)];
  if (isTemporal && !OF_ONE_STEP.has(className))
    throw layerUnsupported(
      title,
      'does not work on each step by itself, as a temporal network must',
      'Leave temporal out.',
    );
  return reader(call);
}

/** Operations that are what the layers of their names are: of two tensors of one rank; a constant among them is not seen here. */
function isPlainOperation({ className, from }: LayerCall): boolean {
  const [a, b] = from;
  return (
    ['Add', 'Subtract', 'Multiply', 'Maximum', 'Minimum'].includes(className) &&
    from.length === 2 &&
    a!.shape.length === b!.shape.length
  );
}

const combination =
  (operation: CombinationLayer['operation']): Reader =>
  (call) => [combinationLayer(call, call.from, operation)];

const READERS: Readers = {
  Dense: (call) => activated(call, (named) => denseLayer(named, only(call), weights(call))),
  Conv1D: convolution(1),
  Conv2D: convolution(2),
  Conv3D: convolution(3),
  Convolution2D: convolution(2),
  Conv1DTranspose: transposed(1),
  Conv2DTranspose: transposed(2),
  Conv3DTranspose: transposed(3),
  DepthwiseConv1D: depthwise(1),
  DepthwiseConv2D: depthwise(2),
  SeparableConv1D: separable(1),
  SeparableConv2D: separable(2),
  MaxPooling1D: pooling(1, 'max'),
  MaxPooling2D: pooling(2, 'max'),
  MaxPooling3D: pooling(3, 'max'),
  AveragePooling1D: pooling(1, 'average'),
  AveragePooling2D: pooling(2, 'average'),
  AveragePooling3D: pooling(3, 'average'),
  GlobalMaxPooling1D: globalPooling('max'),
  GlobalMaxPooling2D: globalPooling('max'),
  GlobalMaxPooling3D: globalPooling('max'),
  GlobalAveragePooling1D: globalPooling('average'),
  GlobalAveragePooling2D: globalPooling('average'),
  GlobalAveragePooling3D: globalPooling('average'),
  ...ACTIVATIONS,
  Add: combination('add'),
  Subtract: combination('subtract'),
  Average: combination('average'),
  Multiply: combination('multiply'),
  Maximum: combination('maximum'),
  Minimum: combination('minimum'),
  Concatenate: (call) => {
    const axis = call.config.number('axis', -1);
    return [concatenationLayer(call, call.from, axis > 0 ? axis - (call.isTemporal ? 2 : 1) : axis)];
  },
  BatchNormalization: batchNormalization,
  Normalization: dataNormalization,
  Rescaling: rescaling,
  Flatten: flatten,
  Reshape: reshape,
  Permute: permute,
  RepeatVector: repeatVector,
  ZeroPadding1D: padding(1),
  ZeroPadding2D: padding(2),
  ZeroPadding3D: padding(3),
  Cropping1D: cropping(1),
  Cropping2D: cropping(2),
  Cropping3D: cropping(3),
  UpSampling1D: upsampling(1),
  UpSampling2D: upsampling(2),
  UpSampling3D: upsampling(3),
  TimeDistributed: timeDistributed(() => READERS),
  SimpleRNN: simpleRecurrent,
  // What does something in training alone.
  Dropout: same,
  SpatialDropout1D: same,
  SpatialDropout2D: same,
  SpatialDropout3D: same,
  GaussianNoise: same,
  GaussianDropout: same,
  AlphaDropout: same,
  ActivityRegularization: same,
  Identity: same,
};
