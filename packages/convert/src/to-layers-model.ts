/** @file Back again: a graph of layers, with the weights that its network has learnt, as a model of tf.layers. */
import type { Simulator } from 'ndl';
import { NdArray, sizeOf } from '@ndl/numerics';
import type { ConversionParts } from './conversion-parts.ts';
import { invalidOption, layerUnsupported } from './errors.ts';
import { layerOf, type ConvolutionLayer, type DenseLayer, type Layer, type Margin } from './layer-graph.ts';

/** A layer of tf.layers that is being applied. */
interface AnyLayer {
  apply(inputs: unknown): unknown;
  setWeights(weights: readonly unknown[]): void;
}

/** What is used of `@tensorflow/tfjs` or `@tensorflow/tfjs-layers`. */
export interface TensorFlowLayers {
  // Factories of tf.layers take each its own options.
  readonly layers: object;
  input(options: { readonly shape: number[]; readonly name: string }): unknown;
  model(options: never): unknown;
}

/** The model that a module of tf.layers makes. */
export type BuiltModel<Tf extends TensorFlowLayers> = ReturnType<Tf['model']>;

export async function toLayersModel<Tf extends TensorFlowLayers>(
  parts: ConversionParts,
  tf: Tf,
  simulator?: Simulator,
): Promise<BuiltModel<Tf>> {
  if (typeof tf !== 'object' || tf === null || typeof tf.input !== 'function' || typeof tf.model !== 'function')
    throw invalidOption('toLayersModel: tf', 'what @tensorflow/tfjs, or @tensorflow/tfjs-layers, exports', tf);
  const { graph } = parts.plan;
  const { withTensors } = await import('@ndl/backend-tfjs/tensor-node');
  const made = new Map<string, unknown>();
  for (const layer of graph.layers) {
    const weights = weightsOf(parts, layer, simulator);
    const from = layer.inputs.map((name) => made.get(name));
    const before = layer.inputs.map((name) => layerOf(graph, name));
    made.set(layer.name, withoutTidying(layer, before, from, weights));
  }
  const symbolic = (names: readonly string[]): unknown => {
    const list = names.map((name) => made.get(name));
    return list.length === 1 ? list[0] : list;
  };
  return tf.model({ inputs: symbolic(graph.inputs), outputs: symbolic(graph.outputs) } as never) as BuiltModel<Tf>;

  function withoutTidying(
    layer: Layer,
    before: readonly Layer[],
    from: readonly unknown[],
    weights: readonly NdArray[],
  ): unknown {
    const name = layer.name.replaceAll(/[^\w.-]/g, '_');
    if (layer.kind === 'input') return tf.input({ shape: [...layer.shape], name });
    if (layer.kind === 'foreign' && layer.layer !== undefined)
      return (layer.layer as AnyLayer).apply(from.length === 1 ? from[0] : from);
    let value: unknown = from.length === 1 ? from[0] : from;
    for (const { factory, options, hasWeights } of stepsFor(layer, before)) {
      const make = (tf.layers as Readonly<Record<string, unknown>>)[factory];
      if (typeof make !== 'function')
        throw layerUnsupported(layer.title, `needs ${factory}, which tf.layers does not have`);
      const own = (make as (options: object) => AnyLayer).call(tf.layers, { ...options, ...(hasWeights && { name }) });
      value = own.apply(value);
      if (hasWeights && weights.length > 0)
        withTensors((core) =>
          own.setWeights(weights.map(({ data, shape }) => core.tensor(Float32Array.from(data), [...shape]))),
        );
    }
    return value;
  }
}

/** A call of a factory of tf.layers. */
interface Step {
  readonly factory: string;
  readonly options: object;
  /** Whether this is the one that has the layer's name and weights. */
  readonly hasWeights: boolean;
}

const main = (factory: string, options: object): readonly Step[] => [{ factory, options, hasWeights: true }];

