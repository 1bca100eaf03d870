/** @file What each operator of ONNX becomes. Channels are first; axis 0 is that of items, which layers do not have. */
import { NdArray, sizeOf } from '@ndl/numerics';
import { layerUnsupported, shapesDiffer, sourceInvalid } from '../errors.ts';
import { clipped, leaky, relu } from '../keras/activations.ts';
import type { Activation, CombinationLayer, Layer, Margin } from '../layer-graph.ts';
import {
  activationLayer,
  combinationLayer,
  concatenationLayer,
  denseLayer,
  moveLayer,
  poolingLayer,
  reshapeLayer,
  scaleLayer,
  type Named,
} from '../layer-shapes.ts';
import { normalization } from '../normalization.ts';
import { arrayAt, layerAt, listOf, numberOf, requiredArray, textOf, wholeOf } from './attributes.ts';
import { shapeFor } from './constant-operators.ts';
import type { OnnxCall } from './onnx-call.ts';
import { convolutionLayers, poolingWindows, transposedLayers } from './window-operators.ts';

type Reader = (call: OnnxCall) => readonly Layer[];

/** The layers that a node becomes; the last has its output. @throws NdlError LAYER_UNSUPPORTED by its name */
export function layersOf(call: OnnxCall): readonly Layer[] {
  const { operator } = call.node;
  const reader = Object.hasOwn(READERS, operator) ? READERS[operator]! : undefined;
  if (reader === undefined)
    throw layerUnsupported(call.title, 'has no counterpart in ndl', `Known are ${Object.keys(READERS).join(', ')}.`);
  return reader(call);
}

/** The layer has the name of the value that it is. */
function named({ node, title }: OnnxCall, part = ''): Named {
  return { name: `${node.outputs[0]!}${part}`, title };
}

/** An axis among those of an item. @throws NdlError LAYER_UNSUPPORTED for that of items */
function axisWithin(call: OnnxCall, axis: number, rank: number): number {
  const own = (axis < 0 ? axis + rank + 1 : axis) - 1;
  if (own < 0) throw layerUnsupported(call.title, 'works along the axis of items');
  if (own >= rank) throw sourceInvalid(call.title, `there is no axis ${axis} of ${rank + 1}`);
  return own;
}

const activated =
  (activation: (call: OnnxCall) => Activation): Reader =>
  (call) => [activationLayer(named(call), layerAt(call, 0), activation(call))];

const plain = (name: string): Reader => activated(() => ({ name, parameters: {} }));

const same: Reader = (call) => [reshapeLayer(named(call), layerAt(call, 0), layerAt(call, 0).shape)];

/** Before version 13, all axes from the given one were one vector. */
const alongRows =
  (name: string): Reader =>
  (call) => {
    const from = layerAt(call, 0);
    const rank = from.shape.length;
    const axis = axisWithin(call, wholeOf(call, 'axis', call.version < 13 ? 1 : -1), rank);
    const activation = { name, parameters: {} };
    if (axis === rank - 1) return [activationLayer(named(call), from, activation)];
    if (call.version < 13) {
      const flat = reshapeLayer(named(call, '/flat'), from, [...from.shape.slice(0, axis), -1]);
      const active = activationLayer(named(call, '/active'), flat, activation);
      return [flat, active, reshapeLayer(named(call), active, from.shape)];
    }
    const order = [...from.shape.keys()].filter((each) => each !== axis);
    const turned = moveLayer(named(call, '/turned'), from, { how: 'permute', order: [...order, axis] });
    const active = activationLayer(named(call, '/active'), turned, activation);
    const back = from.shape.map((_, each) => (each === axis ? rank - 1 : order.indexOf(each)));
    return [turned, active, moveLayer(named(call), active, { how: 'permute', order: back })];
  };

