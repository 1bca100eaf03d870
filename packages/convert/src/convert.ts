/** @file `convert`: a trained network becomes one of ndl. */
import { Network } from 'ndl';
import { refuseSurplus } from '@ndl/numerics';
import { areFromData, checkedOptions, type CheckedOptions, type ConvertOptions } from './convert-options.ts';
import { Conversion } from './conversion.ts';
import { invalidOption, sourceUnknown } from './errors.ts';
import { evaluateLayers } from './evaluate-layers.ts';
import { fallbackFor } from './fallbacks.ts';
import { scalesOf } from './firing-rates.ts';
import { foldNormalization } from './fold-normalization.ts';
import { layerFeeds } from './layer-feeds.ts';
import type { LayerGraph } from './layer-graph.ts';
import { neuronsOf, problemWith, writeNetwork, type NetworkPlan } from './network-writing.ts';
import { poolBeforeNeurons } from './pool-before-neurons.ts';
import { isLayersModel, readLayersModel, type LayersModelLike } from './keras/tf-layers-model.ts';
import { readKerasH5, readKerasZip } from './keras/keras-file.ts';
import { readOnnx } from './onnx/read-onnx.ts';

/** What can be converted: a model of tf.layers, or the bytes of a file of Keras (`.h5`, `.keras`) or ONNX. */
export type ConvertSource = LayersModelLike | Uint8Array | ArrayBuffer;

/**
 * Makes a network of a trained one. In rates it computes what the model computes; with `swapActivations` it does so in spikes. Inputs are
 * nodes, layers with an activation are neurons without decoders, all else is nodes and connections; batch normalization is folded into the
 * layers before it, and what does something in training alone is left out.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION, MODEL_INVALID, SHAPE_MISMATCH, LAYER_UNSUPPORTED, UNKNOWN_LAYER
 */
export async function convert(source: ConvertSource, options: ConvertOptions = {}): Promise<Conversion> {
  refuseSurplus('convert', arguments, 2);
  const checked = checkedOptions(options);
  const read = await readSource(source, checked);
  const folded = foldNormalization(read);
  requireNames(folded.graph, checked);
  const neurons = neuronsOf(folded.graph, checked);
  const spikes = (name: string): boolean => checked.maxPooling === 'max' && neurons.get(name)?.spiking === true;
  const { graph, dropped: pooled } = poolBeforeNeurons(folded.graph, spikes);
  const dropped = new Map([...folded.dropped, ...pooled]);
  for (const [gone, same] of dropped) dropped.set(gone, dropped.get(same) ?? same);
  const unsupported = graph.layers.flatMap((layer) => {
    const problem = problemWith(layer, neurons);
    return problem === undefined ? [] : [{ layer, problem }];
  });
  const fallback = await fallbackFor(graph, unsupported, checked.fallback);
  const { scaleFiringRates } = checked;
  const activities = areFromData(scaleFiringRates)
    ? evaluateLayers(graph, layerFeeds(graph, scaleFiringRates.data, 'convert: scaleFiringRates.data'))
    : undefined;
  const scales = scalesOf(graph, neurons, scaleFiringRates, activities);
  const plan: NetworkPlan = { graph, options: checked, neurons, scales, fallback };
  const network = new Network({ seed: checked.seed });
  const written = network.within((net) => writeNetwork(net, plan, false));
  const tensorNodes = unsupported.map(({ layer }) => layer.name);
  return new Conversion({ source, read, plan, network, written, dropped, tensorNodes });
}

/** The layers of a trained network, as `convert` reads them. */
async function readSource(source: unknown, { temporal, constants }: CheckedOptions): Promise<LayerGraph> {
  if (isLayersModel(source)) return readLayersModel(source, temporal);
  const bytes = bytesOf(source);
  if (bytes === undefined) throw sourceUnknown(source);
  if (startsWith(bytes, [0x89, 0x48, 0x44, 0x46])) return readKerasH5(bytes, temporal);
  if (startsWith(bytes, [0x50, 0x4b])) return readKerasZip(bytes, temporal);
  if (temporal) throw invalidOption('convert: temporal', 'false for a graph of ONNX, which has no axis of time', true);
  return readOnnx(bytes, constants);
}

function bytesOf(source: unknown): Uint8Array | undefined {
  if (source instanceof Uint8Array) return source;
  return source instanceof ArrayBuffer ? new Uint8Array(source) : undefined;
}

function startsWith(bytes: Uint8Array, signature: readonly number[]): boolean {
  return signature.every((byte, at) => bytes[at] === byte);
}

/** What is said by name is said of something. @throws NdlError INVALID_OPTION */
function requireNames(graph: LayerGraph, { swapActivations }: CheckedOptions): void {
  const active = graph.layers.filter((layer) => layer.kind === 'activation' || layer.kind === 'recurrent');
  const known = [...new Set(active.flatMap(({ name, activation }) => [activation.name, name]))];
  for (const name of swapActivations.keys())
    if (!known.includes(name))
      throw invalidOption(
        'convert: swapActivations',
        `of activations and layers of the model, which are ${known.join(', ') || 'none'}`,
        name,
      );
}
