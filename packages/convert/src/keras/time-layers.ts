/** @file Keras's layers over time: one that works on each step by itself, and simple recurrence. */
import { reshapeLayer } from '../layer-shapes.ts';
import { imageOf, poolingLayer } from '../window-layers.ts';
import { activationIn } from './activations.ts';
import { convolution, depthwise } from './convolution-layers.ts';
import { array, foreign, only, same, weights, type Reader } from './layer-call.ts';
import { LayerConfig } from './layer-config.ts';
import { targetShape } from './moving-layers.ts';
import { pooling } from './pooling-layers.ts';
import { recurrentSteps, unrolled } from './recurrent-layers.ts';
import { batchNormalization } from './scaling-layers.ts';

/** The reader of each class of layer. */
export type Readers = Readonly<Record<string, Reader>>;

/**
 * The layer within, for each index along the first axis: as one more dimension of the image where it has windows. Where each step is one by
 * itself, `readers` read what is within.
 */
export const timeDistributed =
  (readers: () => Readers): Reader =>
  (call) => {
    const inner = new LayerConfig(call.config.fields['layer'], call.title);
    const className = inner.text('class_name');
    const config = new LayerConfig(inner.fields['config'], call.title);
    const within = { ...call, className, config };
    const plain = Object.hasOwn(readers(), className) ? readers()[className]! : undefined;
    if (call.isTemporal)
      return plain === undefined
        ? [foreign(call, 'has no counterpart in ndl')]
        : plain({ ...within, isTemporal: false });
    const spread = Object.hasOwn(SPREAD_OVER_TIME, className) ? SPREAD_OVER_TIME[className]! : undefined;
    if (spread !== undefined) return spread(within);
    if (plain !== undefined && OF_LAST_AXIS.has(className)) return plain(within);
    return [foreign(call, `has a layer of class ${className} in it, which ndl does not unroll`)];
  };

/** A convolution or pooling of one dimension more, along which windows are of length 1. */
const withTime =
  (dimensions: number, field: 'kernel_size' | 'pool_size', reader: (dimensions: number) => Reader): Reader =>
  (call) => {
    const { config } = call;
    if (!config.channelsLast) return [foreign(call, 'has its channels first, which ndl does not unroll')];
    const windows = config.windows(dimensions, field === 'pool_size' ? config.sizes(field, dimensions) : undefined);
    const fields = {
      ...config.fields,
      [field]: [1, ...config.sizes(field, dimensions)],
      strides: [1, ...windows.strides],
      dilation_rate: [1, ...windows.dilation],
    };
    const arrays = call.arrays.map((each, at) =>
      field === 'kernel_size' && at === 0 ? each.reshape([1, ...each.shape]) : each,
    );
    return reader(dimensions + 1)({ ...call, config: new LayerConfig(fields, call.title), arrays });
  };

/** The greatest or the mean of each step's image. */
const globally =
  (operation: 'max' | 'average'): Reader =>
  (call) => {
    const from = only(call);
    if (!call.config.channelsLast) return [foreign(call, 'has its channels first, which ndl does not unroll')];
    const { spatial, channels } = imageOf(call, from, { channelsLast: true });
    const poolSize = [1, ...spatial.slice(1)];
    const ones = poolSize.map(() => 1);
    const options = { strides: ones, dilation: ones, padding: 'valid' as const, channelsLast: true };
    const pooled = poolingLayer({ name: `${call.name}/pooled`, title: call.title }, from, {
      ...options,
      operation,
      poolSize,
    });
    const kept = call.config.flag('keepdims', false) ? ones.slice(1) : [];
    return [pooled, reshapeLayer(call, pooled, [spatial[0]!, ...kept, channels])];
  };

/** What works on vectors along the last axis, however many axes come before. */
const OF_LAST_AXIS: ReadonlySet<string> = new Set(
  (
    'Dense Activation ReLU LeakyReLU ELU ThresholdedReLU Dropout GaussianNoise GaussianDropout AlphaDropout ' +
    'ActivityRegularization Rescaling'
  ).split(' '),
);

const SPREAD_OVER_TIME: Readers = {
  Flatten: (call) => [reshapeLayer(call, only(call), [only(call).shape[0]!, -1])],
  Reshape: (call) => [reshapeLayer(call, only(call), [only(call).shape[0]!, ...targetShape(call)])],
  BatchNormalization: (call) => {
    const axis = call.config.fields['axis'];
    const [own] = Array.isArray(axis) ? (axis as number[]) : [call.config.number('axis', -1)];
    const fields = { ...call.config.fields, axis: own! < 0 ? own : own! + 1 };
    return batchNormalization({ ...call, config: new LayerConfig(fields, call.title) });
  },
  SpatialDropout1D: same,
  SpatialDropout2D: same,
  Conv1D: withTime(1, 'kernel_size', convolution),
  Conv2D: withTime(2, 'kernel_size', convolution),
  DepthwiseConv2D: withTime(2, 'kernel_size', depthwise),
  MaxPooling1D: withTime(1, 'pool_size', (dimensions) => pooling(dimensions, 'max')),
  MaxPooling2D: withTime(2, 'pool_size', (dimensions) => pooling(dimensions, 'max')),
  AveragePooling1D: withTime(1, 'pool_size', (dimensions) => pooling(dimensions, 'average')),
  AveragePooling2D: withTime(2, 'pool_size', (dimensions) => pooling(dimensions, 'average')),
  GlobalMaxPooling1D: globally('max'),
  GlobalMaxPooling2D: globally('max'),
  GlobalAveragePooling1D: globally('average'),
  GlobalAveragePooling2D: globally('average'),
};

export const simpleRecurrent: Reader = (call) => {
  const activation = activationIn(call.config, call.kerasVersion);
  if (activation === undefined || activation === null)
    return [foreign(call, 'has an activation that ndl does not know there')];
  if (call.config.flag('go_backwards', false) || call.config.flag('stateful', false))
    return [foreign(call, 'goes backwards or is stateful, which ndl does not convert')];
  const given = { ...weights(call, undefined, 2), recurrent: array(call, 1, 'recurrent kernel'), activation };
  if (call.isTemporal) return [recurrentSteps(call, only(call), given)];
  return unrolled(call, only(call), given, call.config.flag('return_sequences', false));
};