const gemm: Reader = (call) => {
  const from = layerAt(call, 0);
  if (from.shape.length !== 1)
    throw shapesDiffer(call.title, `it takes a matrix, not items of [${from.shape.join(', ')}]`);
  if (wholeOf(call, 'transA', 0) !== 0) throw layerUnsupported(call.title, 'turns its input round, items and all');
  const given = requiredArray(call, 1, 'matrix');
  if (given.rank !== 2) throw shapesDiffer(call.title, `its matrix is [${given.shape.join(', ')}]`);
  const [alpha, beta] = [numberOf(call, 'alpha', 1), numberOf(call, 'beta', 1)];
  const matrix = wholeOf(call, 'transB', 0) === 0 ? given : turned(given);
  const kernel = new NdArray(
    Float64Array.from(matrix.data, (value) => alpha * value),
    matrix.shape,
  );
  const units = kernel.shape[1]!;
  const added = arrayAt(call, 2, 'bias') === undefined ? null : requiredArray(call, 2, 'bias');
  if (added !== null && added.size !== units && added.size !== 1)
    throw layerUnsupported(call.title, `adds an array of [${added.shape.join(', ')}], another for each item`);
  const bias =
    added &&
    new NdArray(
      Float64Array.from({ length: units }, (_, unit) => beta * added.data[added.size === 1 ? 0 : unit]!),
      [units],
    );
  return [denseLayer(named(call), from, { kernel, bias })];
};

function turned(matrix: NdArray): NdArray {
  const [rows, columns] = matrix.shape as [number, number];
  const data = Float64Array.from(
    { length: matrix.size },
    (_, at) => matrix.data[(at % rows) * columns + Math.floor(at / rows)]!,
  );
  return new NdArray(data, [columns, rows]);
}

const matMul: Reader = (call) => {
  const kernel = requiredArray(call, 1, 'matrix');
  if (kernel.rank !== 2) throw layerUnsupported(call.title, `multiplies by an array of [${kernel.shape.join(', ')}]`);
  return [denseLayer(named(call), layerAt(call, 0), { kernel, bias: null })];
};

/** x · factor + offset, of what a constant array stands for; element by element where it varies along more than one axis. */
function scaled(
  call: OnnxCall,
  from: Layer,
  array: NdArray,
  by: (value: number) => readonly [number, number],
): readonly Layer[] {
  const { shape } = from;
  const own = [...array.shape];
  while (own.length > shape.length && own[0] === 1) own.shift();
  const aligned = [...new Array<number>(Math.max(0, shape.length - own.length)).fill(1), ...own];
  const fits = aligned.length === shape.length && aligned.every((size, axis) => size === 1 || size === shape[axis]);
  if (!fits)
    throw layerUnsupported(
      call.title,
      `meets an array of [${array.shape.join(', ')}] that does not fit items of [${shape.join(', ')}]`,
    );
  const axes = [...aligned.keys()].filter((axis) => aligned[axis] !== 1);
  const pair = (values: ArrayLike<number>): { readonly factor: NdArray; readonly offset: NdArray } => {
    const both = Array.from(values, by);
    const [factor, offset] = [0, 1].map(
      (at) =>
        new NdArray(
          Float64Array.from(both, (each) => each[at]!),
          [both.length],
        ),
    );
    return { factor: factor!, offset: offset! };
  };
  if (axes.length <= 1 && shape.length > 0) {
    const axis = axes[0] ?? shape.length - 1;
    const values = axes.length === 1 ? array.data : new Float64Array(shape[axis]!).fill(array.data[0]!);
    return [scaleLayer(named(call), from, { axis, ...pair(values) })];
  }
  const whole = Float64Array.from({ length: sizeOf(shape) }, (_, element) => {
    let place = 0;
    for (let axis = 0; axis < shape.length; axis++) {
      const position = Math.floor(element / sizeOf(shape.slice(axis + 1))) % shape[axis]!;
      place = place * aligned[axis]! + (aligned[axis] === 1 ? 0 : position);
    }
    return array.data[place]!;
  });
  const flat = reshapeLayer(named(call, '/flat'), from, [-1]);
  const changed = scaleLayer(named(call, '/changed'), flat, { axis: 0, ...pair(whole) });
  return [flat, changed, reshapeLayer(named(call), changed, shape)];
}

type Combine = CombinationLayer['operation'];

/** Layers are combined; with a constant array, what comes in is scaled. */
const arithmetic =
  (
    operation: Combine,
    right: (value: number) => readonly [number, number],
    left: ((value: number) => readonly [number, number]) | undefined,
  ): Reader =>
  (call) => {
    const [a, b] = call.inputs;
    if (operation === 'divide' && call.isWhole)
      throw layerUnsupported(call.title, 'divides whole numbers, of which ONNX drops the fractions');
    if (a !== undefined && b !== undefined && 'constant' in a && 'layer' in b) {
      if (left === undefined) throw layerUnsupported(call.title, 'divides a constant by what comes in');
      return scaled(call, b.layer, requiredArray(call, 0, 'array'), left);
    }
    if (b !== undefined && 'constant' in b)
      return scaled(call, layerAt(call, 0), requiredArray(call, 1, 'array'), right);
    return combined(operation)(call);
  };