/** What tf.layers makes of a layer. @throws NdlError LAYER_UNSUPPORTED */
function stepsFor(layer: Layer, [before]: readonly Layer[]): readonly Step[] {
  switch (layer.kind) {
    case 'dense':
      return main('dense', { units: layer.kernel.shape[1], useBias: layer.bias !== null });
    case 'convolution':
    case 'convolutionTranspose':
      return convolutionSteps(layer, before!);
    case 'scale':
      return alongLastAxis(layer, main('batchNormalization', { axis: layer.shape.length, epsilon: EPSILON }));
    case 'pooling': {
      const { poolSize, strides, channelsLast } = layer;
      if (layer.dilation.some((apart) => apart !== 1) || layer.countBorder)
        throw layerUnsupported(layer.title, 'pools in a way that tf.layers does not have');
      const padding = paddingName(layer, before!, poolSize);
      const factory = `${layer.operation}Pooling${poolSize.length}d`;
      return main(factory, { poolSize, strides, padding, dataFormat: formatOf(channelsLast) });
    }
    case 'activation':
      return activationSteps(layer);
    case 'concatenation':
      return main('concatenate', { axis: layer.axis + 1 });
    case 'combination':
      if (layer.operation === 'subtract' || layer.operation === 'divide')
        throw layerUnsupported(layer.title, `${layer.operation}s, for which tf.layers has no layer`);
      return main(layer.operation, {});
    case 'move':
      if (layer.move.how === 'reshape') return main('reshape', { targetShape: [...layer.shape] });
      if (layer.move.how === 'permute') return main('permute', { dims: layer.move.order.map((axis) => axis + 1) });
      if (layer.move.how === 'repeat' && layer.shape.length === 3 && layer.move.times[2] === 1)
        return main('upSampling2d', { size: layer.move.times.slice(0, 2), dataFormat: 'channelsLast' });
      if (
        layer.move.how === 'repeat' &&
        before!.shape.length === 2 &&
        before!.shape[0] === 1 &&
        layer.move.times[1] === 1
      )
        return [
          { factory: 'reshape', options: { targetShape: [before!.shape[1]] }, hasWeights: false },
          ...main('repeatVector', { n: layer.move.times[0] }),
        ];
      if (layer.move.how === 'pad' && layer.move.margins.flat().every((size) => size <= 0)) return croppingSteps(layer);
      if (layer.move.how === 'pad') return main('zeroPadding2d', { padding: paddingOf(layer, layer.move.margins) });
      throw layerUnsupported(layer.title, 'moves elements in a way that tf.layers does not have');
    default:
      throw layerUnsupported(layer.title, 'has no counterpart in tf.layers');
  }
}

/** Some engines of TensorFlow.js normalize rightly along the last axis alone: another one is moved there, and back. */
function alongLastAxis({ axis, shape }: Extract<Layer, { kind: 'scale' }>, steps: readonly Step[]): readonly Step[] {
  if (axis === shape.length - 1) return steps;
  const others = shape.flatMap((_, each) => (each === axis ? [] : [each + 1]));
  const back = shape.map((_, each) => (each === axis ? shape.length : others.indexOf(each + 1) + 1));
  const permute = (dims: readonly number[]): Step => ({ factory: 'permute', options: { dims }, hasWeights: false });
  return [permute([...others, axis + 1]), ...steps, permute(back)];
}

/** Of batch normalization: the variance makes up for it. */
const EPSILON = 1e-3;

/** What tf.layers calls activations that have no parameters. */
const ACTIVATION_NAMES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    'relu sigmoid tanh softmax softplus softsign selu mish logSoftmax gelu'.split(' ').map((name) => [name, name]),
  ),
  silu: 'swish',
  geluTanh: 'gelu_new',
};

function activationSteps(layer: Extract<Layer, { kind: 'activation' }>): readonly Step[] {
  const { name, parameters } = layer.activation;
  const { slope = 0, threshold = 0, maximum } = parameters;
  if (name === 'leakyRelu') return main('leakyReLU', { alpha: slope });
  if (name === 'boundedRelu' && slope === 0 && threshold === 0) return main('reLU', { maxValue: maximum });
  if (name === 'boundedRelu' && slope === 0 && !Number.isFinite(maximum))
    return main('thresholdedReLU', { theta: threshold });
  if (name === 'hardSigmoid' && slope === 0.2 && parameters['offset'] === 0.5)
    return main('activation', { activation: name });
  if (name === 'elu') return main('elu', { alpha: parameters['alpha'] });
  const known = Object.hasOwn(ACTIVATION_NAMES, name) ? ACTIVATION_NAMES[name] : undefined;
  if (known === undefined || Object.keys(parameters).length > 0)
    throw layerUnsupported(layer.title, `has the activation '${name}', which tf.layers does not have so`);
  return main('activation', { activation: known });
}

