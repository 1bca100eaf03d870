/** @file Keras's description of a model - sequential or functional, nested, of any version - as a graph of layers. */
import type { NdArray } from '@ndl/numerics';
import { layerUnsupported, sourceInvalid } from '../errors.ts';
import type { Layer, LayerGraph } from '../layer-graph.ts';
import { inputLayer } from '../layer-shapes.ts';
import { SizeBounds } from '../size-bounds.ts';
import { readLayer } from './keras-layers.ts';
import { isFields, LayerConfig, type Fields } from './layer-config.ts';

/** Where the parts of a model come from. Paths are names, outermost model first. */
export interface KerasSource {
  /** The first number of the version of Keras; that of tf.layers is 2. */
  readonly version: number;
  /** Arrays of a layer, in Keras's order. */
  arraysOf(path: readonly string[], className: string): readonly NdArray[];
  /** The layer itself, where it is one of tf.layers, and the shape that it makes of those that come in. */
  objectOf?(
    path: readonly string[],
    shapes: readonly (readonly number[])[],
  ): { readonly object: object; readonly shape: readonly number[] } | undefined;
}

const MODELS: readonly string[] = ['Sequential', 'Functional', 'Model'];

/**
 * The graph of a model. With `isTemporal` the first axis of each input is time, which is left out of all shapes.
 * @throws NdlError MODEL_INVALID, SHAPE_MISMATCH, LAYER_UNSUPPORTED
 */
export function readKerasModel(topology: unknown, source: KerasSource, isTemporal: boolean): LayerGraph {
  const reading = new ModelReading(source, isTemporal);
  const model = describedLayer(topology, 'the model');
  const outputs = reading.model(model, [], null);
  return {
    layers: [...reading.layers.values()],
    inputs: reading.inputs,
    outputs: outputs.map(({ name }) => name),
  };
}

interface DescribedLayer {
  readonly className: string;
  /** Whether it is an operation on tensors, `x + y`, and no layer. */
  readonly isOperation: boolean;
  readonly name: string;
  readonly config: unknown;
  /** Where it is called: in each, what comes in. */
  readonly calls: readonly (readonly Tensor[])[];
}

/** An output of a call of a layer. */
type Tensor = readonly [layer: string, call: number, output: number];

function describedLayer(given: unknown, what: string): DescribedLayer {
  if (!isFields(given)) throw sourceInvalid(what, 'it is no object with class_name and config');
  const { class_name: className, config } = given;
  if (typeof className !== 'string') throw sourceInvalid(what, 'it has no class_name');
  const own = given['name'] ?? (isFields(config) ? config['name'] : undefined);
  const name = typeof own === 'string' ? own : className;
  const nodes = given['inbound_nodes'] ?? [];
  if (!Array.isArray(nodes)) throw sourceInvalid(`${className} '${name}'`, 'its inbound_nodes are no list');
  const isOperation = typeof given['module'] === 'string' && /(^|\.)ops(\.|$)/.test(given['module']);
  return { className, name, config, isOperation, calls: nodes.map(tensorsIn) };
}

/** All tensors in a call, whichever version wrote it: [name, call, output, …], lists of them, or keras_history in objects. */
function tensorsIn(value: unknown): readonly Tensor[] {
  if (isTensor(value)) return [[value[0], value[1], value[2]]];
  if (Array.isArray(value)) return value.flatMap(tensorsIn);
  if (!isFields(value)) return [];
  const history = isFields(value['config']) ? value['config']['keras_history'] : undefined;
  if (isTensor(history)) return [[history[0], history[1], history[2]]];
  return Object.values(value).flatMap(tensorsIn);
}

function isTensor(value: unknown): value is Tensor {
  return (
    Array.isArray(value) && typeof value[0] === 'string' && Number.isInteger(value[1]) && Number.isInteger(value[2])
  );
}