const combined =
  (operation: Combine): Reader =>
  (call) => {
    const from = call.inputs.map((_, at) => layerAt(call, at));
    if (from.some(({ shape }) => shape.length !== from[0]!.shape.length))
      throw layerUnsupported(call.title, 'combines arrays of different numbers of axes');
    if (from.length === 1) return same(call);
    return [combinationLayer(named(call), from, operation)];
  };

const pooled =
  (operation: 'max' | 'average'): Reader =>
  (call) => {
    if (call.node.outputs.slice(1).some((name) => name !== ''))
      throw layerUnsupported(call.title, 'puts out where the greatest numbers stand');
    const countBorder = wholeOf(call, 'count_include_pad', 0) !== 0;
    const size = listOf(call, 'kernel_shape');
    if (size === undefined) throw sourceInvalid(call.title, 'it has no kernel_shape');
    const from = layerAt(call, 0);
    const windows = poolingWindows(call, from, size);
    return [poolingLayer(named(call), from, { ...windows, operation, poolSize: size, countBorder })];
  };

const globallyPooled =
  (operation: 'max' | 'average'): Reader =>
  (call) => [pooledOver(call, named(call), layerAt(call, 0), operation)];

function pooledOver(call: OnnxCall, own: Named, from: Layer, operation: 'max' | 'average'): Layer {
  const poolSize = from.shape.slice(1);
  if (poolSize.length === 0) throw shapesDiffer(call.title, 'it takes an image');
  const ones = poolSize.map(() => 1);
  return poolingLayer(own, from, {
    strides: ones,
    dilation: ones,
    padding: 'valid',
    channelsLast: false,
    operation,
    poolSize,
  });
}

/** The mean over all positions of an image. */
const reduceMean: Reader = (call) => {
  const from = layerAt(call, 0);
  const axes = (listOf(call, 'axes', 1) ?? []).map((axis) => axisWithin(call, axis, from.shape.length));
  const isSpatial = axes.length === from.shape.length - 1 && !axes.includes(0) && axes.length > 0;
  if (!isSpatial) throw layerUnsupported(call.title, 'takes the mean over other axes than those of positions');
  if (wholeOf(call, 'keepdims', 1) !== 0) return [pooledOver(call, named(call), from, 'average')];
  const kept = pooledOver(call, named(call, '/pooled'), from, 'average');
  return [kept, reshapeLayer(named(call), kept, [from.shape[0]!])];
};

const flatten: Reader = (call) => {
  const from = layerAt(call, 0);
  const axis = wholeOf(call, 'axis', 1);
  if ((axis < 0 ? axis + from.shape.length + 1 : axis) !== 1)
    throw layerUnsupported(call.title, `flattens about axis ${axis}, items and all`);
  return [reshapeLayer(named(call), from, [-1])];
};

const reshape: Reader = (call) => {
  const from = layerAt(call, 0);
  const wanted = listOf(call, 'shape', 1);
  if (wanted === undefined) throw sourceInvalid(call.title, 'it has no shape');
  const [first, ...rest] = wanted;
  // The axis of items stays: as it was, as many as there are, or what is left.
  const isKept = first === 0 || first === call.items || first === -1;
  if (!isKept) throw layerUnsupported(call.title, `makes [${wanted.join(', ')}], across the axis of items`);
  const shape = first === -1 ? rest.map((size, axis) => (size === 0 ? from.shape[axis]! : size)) : undefined;
  const whole = shape ?? shapeFor(call, [call.items, ...from.shape], wanted).slice(1);
  return [reshapeLayer(named(call), from, whole)];
};

const transpose: Reader = (call) => {
  const from = layerAt(call, 0);
  const order = listOf(call, 'perm') ?? [...from.shape.keys(), from.shape.length].toReversed();
  if (order[0] !== 0) throw layerUnsupported(call.title, 'moves the axis of items');
  return [moveLayer(named(call), from, { how: 'permute', order: order.slice(1).map((axis) => axis - 1) })];
};

