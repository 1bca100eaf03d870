/** @file Writes models of tf.layers as Keras writes its own, by another library than reads them: `.h5` of Keras 2, `.keras` of Keras 3. */
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { zipSync } from 'fflate';
import { File, ready, type Group } from 'h5wasm';

/** A JSON object. */
type Json = { readonly [name: string]: unknown };

/** What is used of a layer; a model within a model is one. */
interface LayerLike {
  readonly name: string;
  readonly layers?: readonly LayerLike[];
  getClassName(): string;
  getWeights(): readonly { readonly shape: readonly number[]; dataSync(): ArrayLike<number> }[];
}

/** The bytes of an HDF5 file. */
export async function hdf5(write: (file: InstanceType<typeof File>) => void): Promise<Uint8Array> {
  const { FS } = await ready;
  const path = '/model.h5';
  const file = new File(path, 'w');
  write(file);
  file.close();
  return (FS as unknown as { readFile(path: string): Uint8Array }).readFile(path);
}

/** As Keras 2 saves it: a group for each layer of the outermost model, which names all arrays within. */
export function kerasH5(model: LayersModel): Promise<Uint8Array> {
  const topology = model.toJSON(undefined, false) as Json;
  return hdf5((file) => {
    file.create_attribute('keras_version', '2.15.0');
    file.create_attribute('backend', 'tensorflow');
    file.create_attribute('model_config', JSON.stringify(topology));
    const weights = file.create_group('model_weights');
    const layers = model.layers as unknown as readonly LayerLike[];
    weights.create_attribute(
      'layer_names',
      layers.map(({ name }) => name),
    );
    for (const layer of layers) {
      const group = weights.create_group(layer.name);
      const arrays = arraysWithin(layer);
      if (arrays.length > 0)
        group.create_attribute(
          'weight_names',
          arrays.map(({ owner, at }) => `${owner}/weight_${at}:0`),
        );
      for (const owner of new Set(arrays.map((each) => each.owner))) {
        const inner = group.create_group(owner);
        for (const { at, data, shape } of arrays.filter((each) => each.owner === owner))
          inner.create_dataset({ name: `weight_${at}:0`, data, shape: [...shape] });
      }
    }
  });
}

interface OwnedArray {
  readonly owner: string;
  readonly at: number;
  readonly data: Float32Array;
  readonly shape: readonly number[];
}

function arraysWithin(layer: LayerLike): readonly OwnedArray[] {
  if (layer.layers !== undefined) return layer.layers.flatMap(arraysWithin);
  return layer
    .getWeights()
    .map((tensor, at) => ({ owner: layer.name, at, data: Float32Array.from(tensor.dataSync()), shape: tensor.shape }));
}

/**
 * As Keras 3 saves it: layers stand under the names of their classes, counted within each model, arrays are numbered.
 * @param folder what layers stand in: `layers`, or what Keras 2.13 called it
 */
export async function kerasZip(model: LayersModel, folder = 'layers'): Promise<Uint8Array> {
  const weights = await hdf5((file) => {
    file.create_group('vars');
    writeLayers(file as unknown as Group, (model as unknown as LayerLike).layers!, folder);
  });
  const topology = inKeras3(model.toJSON(undefined, false));
  return zipped({ 'config.json': topology, 'metadata.json': { keras_version: '3.4.1' } }, weights);
}

/** A zip of these texts as JSON, and of weights. */
export function zipped(parts: Readonly<Record<string, unknown>>, weights: Uint8Array): Uint8Array {
  const texts = Object.entries(parts).map(([name, value]) => [name, new TextEncoder().encode(JSON.stringify(value))]);
  return zipSync({ ...(Object.fromEntries(texts) as Record<string, Uint8Array>), 'model.weights.h5': weights });
}

function writeLayers(group: Group, layers: readonly LayerLike[], folder: string): void {
  const within = group.create_group(folder);
  const counts = new Map<string, number>();
  for (const layer of layers) {
    const name = CLASS_NAMES[layer.getClassName()] ?? layer.getClassName().toLowerCase();
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    const own = within.create_group(count === 0 ? name : `${name}_${count}`);
    const vars = own.create_group('vars');
    if (layer.layers !== undefined) writeLayers(own, layer.layers, folder);
    else
      for (const { at, data, shape } of arraysWithin(layer))
        vars.create_dataset({ name: `${at}`, data, shape: [...shape] });
  }
}

/** What Keras 3 makes of names of classes; others are in small letters. */
const CLASS_NAMES: Readonly<Record<string, string>> = {
  Model: 'functional',
  DepthwiseConv2D: 'depthwise_conv2d',
  MaxPooling2D: 'max_pooling2d',
  BatchNormalization: 'batch_normalization',
  InputLayer: 'input_layer',
  ReLU: 're_lu',
};

/** A model as Keras 3 describes it: tensors are objects that say where they come from, inputs of sequential models are layers. */
function inKeras3(given: unknown): Json {
  const { class_name: className, config, inbound_nodes: nodes, name } = given as Json;
  const isModel = className === 'Model' || className === 'Functional';
  const own = config as Json;
  const { layers, batch_input_shape: batchShape, ...fields } = own;
  const inner = (layers as readonly Json[] | undefined)?.map(inKeras3);
  const first = (layers as readonly Json[] | undefined)?.[0];
  const entry = first === undefined || isModel ? undefined : (first['config'] as Json)['batch_input_shape'];
  const input =
    entry === undefined || first!['class_name'] === 'InputLayer'
      ? []
      : [{ module: 'keras.layers', class_name: 'InputLayer', config: { batch_shape: entry, name: 'input_layer' } }];
  const described = {
    module: isModel ? 'keras.src.models.functional' : 'keras.layers',
    class_name: isModel ? 'Functional' : className,
    config: {
      ...fields,
      ...(className === 'InputLayer' && { batch_shape: batchShape }),
      ...(inner !== undefined && { layers: [...input, ...inner] }),
    },
    registered_name: null,
    ...(name !== undefined && { name }),
  };
  if (!Array.isArray(nodes)) return described;
  return { ...described, inbound_nodes: (nodes as readonly (readonly (readonly unknown[])[])[]).map(callInKeras3) };
}

function callInKeras3(tensors: readonly (readonly unknown[])[]): Json {
  const args = tensors.map(([name, call, output]) => ({
    class_name: '__keras_tensor__',
    config: { shape: [null], dtype: 'float32', keras_history: [name, call, output] },
  }));
  return { args: args.length === 1 ? args : [args], kwargs: {} };
}