/**
 * The number of a layer's first call. It is 0, but for models within a model: that of their own making is call 0 to most versions, and is not
 * written. All calls that are written are read by someone, so the last one's number tells.
 */
function firstCallsOf(
  layers: readonly DescribedLayer[],
  tensors: readonly Tensor[],
): (layer: DescribedLayer) => number {
  const last = new Map<string, number>();
  for (const [name, call] of tensors) last.set(name, Math.max(last.get(name) ?? 0, call));
  const models = new Set(layers.filter(({ className }) => MODELS.includes(className)));
  return (layer) => (models.has(layer) && last.get(layer.name) === layer.calls.length ? 1 : 0);
}

const keyOf = ([layer, call, output]: Tensor): string => JSON.stringify([layer, call, output]);

class ModelReading {
  readonly layers: Map<string, Layer> = new Map();
  readonly inputs: string[] = [];
  readonly #source: KerasSource;
  readonly #isTemporal: boolean;
  readonly #arrays = new Map<string, readonly NdArray[]>();
  readonly #bounds = new SizeBounds('the model');

  constructor(source: KerasSource, isTemporal: boolean) {
    this.#source = source;
    this.#isTemporal = isTemporal;
  }

  /** Reads a model that is fed so, or by inputs of its own; its outputs. */
  model(model: DescribedLayer, path: readonly string[], fed: readonly Layer[] | null): readonly Layer[] {
    if (!MODELS.includes(model.className))
      throw sourceInvalid(`${model.className} '${model.name}'`, `it is none of ${MODELS.join(', ')}`);
    const config: Fields = Array.isArray(model.config)
      ? { layers: model.config }
      : isFields(model.config)
        ? model.config
        : {};
    const given = config['layers'];
    if (!Array.isArray(given) || given.length === 0)
      throw sourceInvalid(`${model.className} '${model.name}'`, 'it has no layers');
    const layers = given.map((layer, index) => describedLayer(layer, `layer ${index} of '${model.name}'`));
    return model.className === 'Sequential'
      ? this.#sequential(layers, config, path, fed)
      : this.#functional(model, layers, config, path, fed);
  }

