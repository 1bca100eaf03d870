/**
 * @file A plain evaluation of a graph of layers, item by item in float64 and loop by loop: what conversions are held against, and where
 * activities for scaling come from.
 */
import { NdArray, sizeOf } from '@ndl/numerics';
import { activate } from './activation-functions.ts';
import { layerUnsupported } from './errors.ts';
import type { ConvolutionLayer, Layer, LayerGraph, PoolingLayer, RecurrentLayer } from './layer-graph.ts';
import { broadcastPlaces, movedPlaces, placesBeside, strides } from './moved-places.ts';

/** How a graph is evaluated. */
export interface EvaluationOptions {
  /** Of how many rows of the data, one after the other, an item is made: its steps, where time is what a network runs through. Default 1. */
  readonly steps?: number;
  /** What computes layers of which nothing is known here. Default: they are refused. */
  readonly foreign?: (layer: Layer, inputs: readonly Float64Array[]) => Float64Array;
}

/**
 * Outputs of all layers, [rows, size] each, by name. `feeds` has the same of each input layer.
 * @throws NdlError LAYER_UNSUPPORTED
 */
export function evaluateLayers(
  graph: LayerGraph,
  feeds: ReadonlyMap<string, NdArray>,
  { steps = 1, foreign }: EvaluationOptions = {},
): ReadonlyMap<string, NdArray> {
  const count = feeds.get(graph.inputs[0]!)!.shape[0]!;
  const rows = new Map<string, NdArray>(
    graph.layers.map(({ name, shape }) => [
      name,
      new NdArray(new Float64Array(count * sizeOf(shape)), [count, sizeOf(shape)]),
    ]),
  );
  const shapes = new Map(graph.layers.map(({ name, shape }) => [name, shape]));
  const outputOf = (layer: Layer, row: number): ArrayLike<number> => {
    if (layer.kind === 'input') return rowOf(feeds.get(layer.name)!, row);
    const inputs = layer.inputs.map((name) => Float64Array.from(rowOf(rows.get(name)!, row)));
    if (layer.kind === 'recurrent')
      return nextState(layer, inputs[0]!, row % steps === 0 ? null : rowOf(rows.get(layer.name)!, row - 1));
    if (layer.kind === 'foreign' && foreign !== undefined) return foreign(layer, inputs);
    return evaluateLayer(
      layer,
      inputs,
      layer.inputs.map((name) => shapes.get(name)!),
    );
  };
  for (let row = 0; row < count; row++)
    for (const layer of graph.layers) rows.get(layer.name)!.data.set(outputOf(layer, row), row * sizeOf(layer.shape));
  return rows;
}

function nextState(layer: RecurrentLayer, x: Float64Array, before: ArrayLike<number> | null): Float64Array {
  const units = layer.shape.at(-1)!;
  const current = evaluateLayer({ ...layer, kind: 'dense' }, [x], [[x.length]]);
  if (before !== null)
    for (let unit = 0; unit < units; unit++)
      for (let at = 0; at < units; at++) current[unit]! += before[at]! * layer.recurrent.data[at * units + unit]!;
  return activate(layer.activation, current, units);
}

function rowOf({ data, shape }: NdArray, item: number): NdArray['data'] {
  return data.subarray(item * shape[1]!, (item + 1) * shape[1]!);
}

