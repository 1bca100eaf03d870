/** @file What each class of Keras's layers becomes: one layer of the graph, or several. */
import { NdArray, sizeOf } from '@ndl/numerics';
import { layerUnsupported, sourceInvalid } from '../errors.ts';
import type { Activation, CombinationLayer, Layer, Margin } from '../layer-graph.ts';
import {
  activationLayer,
  combinationLayer,
  concatenationLayer,
  convolutionLayer,
  denseLayer,
  foreignLayer,
  imageOf,
  moveLayer,
  poolingLayer,
  requireFinite,
  reshapeLayer,
  scaleLayer,
  transposedLayer,
  type Named,
  type Weights,
} from '../layer-shapes.ts';
import { normalization } from '../normalization.ts';
import { activationIn, leaky, relu } from './activations.ts';
import { LayerConfig } from './layer-config.ts';
import { recurrentSteps, unrolled } from './recurrent-layers.ts';

/** A layer as it is called once. */
export interface LayerCall extends Named {
  readonly className: string;
  readonly config: LayerConfig;
  /** Arrays in Keras's order. */
  readonly arrays: readonly NdArray[];
  /** What comes in. */
  readonly from: readonly Layer[];
  /** Whether the first axis of what comes in is time, and is not there: each step is one by itself. */
  readonly isTemporal: boolean;
  /** The layer itself, and the shape of what it puts out, where it is one of tf.layers. */
  readonly layer?: { readonly object: object; readonly shape: readonly number[] } | undefined;
}

type Reader = (call: LayerCall) => readonly Layer[];

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
  if (reader === undefined) return [foreign(call, `has no counterpart in ndl`)];
  if (isTemporal && !OF_ONE_STEP.has(className))
    throw layerUnsupported(
      title,
      'does not work on each step by itself, as a temporal network must',
      'Leave temporal out.',
    );
  return reader(call);
}

/** One of tf.layers can stand for itself; others have no more than a name. */
export function foreign(call: LayerCall, problem: string): Layer {
  const { layer, from } = call;
  const options = { problem, ...(layer !== undefined && { layer: layer.object }) };
  return foreignLayer(call, from, layer?.shape ?? from[0]?.shape ?? [], options);
}

function only({ from, title }: LayerCall): Layer {
  if (from.length !== 1) throw sourceInvalid(title, `${from.length} arrays come in where one is wanted`);
  return from[0]!;
}

function array(call: LayerCall, at: number, what: string): NdArray {
  return requireFinite(call, call.arrays[at], what);
}

function weights(call: LayerCall, kernel: NdArray = array(call, 0, 'kernel'), at = 1): Weights {
  return { kernel, bias: call.config.flag('use_bias', true) ? array(call, at, 'bias') : null };
}

/** What a layer computes, and its activation after it. */
function activated(call: LayerCall, make: (named: Named) => Layer): readonly Layer[] {
  const activation = activationIn(call.config);
  if (activation === undefined) return [foreign(call, 'has an activation that ndl does not know')];
  if (activation === null) return [make(call)];
  const linear = make({ name: `${call.name}/linear`, title: call.title });
  return [linear, activationLayer(call, linear, activation)];
}

function activation(call: LayerCall, known: Activation | null | undefined): readonly Layer[] {
  if (known === undefined) return [foreign(call, 'has an activation that ndl does not know')];
  return known === null ? same(call) : [activationLayer(call, only(call), known)];
}

/** What comes in goes out. */
const same: Reader = (call) => [reshapeLayer(call, only(call), only(call).shape)];

const convolution =
  (dimensions: number): Reader =>
  (call) =>
    activated(call, (named) =>
      convolutionLayer(named, only(call), weights(call), {
        ...windows(call, dimensions),
        groups: call.config.number('groups', 1),
      }),
    );

/** `causal` is a border before the first position alone. */
function windows({ config }: LayerCall, dimensions: number) {
  if (config.fields['padding'] !== 'causal') return config.windows(dimensions);
  const plain = new LayerConfig({ ...config.fields, padding: 'valid' }, config.title).windows(dimensions);
  const [size] = config.sizes('kernel_size', dimensions);
  const before = (size! - 1) * plain.dilation[0]!;
  return { ...plain, padding: [[before, 0]] as readonly Margin[] };
}