  #sequential(
    layers: readonly DescribedLayer[],
    config: Fields,
    path: readonly string[],
    fed: readonly Layer[] | null,
  ): readonly Layer[] {
    const [first] = layers;
    let from = fed ?? [this.#input(first!, config['build_input_shape'], path)];
    for (const layer of layers) if (layer.className !== 'InputLayer') from = this.#call(layer, 0, path, from);
    return from;
  }

  #functional(
    model: DescribedLayer,
    layers: readonly DescribedLayer[],
    config: Fields,
    path: readonly string[],
    fed: readonly Layer[] | null,
  ): readonly Layer[] {
    const made = new Map<string, Layer>();
    const entries = tensorsIn(config['input_layers']);
    entries.forEach((tensor, index) => {
      const layer = layers.find(({ name }) => name === tensor[0]);
      if (layer === undefined || (fed !== null && fed[index] === undefined))
        throw sourceInvalid(`'${model.name}'`, `its input '${tensor[0]}' is missing`);
      made.set(keyOf(tensor), fed?.[index] ?? this.#input(layer, undefined, path));
    });
    const ends = tensorsIn(config['output_layers']);
    const firstCall = firstCallsOf(layers, [...layers.flatMap(({ calls }) => calls.flat()), ...ends]);
    let waiting = layers.flatMap((layer) =>
      layer.className === 'InputLayer' ? [] : layer.calls.map((tensors, call) => ({ layer, call, tensors })),
    );
    while (waiting.length > 0) {
      const left = waiting.filter(({ layer, call, tensors }) => {
        const from = tensors.map((tensor) => made.get(keyOf(tensor)));
        if (from.length === 0 || from.some((each) => each === undefined)) return true;
        const outputs = this.#call(layer, call, path, from as readonly Layer[]);
        outputs.forEach((output, index) => made.set(keyOf([layer.name, firstCall(layer) + call, index]), output));
        return false;
      });
      if (left.length === waiting.length) {
        const { layer, tensors } = left[0]!;
        const missing = tensors.find((tensor) => !made.has(keyOf(tensor)))?.[0] ?? 'nothing';
        throw sourceInvalid(titleOf(layer), `what comes into it, from '${missing}', never comes`);
      }
      waiting = left;
    }
    const outputs = ends.map((tensor) => {
      const output = made.get(keyOf(tensor));
      if (output === undefined) throw sourceInvalid(`'${model.name}'`, `its output '${tensor[0]}' is missing`);
      return output;
    });
    if (outputs.length === 0) throw sourceInvalid(`'${model.name}'`, 'it has no outputs');
    return outputs;
  }

  #call(layer: DescribedLayer, call: number, path: readonly string[], from: readonly Layer[]): readonly Layer[] {
    this.#bounds.call();
    const own = [...path, call === 0 ? layer.name : `${layer.name}:${call}`];
    if (MODELS.includes(layer.className)) return this.model(layer, own, from);
    const name = own.join('/');
    const title = titleOf(layer);
    const lookup = [...path, layer.name].map((part) => part.replace(/:\d+$/, ''));
    const shapes = from.map(({ shape }) => shape);
    const made = readLayer({
      name,
      title,
      className: layer.className,
      config: new LayerConfig(layer.config, title),
      arrays: this.#arraysOf(lookup, layer.className),
      from,
      kerasVersion: this.#source.version,
      isOperation: layer.isOperation,
      isTemporal: this.#isTemporal,
      layer: this.#source.objectOf?.(lookup, shapes),
    });
    for (const each of made) this.#add(each);
    return [made.at(-1)!];
  }

  /** A layer that is called again has the same. */
  #arraysOf(path: readonly string[], className: string): readonly NdArray[] {
    const key = JSON.stringify(path);
    const known = this.#arrays.get(key) ?? this.#source.arraysOf(path, className);
    this.#arrays.set(key, known);
    return known;
  }

  #input(layer: DescribedLayer, buildShape: unknown, path: readonly string[]): Layer {
    const isInput = layer.className === 'InputLayer';
    const config = isFields(layer.config) ? layer.config : {};
    const given = config['batch_input_shape'] ?? config['batch_shape'] ?? buildShape;
    const shape = Array.isArray(given) ? given.slice(1) : this.#shapeByKernel(layer, path);
    const title = isInput ? titleOf(layer) : `the input of ${titleOf(layer)}`;
    const [time, ...rest] = shape as readonly number[];
    if (this.#isTemporal && rest.length === 0)
      throw layerUnsupported(title, `has shape [${String(time)}], without an axis of time`, 'Leave temporal out.');
    const name = [...path, isInput ? layer.name : `${layer.name}/input`].join('/');
    const made = inputLayer({ name, title }, this.#isTemporal ? rest : (shape as readonly number[]));
    this.inputs.push(name);
    return this.#add(made);
  }

  /** A dense layer takes as many numbers as its kernel has rows. */
  #shapeByKernel(layer: DescribedLayer, path: readonly string[]): readonly number[] {
    const [kernel] = layer.className === 'Dense' ? this.#source.arraysOf([...path, layer.name], 'Dense') : [];
    if (kernel === undefined)
      throw sourceInvalid(titleOf(layer), 'the shape of its input is not said; add an Input layer before it');
    return [kernel.shape[0]!];
  }

  #add(layer: Layer): Layer {
    if (this.layers.has(layer.name)) throw sourceInvalid(layer.title, 'there are two layers of its name');
    this.#bounds.layer(layer);
    this.layers.set(layer.name, layer);
    return layer;
  }
}

function titleOf({ className, name }: Pick<DescribedLayer, 'className' | 'name'>): string {
  return `${className} '${name}'`;
}
