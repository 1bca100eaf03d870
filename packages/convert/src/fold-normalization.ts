/** @file Folds what batch normalization has learnt into the layer before it, and drops layers that change nothing. */
import { NdArray } from '@ndl/numerics';
import {
  layerOf,
  readersOf,
  type ConvolutionLayer,
  type DenseLayer,
  type Layer,
  type LayerGraph,
  type ScaleLayer,
} from './layer-graph.ts';

/** The same network with as few layers as say the same. Names of layers that are dropped are those of `dropped`. */
export interface FoldedGraph {
  readonly graph: LayerGraph;
  /** By the name of each layer that is gone, the one whose output is the same. */
  readonly dropped: ReadonlyMap<string, string>;
}

export function foldNormalization(given: LayerGraph): FoldedGraph {
  const dropped = new Map<string, string>();
  let graph = given;
  for (;;) {
    const step = foldOne(graph) ?? dropOne(graph);
    if (step === undefined) return { graph, dropped };
    for (const [name, same] of dropped) if (same === step.gone) dropped.set(name, step.same);
    dropped.set(step.gone, step.same);
    graph = step.graph;
  }
}

interface Step {
  readonly graph: LayerGraph;
  readonly gone: string;
  readonly same: string;
}

/** A scale that alone reads a layer with a kernel: the kernel is scaled. The layer keeps its name, and has the scale's output. */
function foldOne(graph: LayerGraph): Step | undefined {
  const readers = readersOf(graph);
  for (const scale of graph.layers) {
    if (scale.kind !== 'scale') continue;
    const before = layerOf(graph, scale.inputs[0]!);
    if (readers.get(before.name) !== 1 || !isWeighted(before) || !isAlongFilters(before, scale)) continue;
    return replaced(graph, scale, scaled(before, scale));
  }
  return undefined;
}

function isWeighted(layer: Layer): layer is DenseLayer | ConvolutionLayer {
  return layer.kind === 'dense' || layer.kind === 'convolution' || layer.kind === 'convolutionTranspose';
}

function isAlongFilters(layer: DenseLayer | ConvolutionLayer, { axis, shape }: ScaleLayer): boolean {
  return axis === (layer.kind === 'dense' || layer.channelsLast ? shape.length - 1 : 0);
}

/** Filters are the last axis of every kernel. */
function scaled<Own extends DenseLayer | ConvolutionLayer>(layer: Own, { factor, offset }: ScaleLayer): Own {
  const { kernel, bias } = layer;
  const size = factor.size;
  const data = Float64Array.from(kernel.data, (value, at) => value * factor.data[at % size]!);
  const sum = Float64Array.from(factor.data, (value, at) => (bias?.data[at] ?? 0) * value + offset.data[at]!);
  return { ...layer, kernel: new NdArray(data, kernel.shape), bias: new NdArray(sum, [size]) };
}

/** A move that moves nothing, unless it is all that there is of an output. */
function dropOne(graph: LayerGraph): Step | undefined {
  for (const layer of graph.layers) {
    if (layer.kind !== 'move' || layer.move.how !== 'reshape') continue;
    const before = layerOf(graph, layer.inputs[0]!);
    if (before.shape.join() !== layer.shape.join() || before.kind === 'input') continue;
    return replaced(graph, layer, before);
  }
  return undefined;
}

/** Without `gone`: who read it reads `same`, which stands for the layer of its name. */
function replaced(graph: LayerGraph, gone: Layer, same: Layer): Step {
  const renamed = (name: string): string => (name === gone.name ? same.name : name);
  return {
    graph: {
      layers: graph.layers
        .filter((layer) => layer !== gone)
        .map((layer) => (layer.name === same.name ? same : { ...layer, inputs: layer.inputs.map(renamed) })),
      inputs: graph.inputs,
      outputs: graph.outputs.map(renamed),
    },
    gone: gone.name,
    same: same.name,
  };
}