/** Keras has kernels [...size, filters, channels] here. */
const transposed =
  (dimensions: number): Reader =>
  (call) =>
    activated(call, (named) => {
      const options = call.config.windows(dimensions);
      const kernel = lastAxesSwapped(array(call, 0, 'kernel'));
      const reach = kernel.shape.slice(0, dimensions).map((size, axis) => (size - 1) * options.dilation[axis]! + 1);
      if (call.config.has('output_padding'))
        throw layerUnsupported(call.title, 'has an output_padding, which ndl does not know');
      const more = reach.map((size, axis) => Math.max(options.strides[axis]! - size, 0));
      return transposedLayer(named, only(call), weights(call, kernel), { ...options, groups: 1, more });
    });

function lastAxesSwapped(kernel: NdArray): NdArray {
  const [rows, columns] = kernel.shape.slice(-2) as [number, number];
  const block = rows * columns;
  const data = new Float64Array(kernel.size);
  for (let at = 0; at < data.length; at++) {
    const [start, within] = [Math.floor(at / block) * block, at % block];
    data[start + (within % columns) * rows + Math.floor(within / columns)] = kernel.data[at]!;
  }
  return new NdArray(data, [...kernel.shape.slice(0, -2), columns, rows]);
}

/** A kernel [...size, channels, multiplier] is one of as many groups as there are channels. */
function depthwiseKernel(kernel: NdArray): NdArray {
  const [channels, multiplier] = kernel.shape.slice(-2) as [number, number];
  return kernel.reshape([...kernel.shape.slice(0, -2), 1, channels * multiplier]);
}

const depthwise =
  (dimensions: number): Reader =>
  (call) =>
    activated(call, (named) => {
      const kernel = array(call, 0, 'depthwise kernel');
      const groups = kernel.shape.at(-2)!;
      const options = { ...call.config.windows(dimensions), groups };
      return convolutionLayer(named, only(call), weights(call, depthwiseKernel(kernel)), options);
    });

const separable =
  (dimensions: number): Reader =>
  (call) => {
    const kernel = array(call, 0, 'depthwise kernel');
    const named = { name: `${call.name}/depthwise`, title: call.title };
    const options = call.config.windows(dimensions);
    const groups = kernel.shape.at(-2)!;
    const first = convolutionLayer(
      named,
      only(call),
      { kernel: depthwiseKernel(kernel), bias: null },
      { ...options, groups },
    );
    const ones = new Array<number>(dimensions).fill(1);
    const point = { ...options, strides: ones, dilation: ones, padding: 'valid' as const, groups: 1 };
    return [
      first,
      ...activated(call, (last) =>
        convolutionLayer(last, first, weights(call, array(call, 1, 'pointwise kernel'), 2), point),
      ),
    ];
  };

const pooling =
  (dimensions: number, operation: 'max' | 'average'): Reader =>
  (call) => {
    const poolSize = call.config.sizes('pool_size', dimensions, new Array<number>(dimensions).fill(2));
    return [poolingLayer(call, only(call), { ...call.config.windows(dimensions, poolSize), operation, poolSize })];
  };

const globalPooling =
  (operation: 'max' | 'average'): Reader =>
  (call) => {
    const { channelsLast } = call.config;
    const { spatial, channels } = imageOf(call, only(call), { channelsLast });
    const ones = spatial.map(() => 1);
    const options = { strides: ones, dilation: ones, padding: 'valid' as const, channelsLast };
    if (call.config.flag('keepdims', false))
      return [poolingLayer(call, only(call), { ...options, operation, poolSize: spatial })];
    const named = { name: `${call.name}/pooled`, title: call.title };
    const pooled = poolingLayer(named, only(call), { ...options, operation, poolSize: spatial });
    return [pooled, reshapeLayer(call, pooled, [channels])];
  };

const combination =
  (operation: CombinationLayer['operation']): Reader =>
  (call) => [combinationLayer(call, call.from, operation)];