function convolutionSteps(layer: ConvolutionLayer, before: Layer): readonly Step[] {
  const { kernel, strides, dilation, groups, channelsLast, bias, kind, border } = layer;
  const kernelSize = kernel.shape.slice(0, -2);
  const dimensions = kernelSize.length;
  const filters = kernel.shape.at(-1)!;
  const channels = channelsLast ? before.shape.at(-1)! : before.shape[0]!;
  const common = {
    kernelSize,
    strides,
    dilationRate: dilation,
    useBias: bias !== null,
    dataFormat: formatOf(channelsLast),
  };
  if (kind === 'convolutionTranspose') {
    const isPlain = groups === 1 && dilation.every((apart) => apart === 1);
    const isWhole = border.every(([first, last]) => first + last === 0);
    const isSame = spatialOf(layer.shape, channelsLast).every(
      (size, axis) => size === spatialOf(before.shape, channelsLast)[axis]! * strides[axis]!,
    );
    if (!isPlain || !(isWhole || isSame))
      throw layerUnsupported(layer.title, 'is a transposed convolution of a kind that tf.layers does not have');
    return main(`conv${dimensions}dTranspose`, { ...common, filters, padding: isWhole ? 'valid' : 'same' });
  }
  const isDepthwise = groups > 1 && groups === channels && dimensions === 2;
  if (groups > 1 && !isDepthwise) throw layerUnsupported(layer.title, 'has groups, which tf.layers does not have');
  const factory = isDepthwise ? 'depthwiseConv2d' : `conv${dimensions}d`;
  const own = isDepthwise ? { ...common, depthMultiplier: filters / channels } : { ...common, filters };
  const name = paddingName(layer, before, kernelSize, dimensions === 2 && channelsLast);
  if (name !== undefined) return main(factory, { ...own, padding: name });
  const padding = border.map(([first, last]) => [first, last]);
  return [
    { factory: 'zeroPadding2d', options: { padding }, hasWeights: false },
    ...main(factory, { ...own, padding: 'valid' }),
  ];
}

function formatOf(channelsLast: boolean): string {
  return channelsLast ? 'channelsLast' : 'channelsFirst';
}

function spatialOf(shape: readonly number[], channelsLast: boolean): readonly number[] {
  return channelsLast ? shape.slice(0, -1) : shape.slice(1);
}

/** `valid`, `same`, or undefined where zeros can stand around the image in a layer of their own. @throws NdlError LAYER_UNSUPPORTED */
function paddingName(
  layer: Pick<ConvolutionLayer, 'border' | 'strides' | 'dilation' | 'channelsLast' | 'shape' | 'title'>,
  before: Layer,
  size: readonly number[],
  mayPad = false,
): string | undefined {
  const { border, strides, dilation, channelsLast } = layer;
  if (border.every(([first, last]) => first === 0 && last === 0)) return 'valid';
  const [from, into] = [spatialOf(before.shape, channelsLast), spatialOf(layer.shape, channelsLast)];
  const isSame = from.every((length, axis) => {
    const reach = (size[axis]! - 1) * dilation[axis]! + 1;
    const missing = Math.max((into[axis]! - 1) * strides[axis]! + reach - length, 0);
    return into[axis] === Math.ceil(length / strides[axis]!) && border[axis]![0] === Math.floor(missing / 2);
  });
  if (isSame) return 'same';
  if (mayPad) return undefined;
  throw layerUnsupported(layer.title, 'has a border that tf.layers does not have');
}

