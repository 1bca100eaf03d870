/** @file Models of tf.layers, by what they offer: no copy of TensorFlow.js is loaded to read one. */
import { isNdlError, NdArray, showThrown } from '@ndl/numerics';
import { sourceInvalid } from '../errors.ts';
import type { LayerGraph } from '../layer-graph.ts';
import { readKerasModel } from './model-config.ts';

/** What is used of a tensor. */
export interface TensorLike {
  readonly shape: readonly number[];
  data(): Promise<ArrayLike<number>>;
}

/** What is used of a layer of tf.layers; a model within a model has layers itself. */
export interface LayerLike {
  readonly name: string;
  readonly layers?: readonly LayerLike[];
  getWeights(): readonly TensorLike[];
  computeOutputShape(shape: unknown): unknown;
}

/** What is used of a model of tf.layers. */
export interface LayersModelLike {
  readonly layers: readonly LayerLike[];
  toJSON(unused?: unknown, asText?: boolean): unknown;
}

/** Whether something offers what a model of tf.layers does. */
export function isLayersModel(value: unknown): value is LayersModelLike {
  if (typeof value !== 'object' || value === null) return false;
  const { layers, toJSON } = value as Partial<LayersModelLike>;
  return Array.isArray(layers) && typeof toJSON === 'function' && 'predict' in value;
}

/** The graph of a model, with its weights as they are now. @throws NdlError MODEL_INVALID, SHAPE_MISMATCH, LAYER_UNSUPPORTED */
export async function readLayersModel(model: LayersModelLike, isTemporal: boolean): Promise<LayerGraph> {
  const known = new Map<string, { readonly layer: LayerLike; readonly arrays: readonly NdArray[] }>();
  const collect = async (layers: readonly LayerLike[], path: readonly string[]): Promise<void> => {
    for (const layer of layers) {
      const own = [...path, layer.name];
      if (Array.isArray(layer.layers)) await collect(layer.layers, own);
      else known.set(JSON.stringify(own), { layer, arrays: await arraysOf(layer) });
    }
  };
  let topology: unknown;
  try {
    topology = model.toJSON(undefined, false);
    await collect(model.layers, []);
  } catch (error) {
    if (isNdlError(error)) throw error;
    throw sourceInvalid('the model of tf.layers', showThrown(error), error);
  }
  return readKerasModel(
    topology,
    {
      version: 2,
      arraysOf: (path) => known.get(JSON.stringify(path))?.arrays ?? [],
      objectOf(path, shapes) {
        const layer = known.get(JSON.stringify(path))?.layer;
        return layer && { object: layer, shape: outputShape(layer, shapes) };
      },
    },
    isTemporal,
  );
}

async function arraysOf(layer: LayerLike): Promise<readonly NdArray[]> {
  const arrays: NdArray[] = [];
  for (const tensor of layer.getWeights())
    arrays.push(new NdArray(Float64Array.from(await tensor.data()), tensor.shape));
  return arrays;
}

/** Of one item; what came in, where the layer cannot tell. */
function outputShape(layer: LayerLike, shapes: readonly (readonly number[])[]): readonly number[] {
  const given = shapes.map((shape) => [null, ...shape]);
  try {
    const shape = layer.computeOutputShape(given.length === 1 ? given[0] : given);
    const [items, ...rest] = Array.isArray(shape) ? (shape as readonly (number | null)[]) : [null];
    return items === null && rest.every((size) => typeof size === 'number')
      ? (rest as readonly number[])
      : (shapes[0] ?? []);
  } catch {
    return shapes[0] ?? [];
  }
}