/** Margins of the spatial axes, and none of the channels. */
function margins(call: LayerCall, field: string, dimensions: number, sign: 1 | -1): readonly Margin[] {
  const { config } = call;
  const given = config.fields[field] ?? 1;
  const isPair = (value: unknown): value is Margin => Array.isArray(value) && value.length === 2;
  const list = Array.isArray(given)
    ? dimensions === 1 && given.every((size) => typeof size === 'number')
      ? [given]
      : given
    : new Array<unknown>(dimensions).fill(given);
  const pairs = list.map((value): Margin => {
    const [before, after] = isPair(value) ? value : [value as number, value as number];
    if (![before, after].every((size) => Number.isSafeInteger(size) && size >= 0))
      throw sourceInvalid(call.title, `its ${field} is not made of whole numbers`);
    return [sign * before, sign * after];
  });
  const none: readonly Margin[] = [[0, 0]];
  return config.channelsLast ? [...pairs, ...none] : [...none, ...pairs];
}

const padding =
  (dimensions: number): Reader =>
  (call) => [moveLayer(call, only(call), { how: 'pad', margins: margins(call, 'padding', dimensions, 1) })];

const cropping =
  (dimensions: number): Reader =>
  (call) => [moveLayer(call, only(call), { how: 'pad', margins: margins(call, 'cropping', dimensions, -1) })];

const upsampling =
  (dimensions: number): Reader =>
  (call) => {
    if (call.config.text('interpolation', 'nearest') !== 'nearest')
      return [foreign(call, 'interpolates otherwise than nearest, which ndl does not')];
    const size = call.config.sizes('size', dimensions, new Array<number>(dimensions).fill(2));
    const times = call.config.channelsLast ? [...size, 1] : [1, ...size];
    return [moveLayer(call, only(call), { how: 'repeat', times })];
  };

/** With channels first, Keras flattens as if they were last. */
const flatten: Reader = (call) => {
  const from = only(call);
  if (call.config.channelsLast || from.shape.length < 2) return [reshapeLayer(call, from, [sizeOf(from.shape)])];
  const order = [...from.shape.keys()].slice(1);
  const named = { name: `${call.name}/channels last`, title: call.title };
  const moved = moveLayer(named, from, { how: 'permute', order: [...order, 0] });
  return [moved, reshapeLayer(call, moved, [sizeOf(from.shape)])];
};

const batchNormalization: Reader = (call) => {
  const { config, title } = call;
  const from = only(call);
  const given = config.fields['axis'];
  const axis = Array.isArray(given) ? (given[0] as number) : config.number('axis', -1);
  // Keras counts the axis of items, and that of time where there is one.
  const own = axis < 0 ? axis + from.shape.length : axis - (call.isTemporal ? 2 : 1);
  if (from.shape[own] === undefined) throw sourceInvalid(title, `it has no axis ${axis}`);
  const arrays = [...call.arrays];
  const next = (what: string, isThere: boolean): NdArray | null =>
    isThere ? requireFinite(call, arrays.shift(), what) : null;
  const gamma = next('gamma', config.flag('scale', true));
  const beta = next('beta', config.flag('center', true));
  const mean = next('moving mean', true)!;
  const variance = next('moving variance', true)!;
  const epsilon = config.number('epsilon', 1e-3);
  return [scaleLayer(call, from, normalization(call, { gamma, beta, mean, variance, epsilon, axis: own }))];
};

/** The layer within, for each index along the first axis: as one more dimension of the image where it has windows. */
const timeDistributed: Reader = (call) => {
  const inner = new LayerConfig(call.config.fields['layer'], call.title);
  const className = inner.text('class_name');
  const config = new LayerConfig(inner.fields['config'], call.title);
  if (call.isTemporal) return readInnerStep({ ...call, className, config });
  const size = call.from[0]?.shape[0] ?? 1;
  const spread = SPREAD_OVER_TIME[className];
  if (spread === undefined)
    return [foreign(call, `has a layer of class ${className} in it, which ndl does not unroll`)];
  return spread({ ...call, className, config }, size);
};

/** A layer within a step: here all of them work on one step by itself. */
function readInnerStep(call: LayerCall): readonly Layer[] {
  const reader = Object.hasOwn(READERS, call.className) ? READERS[call.className]! : undefined;
  return reader === undefined ? [foreign(call, 'has no counterpart in ndl')] : reader({ ...call, isTemporal: false });
}

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