function croppingSteps(layer: Extract<Layer, { kind: 'move' }>): readonly Step[] {
  const { move } = layer;
  if (move.how !== 'pad' || move.margins.length !== 3 || move.margins[2]!.some((size) => size !== 0))
    throw layerUnsupported(layer.title, 'cuts in a way that tf.layers does not have');
  const cropping = move.margins.slice(0, 2).map((pair) => pair.map((size) => Math.abs(size)));
  return main('cropping2D', { cropping, dataFormat: 'channelsLast' });
}

function paddingOf(layer: Layer, margins: readonly Margin[]): readonly (readonly number[])[] {
  const isOfImage = margins.length === 3 && margins[2]!.every((size) => size === 0);
  if (!isOfImage || margins.flat().some((size) => size < 0))
    throw layerUnsupported(layer.title, 'pads or cuts in a way that tf.layers does not have');
  return margins.slice(0, 2).map((pair) => [...pair]);
}

/** As tf.layers takes them, in order. */
function weightsOf(parts: ConversionParts, layer: Layer, simulator: Simulator | undefined): readonly NdArray[] {
  if (layer.kind === 'scale') {
    const filled = (value: number): NdArray =>
      new NdArray(new Float64Array(layer.factor.size).fill(value), layer.factor.shape);
    return [layer.factor, layer.offset, filled(0), filled(1 - EPSILON)];
  }
  if (layer.kind !== 'dense' && layer.kind !== 'convolution' && layer.kind !== 'convolutionTranspose') return [];
  const { kernel, bias } = simulator === undefined ? layer : learnt(parts, layer, simulator);
  const inOrder = layer.kind === 'dense' ? kernel : kernelFor(layer, kernel);
  return bias === null ? [inOrder] : [inOrder, bias];
}

/** What a simulator has made of them. */
function learnt(
  { plan, written }: ConversionParts,
  layer: DenseLayer | ConvolutionLayer,
  simulator: Simulator,
): Pick<DenseLayer, 'kernel' | 'bias'> {
  const { kernel, bias } = written.parameters.get(layer.name)!;
  const connection = simulator.data.get(kernel);
  const own = connection.parameters['kernel'];
  const kept = own?.reshape(layer.kernel.shape) ?? transposed(connection.weights!);
  if (bias === undefined || layer.bias === null) return { kernel: kept, bias: null };
  const { size } = layer.bias;
  if (bias.kind === 'connection') {
    const { parameters, weights } = simulator.data.get(bias);
    return { kernel: kept, bias: (parameters['kernel'] ?? weights!).reshape([size]) };
  }
  // Neurons have a bias for each position, times their gain.
  const scale = plan.scales.get(bias.label!) ?? 1;
  const each = simulator.data.get(bias).bias!;
  const apart = layer.kind === 'dense' || layer.channelsLast ? 1 : sizeOf(layer.shape) / size;
  const data = Float64Array.from({ length: size }, (_, filter) => each.data[filter * apart]! / scale);
  return { kernel: kept, bias: new NdArray(data, [size]) };
}

/** A depthwise kernel is [...size, channels, multiplier], that of a transposed convolution [...size, filters, channels]. */
function kernelFor({ kind, groups }: ConvolutionLayer, kernel: NdArray): NdArray {
  const size = kernel.shape.slice(0, -2);
  const [own, filters] = kernel.shape.slice(-2) as [number, number];
  if (kind === 'convolutionTranspose') {
    const data = new Float64Array(kernel.size);
    kernel.data.forEach((value, at) => {
      const [block, within] = [Math.floor(at / (own * filters)), at % (own * filters)];
      data[block * own * filters + (within % filters) * own + Math.floor(within / filters)] = value;
    });
    return new NdArray(data, [...size, filters, own]);
  }
  return groups > 1 ? kernel.reshape([...size, groups, filters / groups]) : kernel;
}

function transposed(matrix: NdArray): NdArray {
  const [rows, columns] = matrix.shape as [number, number];
  const data = Float64Array.from(
    { length: matrix.size },
    (_, at) => matrix.data[(at % rows) * columns + Math.floor(at / rows)]!,
  );
  return new NdArray(data, [columns, rows]);
}
