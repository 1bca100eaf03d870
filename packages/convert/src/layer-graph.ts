/**
 * @file `LayerGraph`: a trained network as plain data, whichever tool it comes from. Shapes are those of one item, without the axis of items;
 * what flows along an edge is one vector, in row-major order.
 */
import type { NdArray } from '@ndl/numerics';

/** Positions before the first and after the last along an axis. */
export type Margin = readonly [before: number, after: number];

interface AnyLayer {
  /** Unique in its graph. */
  readonly name: string;
  /** For people: what the tool that it comes from calls it, `Conv2D 'features'`. */
  readonly title: string;
  /** Names of layers whose outputs come in. */
  readonly inputs: readonly string[];
  /** Of what goes out. */
  readonly shape: readonly number[];
}

export interface InputLayer extends AnyLayer {
  readonly kind: 'input';
}

/** x · kernel + bias, along the last axis. */
export interface DenseLayer extends AnyLayer {
  readonly kind: 'dense';
  /** [in, out]. */
  readonly kernel: NdArray;
  /** [out]. */
  readonly bias: NdArray | null;
}

/** Windows of an image of one to three dimensions. */
interface Windows {
  readonly channelsLast: boolean;
  readonly strides: readonly number[];
  readonly dilation: readonly number[];
  /** How far windows reach beyond the image, for each dimension. */
  readonly border: readonly Margin[];
}

/** A convolution, or the transpose of one, whose border is then cut from its output. */
export interface ConvolutionLayer extends AnyLayer, Windows {
  readonly kind: 'convolution' | 'convolutionTranspose';
  /** [...kernel size, channels / groups, filters], not flipped. */
  readonly kernel: NdArray;
  /** [filters]. */
  readonly bias: NdArray | null;
  readonly groups: number;
}

export interface PoolingLayer extends AnyLayer, Windows {
  readonly kind: 'pooling';
  readonly operation: 'max' | 'average';
  readonly poolSize: readonly number[];
  /** Whether positions beyond the image count as zeros in a mean. */
  readonly countBorder: boolean;
}

/** x · factor + offset, for each index along one axis: what batch normalization is once it has learnt. */
export interface ScaleLayer extends AnyLayer {
  readonly kind: 'scale';
  readonly axis: number;
  readonly factor: NdArray;
  readonly offset: NdArray;
}

/** A function of each number, or of vectors along the last axis. */
export interface Activation {
  readonly name: string;
  readonly parameters: Readonly<Record<string, number>>;
}

export interface ActivationLayer extends AnyLayer {
  readonly kind: 'activation';
  readonly activation: Activation;
}

/** Elements that change their places. */
export type Move =
  /** Another shape, the same order. */
  | { readonly how: 'reshape' }
  /** Axis `order[i]` of what comes in is axis i of what goes out. */
  | { readonly how: 'permute'; readonly order: readonly number[] }
  /** Zeros around, or, where numbers are negative, so many positions cut off. */
  | { readonly how: 'pad'; readonly margins: readonly Margin[] }
  /** Each position so many times in a row, along each axis. */
  | { readonly how: 'repeat'; readonly times: readonly number[] };

export interface MoveLayer extends AnyLayer {
  readonly kind: 'move';
  readonly move: Move;
}

/** Side by side, along one axis. */
export interface ConcatenationLayer extends AnyLayer {
  readonly kind: 'concatenation';
  readonly axis: number;
}

/** Element by element; what has fewer axes, or some of length 1, is repeated. */
export interface CombinationLayer extends AnyLayer {
  readonly kind: 'combination';
  readonly operation: 'add' | 'subtract' | 'average' | 'multiply' | 'divide' | 'maximum' | 'minimum';
}

/** state = activation(x · kernel + state · recurrent + bias), step after step; only where time is what a network runs through. */
export interface RecurrentLayer extends AnyLayer {
  readonly kind: 'recurrent';
  /** [in, out], [out, out], [out]. */
  readonly kernel: NdArray;
  readonly recurrent: NdArray;
  readonly bias: NdArray | null;
  readonly activation: Activation;
}

/** One that ndl has no counterpart of. */
export interface ForeignLayer extends AnyLayer {
  readonly kind: 'foreign';
  /** What is not supported, to follow the layer's title. */
  readonly problem: string;
  /** The layer of tf.layers itself, where the network comes from there. */
  readonly layer?: object;
}

export type Layer =
  | InputLayer
  | DenseLayer
  | ConvolutionLayer
  | PoolingLayer
  | ScaleLayer
  | ActivationLayer
  | MoveLayer
  | ConcatenationLayer
  | CombinationLayer
  | RecurrentLayer
  | ForeignLayer;

/** Layers in an order in which each follows what comes into it. */
export interface LayerGraph {
  readonly layers: readonly Layer[];
  /** Names of input layers, in the model's order. */
  readonly inputs: readonly string[];
  /** Names of layers that are the outputs, in the model's order. */
  readonly outputs: readonly string[];
}

/** The layer of a name. */
export function layerOf(graph: LayerGraph, name: string): Layer {
  return graph.layers.find((layer) => layer.name === name)!;
}

/** How many layers take the output of each, the model's own outputs counted. */
export function readersOf({ layers, outputs }: LayerGraph): ReadonlyMap<string, number> {
  const count = new Map<string, number>();
  for (const name of [...layers.flatMap(({ inputs }) => inputs), ...outputs])
    count.set(name, (count.get(name) ?? 0) + 1);
  return count;
}