const SPREAD_OVER_TIME: Readonly<Record<string, (call: LayerCall, steps: number) => readonly Layer[]>> = {
  Dense: (call) => READERS['Dense']!(call),
  Activation: (call) => READERS['Activation']!(call),
  ReLU: (call) => READERS['ReLU']!(call),
  LeakyReLU: (call) => READERS['LeakyReLU']!(call),
  Dropout: same,
  Flatten: (call, steps) => [reshapeLayer(call, only(call), [steps, -1])],
  Reshape: (call, steps) => [reshapeLayer(call, only(call), [steps, ...call.config.whole('target_shape')])],
  Conv1D: withTime(1, 'kernel_size', convolution),
  Conv2D: withTime(2, 'kernel_size', convolution),
  MaxPooling1D: withTime(1, 'pool_size', (dimensions) => pooling(dimensions, 'max')),
  MaxPooling2D: withTime(2, 'pool_size', (dimensions) => pooling(dimensions, 'max')),
  AveragePooling1D: withTime(1, 'pool_size', (dimensions) => pooling(dimensions, 'average')),
  AveragePooling2D: withTime(2, 'pool_size', (dimensions) => pooling(dimensions, 'average')),
};

const simpleRecurrent: Reader = (call) => {
  const activation = activationIn(call.config);
  if (activation === undefined || activation === null)
    return [foreign(call, 'has an activation that ndl does not know there')];
  if (call.config.flag('go_backwards', false) || call.config.flag('stateful', false))
    return [foreign(call, 'goes backwards or is stateful, which ndl does not convert')];
  const given = { ...weights(call, undefined, 2), recurrent: array(call, 1, 'recurrent kernel'), activation };
  if (call.isTemporal) return [recurrentSteps(call, only(call), given)];
  return unrolled(call, only(call), given, call.config.flag('return_sequences', false));
};

const READERS: Readonly<Record<string, Reader>> = {
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
  Activation: (call) => activation(call, activationIn(call.config)),
  ReLU: (call) =>
    activation(
      call,
      relu({
        slope: call.config.number('negative_slope', 0),
        threshold: call.config.number('threshold', 0),
        maximum: call.config.number('max_value', Infinity),
      }),
    ),
  LeakyReLU: (call) => activation(call, leaky(call.config.number('negative_slope', call.config.number('alpha', 0.3)))),
  ELU: (call) => activation(call, { name: 'elu', parameters: { alpha: call.config.number('alpha', 1) } }),
  ThresholdedReLU: (call) => activation(call, relu({ threshold: call.config.number('theta', 1) })),
  Softmax: (call) =>
    call.config.number('axis', -1) === -1
      ? activation(call, { name: 'softmax', parameters: {} })
      : [foreign(call, 'is along another axis than the last, which ndl does not know')],
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
  Rescaling: (call) => {
    const from = only(call);
    const size = from.shape.at(-1)!;
    const filled = (value: number): NdArray => new NdArray(new Float64Array(size).fill(value), [size]);
    const [factor, offset] = [filled(call.config.number('scale')), filled(call.config.number('offset', 0))];
    return [scaleLayer(call, from, { axis: from.shape.length - 1, factor, offset })];
  },
  Flatten: flatten,
  Reshape: (call) => [reshapeLayer(call, only(call), call.config.whole('target_shape'))],
  Permute: (call) => [
    moveLayer(call, only(call), { how: 'permute', order: call.config.whole('dims').map((axis) => axis - 1) }),
  ],
  RepeatVector: (call) => {
    const from = only(call);
    const row = reshapeLayer({ name: `${call.name}/row`, title: call.title }, from, [1, sizeOf(from.shape)]);
    return [row, moveLayer(call, row, { how: 'repeat', times: [call.config.number('n'), 1] })];
  },
  ZeroPadding1D: padding(1),
  ZeroPadding2D: padding(2),
  ZeroPadding3D: padding(3),
  Cropping1D: cropping(1),
  Cropping2D: cropping(2),
  Cropping3D: cropping(3),
  UpSampling1D: upsampling(1),
  UpSampling2D: upsampling(2),
  UpSampling3D: upsampling(3),
  TimeDistributed: timeDistributed,
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
};