/** The output of one layer, for one item. @throws NdlError LAYER_UNSUPPORTED for what nothing is known of, and what has a memory */
function evaluateLayer(
  layer: Layer,
  inputs: readonly Float64Array[],
  shapes: readonly (readonly number[])[],
): Float64Array {
  const [x = new Float64Array()] = inputs;
  const from = shapes[0] ?? [];
  switch (layer.kind) {
    case 'dense': {
      const [size, units] = layer.kernel.shape as [number, number];
      const count = x.length / size;
      const result = new Float64Array(count * units);
      for (let row = 0; row < count; row++)
        for (let unit = 0; unit < units; unit++) {
          let sum = layer.bias?.data[unit] ?? 0;
          for (let at = 0; at < size; at++) sum += x[row * size + at]! * layer.kernel.data[at * units + unit]!;
          result[row * units + unit] = sum;
        }
      return result;
    }
    case 'convolution':
    case 'convolutionTranspose':
      return convolved(layer, x, from);
    case 'pooling':
      return pooled(layer, x, from);
    case 'scale': {
      const apart = strides(layer.shape)[layer.axis]!;
      const size = layer.factor.size;
      return x.map((value, at) => {
        const index = Math.floor(at / apart) % size;
        return value * layer.factor.data[index]! + layer.offset.data[index]!;
      });
    }
    case 'activation':
      return activate(layer.activation, x, layer.shape.at(-1) ?? 1);
    case 'move': {
      const places = movedPlaces(layer.move, from, layer.shape);
      return places === null ? x : Float64Array.from(places, (place) => (place < 0 ? 0 : x[place]!));
    }
    case 'concatenation': {
      const result = new Float64Array(sizeOf(layer.shape));
      placesBeside(shapes, layer.axis).forEach((places, index) =>
        places.forEach((place, at) => (result[place] = inputs[index]![at]!)),
      );
      return result;
    }
    case 'combination': {
      const operands = inputs.map((values, index) => {
        const places = broadcastPlaces(shapes[index]!, layer.shape);
        return places === null ? values : Float64Array.from(places, (place) => values[place]!);
      });
      return operands[0]!.map((_, at) => COMBINE[layer.operation]!(operands.map((values) => values[at]!)));
    }
    default:
      throw layerUnsupported(layer.title, 'cannot be evaluated by itself');
  }
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

const COMBINE: Readonly<Record<string, (values: readonly number[]) => number>> = {
  add: sum,
  subtract: ([first, ...others]) => first! - sum(others),
  average: (values) => sum(values) / values.length,
  divide: ([first, ...others]) => others.reduce((quotient, value) => quotient / value, first!),
  multiply: (values) => values.reduce((product, value) => product * value, 1),
  maximum: (values) => Math.max(...values),
  minimum: (values) => Math.min(...values),
};

/** Calls for each element of a window that lies in the image: its position, and that of the image, both as offsets of their first channel. */
function overWindows(
  image: { readonly spatial: readonly number[]; readonly apart: readonly number[] },
  windows: { readonly spatial: readonly number[]; readonly apart: readonly number[] },
  { strides: steps, dilation, border }: Pick<PoolingLayer, 'strides' | 'dilation' | 'border'>,
  size: readonly number[],
  visit: (window: number, place: number, tap: number) => void,
): void {
  const [positions, taps] = [sizeOf(windows.spatial), sizeOf(size)];
  const [across, among] = [strides(windows.spatial), strides(size)];
  for (let position = 0; position < positions; position++)
    for (let tap = 0; tap < taps; tap++) {
      let [place, window, isInside] = [0, 0, true];
      for (let axis = 0; axis < size.length; axis++) {
        const at = Math.floor(position / across[axis]!) % windows.spatial[axis]!;
        const within = Math.floor(tap / among[axis]!) % size[axis]!;
        const seen = at * steps[axis]! + within * dilation[axis]! - border[axis]![0];
        isInside &&= seen >= 0 && seen < image.spatial[axis]!;
        place += seen * image.apart[axis]!;
        window += at * windows.apart[axis]!;
      }
      if (isInside) visit(window, place, tap);
    }
}

/** Positions of an image, and how far they and its channels are apart. */
function partsOf(shape: readonly number[], channelsLast: boolean) {
  const apart = strides(shape);
  return channelsLast
    ? { spatial: shape.slice(0, -1), apart: apart.slice(0, -1), channels: shape.at(-1)!, channel: 1 }
    : { spatial: shape.slice(1), apart: apart.slice(1), channels: shape[0]!, channel: apart[0]! };
}

function convolved(layer: ConvolutionLayer, x: Float64Array, from: readonly number[]): Float64Array {
  const { kernel, bias, groups, channelsLast } = layer;
  const isTransposed = layer.kind === 'convolutionTranspose';
  const [input, output] = [partsOf(from, channelsLast), partsOf(layer.shape, channelsLast)];
  const [own, filters] = [input.channels / groups, output.channels / groups];
  const result = new Float64Array(sizeOf(layer.shape));
  const [image, windows] = isTransposed ? [output, input] : [input, output];
  overWindows(image, windows, layer, kernel.shape.slice(0, -2), (window, place, tap) => {
    const [at, into] = isTransposed ? [window, place] : [place, window];
    for (let filter = 0; filter < output.channels; filter++) {
      const group = Math.floor(filter / filters);
      let total = 0;
      for (let channel = 0; channel < own; channel++)
        total +=
          x[at + (group * own + channel) * input.channel]! *
          kernel.data[(tap * own + channel) * output.channels + filter]!;
      result[into + filter * output.channel]! += total;
    }
  });
  if (bias === null) return result;
  return result.map((value, at) => value + bias.data[Math.floor(at / output.channel) % output.channels]!);
}

function pooled(layer: PoolingLayer, x: Float64Array, from: readonly number[]): Float64Array {
  const isMax = layer.operation === 'max';
  const [input, output] = [partsOf(from, layer.channelsLast), partsOf(layer.shape, layer.channelsLast)];
  const result = new Float64Array(sizeOf(layer.shape)).fill(isMax ? -Infinity : 0);
  const counts = new Float64Array(result.length);
  overWindows(input, output, layer, layer.poolSize, (window, place) => {
    for (let channel = 0; channel < input.channels; channel++) {
      const into = window + channel * output.channel;
      const value = x[place + channel * input.channel]!;
      result[into] = isMax ? Math.max(result[into]!, value) : result[into]! + value;
      counts[into]! += 1;
    }
  });
  if (isMax) return result;
  const all = sizeOf(layer.poolSize);
  return result.map((value, at) => value / (layer.countBorder ? all : counts[at]!));
}