const unsqueeze: Reader = (call) => {
  const from = layerAt(call, 0);
  const axes = listOf(call, 'axes', 1) ?? [];
  const rank = from.shape.length + axes.length;
  const added = new Set(axes.map((axis) => axisWithin(call, axis, rank)));
  const own = [...from.shape];
  return [
    reshapeLayer(
      named(call),
      from,
      Array.from({ length: rank }, (_, axis) => (added.has(axis) ? 1 : own.shift()!)),
    ),
  ];
};

const squeeze: Reader = (call) => {
  const from = layerAt(call, 0);
  const axes = listOf(call, 'axes', 1)?.map((axis) => axisWithin(call, axis, from.shape.length));
  if (axes === undefined && call.items === 1) throw layerUnsupported(call.title, 'drops the axis of items');
  const shape = from.shape.filter((size, axis) => (axes === undefined ? size !== 1 : !axes.includes(axis)));
  return [reshapeLayer(named(call), from, shape)];
};

const pad: Reader = (call) => {
  const from = layerAt(call, 0);
  if (textOf(call, 'mode', 'constant') !== 'constant')
    throw layerUnsupported(call.title, 'pads otherwise than with a constant');
  const value = call.version < 11 ? numberOf(call, 'value', 0) : (arrayAt(call, 2, 'value')?.data[0] ?? 0);
  if (value !== 0) throw layerUnsupported(call.title, `pads with ${value}, not with zeros`);
  const pads = listOf(call, call.version < 2 ? 'paddings' : 'pads', 1) ?? [];
  const rank = from.shape.length + 1;
  if (pads.length !== 2 * rank) throw shapesDiffer(call.title, `${pads.length} pads are given for ${rank} axes`);
  if (pads[0] !== 0 || pads[rank] !== 0) throw layerUnsupported(call.title, 'pads the axis of items');
  const margins = from.shape.map((_, axis): Margin => [pads[axis + 1]!, pads[axis + 1 + rank]!]);
  return [moveLayer(named(call), from, { how: 'pad', margins })];
};

/** Each position as often as the scale says, where that is a whole number. */
const resize =
  (scalesAt: number): Reader =>
  (call) => {
    const from = layerAt(call, 0);
    const isNearest = textOf(call, 'mode', 'nearest') === 'nearest';
    const given = call.node.attributes.get('scales') ?? arrayAt(call, scalesAt, 'scales')?.data;
    const scales = given === undefined || typeof given !== 'object' ? [] : [...(given as Iterable<number>)];
    const isPlain =
      scales.length === from.shape.length + 1 &&
      scales.every((scale) => Number.isInteger(scale) && scale >= 1) &&
      scales[0] === 1;
    if (!isNearest || !isPlain) throw layerUnsupported(call.title, 'makes another size than by repeating positions');
    return [moveLayer(named(call), from, { how: 'repeat', times: scales.slice(1) })];
  };

const concat: Reader = (call) => {
  const from = call.inputs.map((_, at) => layerAt(call, at));
  const axis = axisWithin(call, wholeOf(call, 'axis', 1), from[0]?.shape.length ?? 0);
  return [concatenationLayer(named(call), from, axis)];
};

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

const clip: Reader = (call) => {
  const bound = (name: string, at: number, fallback: number): number =>
    call.version < 11 ? numberOf(call, name, fallback) : (arrayAt(call, at, name)?.data[0] ?? fallback);
  const [low, high] = [bound('min', 1, -Infinity), bound('max', 2, Infinity)];
  const activation = low === 0 && high > 0 ? relu({ maximum: high }) : clipped(low, high);
  return [activationLayer(named(call), layerAt(call, 0), activation)];
};

/** Slopes that differ are two layers: slope · x + (1 - slope) · relu(x). */
const parametricRelu: Reader = (call) => {
  const from = layerAt(call, 0);
  const slope = requiredArray(call, 1, 'slope');
  if (slope.data.every((value) => value === slope.data[0]))
    return [activationLayer(named(call), from, leaky(slope.data[0]!))];
  const part = (name: string): OnnxCall => ({
    ...call,
    node: { ...call.node, outputs: [`${call.node.outputs[0]!}/${name}`] },
  });
  const above = activationLayer(named(call, '/above'), from, relu({}));
  const kept = scaled(part('kept'), from, slope, (value) => [value, 0]);
  const added = scaled(part('added'), above, slope, (value) => [1 - value, 0]);
  return [above, ...kept, ...added, combinationLayer(named(call), [kept.at(-1)!, added.at(-1)!], 'add')];
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
