/** @file Writes a graph of layers as a network: layers with activations are neurons, all else nodes and connections. */
import {
  averagePooling,
  configureSettings,
  Connection,
  convolution,
  convolutionTranspose,
  dense,
  Ensemble,
  maxPooling,
  Node,
  Probe,
  type ConnectionOptions,
  type Network,
  type Neurons,
  type NeuronType,
} from 'ndl';
import { NdArray, sizeOf, transpose } from '@ndl/numerics';
import { neuronTypeFor } from './activation-functions.ts';
import type { CheckedOptions } from './convert-options.ts';
import type { Fallback } from './fallbacks.ts';
import {
  layerOf,
  readersOf,
  type ActivationLayer,
  type ConvolutionLayer,
  type DenseLayer,
  type Layer,
  type LayerGraph,
  type Margin,
  type PoolingLayer,
  type RecurrentLayer,
} from './layer-graph.ts';
import { scaledNeurons } from './firing-rates.ts';
import { broadcastPlaces, movedPlaces, placesBeside } from './moved-places.ts';

/** Where the output of a layer is found. */
export type LayerPlace = Node | Neurons;

/** What is trained of a layer: the connection that has its kernel, and what has its bias. */
export interface LayerParameters {
  readonly kernel: Connection;
  /** Neurons have a bias each; a connection has one that positions share. */
  readonly bias?: Ensemble | Connection;
}

/** A graph as a network. */
export interface WrittenNetwork {
  readonly inputs: readonly Node[];
  /** One for each output of the model. */
  readonly outputs: readonly Probe[];
  readonly places: ReadonlyMap<string, LayerPlace>;
  readonly parameters: ReadonlyMap<string, LayerParameters>;
  /** Probes of all layers, where these were asked for. */
  readonly probes: ReadonlyMap<string, Probe>;
}

/** What the writing of a network goes by. */
export interface NetworkPlan {
  readonly graph: LayerGraph;
  readonly options: CheckedOptions;
  /** By layer, for those that have neurons. */
  readonly neurons: ReadonlyMap<string, NeuronType>;
  readonly scales: ReadonlyMap<string, number>;
  /** Makes nodes for layers that have no counterpart. */
  readonly fallback: Fallback | undefined;
}

/** The neurons of each layer that has some: those that were asked for, or those that give what its activation gives. */
export function neuronsOf(graph: LayerGraph, options: CheckedOptions): ReadonlyMap<string, NeuronType> {
  const chosen = new Map<string, NeuronType>();
  for (const layer of graph.layers) {
    if (layer.kind !== 'activation' && layer.kind !== 'recurrent') continue;
    const { swapActivations: swaps } = options;
    const type = swaps.get(layer.name) ?? swaps.get(layer.activation.name) ?? neuronTypeFor(layer.activation);
    if (type !== undefined) chosen.set(layer.name, type);
  }
  return chosen;
}

/** Writes into the network that is open. With `probeAll` every layer is probed. */
export function writeNetwork(net: Network, plan: NetworkPlan, probeAll: boolean): WrittenNetwork {
  configureSettings({ trainable: null, ...(plan.options.inferenceOnly && { inferenceOnly: true }) });
  const writing = new NetworkWriting(net, plan);
  for (const layer of plan.graph.layers) writing.layer(layer);
  const { synapse } = plan.options;
  const probe = (name: string): Probe => {
    const place = writing.places.get(name)!;
    return new Probe(place, { synapse: place.kind === 'neurons' ? synapse : null, label: name });
  };
  const outputs = plan.graph.outputs.map(probe);
  const probes = new Map(
    probeAll ? [...writing.places.keys()].map((name): [string, Probe] => [name, probe(name)]) : [],
  );
  const inputs = plan.graph.inputs.map((name) => writing.places.get(name) as Node);
  return { inputs, outputs, places: writing.places, parameters: writing.parameters, probes };
}

class NetworkWriting {
  readonly places: Map<string, LayerPlace> = new Map();
  readonly parameters: Map<string, LayerParameters> = new Map();
  readonly #net: Network;
  readonly #plan: NetworkPlan;
  readonly #readers: ReadonlyMap<string, number>;
  /** Layers that are written where their activation is. */
  readonly #fused: ReadonlySet<string>;

  constructor(net: Network, plan: NetworkPlan) {
    this.#net = net;
    this.#plan = plan;
    this.#readers = readersOf(plan.graph);
    this.#fused = new Set(
      plan.graph.layers.flatMap((layer) => {
        if (layer.kind !== 'activation' || !plan.neurons.has(layer.name)) return [];
        const before = layerOf(plan.graph, layer.inputs[0]!);
        return isLinear(before) && this.#readers.get(before.name) === 1 ? [before.name] : [];
      }),
    );
  }

  layer(layer: Layer): void {
    const { graph, neurons, fallback } = this.#plan;
    if (this.#fused.has(layer.name)) return;
    if (layer.kind === 'input') {
      this.places.set(layer.name, new Node(new Float64Array(sizeOf(layer.shape)), { label: layer.name }));
    } else if (layer.kind === 'activation' && neurons.has(layer.name)) {
      const before = layerOf(graph, layer.inputs[0]!);
      this.#neurons(layer, this.#fused.has(before.name) ? before : null);
    } else if (layer.kind === 'recurrent' && neurons.has(layer.name)) {
      this.#recurrent(layer);
    } else if (layer.kind === 'move' && layer.move.how === 'reshape') {
      this.places.set(layer.name, this.#from(layer));
    } else if (layer.kind === 'pooling') {
      const node = new Node(poolingOf(layer, this.#plan), { label: layer.name });
      this.places.set(layer.name, node);
      this.#connect(this.#from(layer), node, { transform: null });
    } else if (isLinear(layer)) {
      const node = new Node({ sizeIn: sizeOf(layer.shape), label: layer.name });
      this.places.set(layer.name, node);
      this.#write(layer, node);
    } else {
      const from = layer.inputs.map((name) => layerOf(graph, name));
      const node = fallback!(layer, from);
      this.places.set(layer.name, node);
      let start = 0;
      for (const { name, shape } of from) {
        const end = start + sizeOf(shape);
        const target = from.length === 1 ? node : node.slice(start, end);
        this.#connect(this.places.get(name)!, target, { transform: null });
        start = end;
      }
    }
  }

  /** Neurons for an activation, and what feeds them: the layer before it, or its output as it is. */
  #neurons(layer: ActivationLayer, fused: Layer | null): void {
    const ensemble = this.#ensemble(layer, fused === null ? undefined : this.#ownBias(fused));
    if (fused === null) this.#connect(this.#from(layer), ensemble.neurons, { transform: null });
    else this.#write(fused, ensemble.neurons, ensemble);
  }

  #ensemble(layer: ActivationLayer | RecurrentLayer, bias: Float64Array | undefined): Ensemble {
    const { neurons, scales } = this.#plan;
    const nNeurons = sizeOf(layer.shape);
    const scale = scales.get(layer.name) ?? 1;
    const ensemble = new Ensemble({
      nNeurons,
      dimensions: 1,
      neuronType: scaledNeurons(neurons.get(layer.name)!, scale),
      gain: new Float64Array(nNeurons).fill(scale),
      bias: (bias ?? new Float64Array(nNeurons)).map((value) => value * scale),
      encoders: new NdArray(new Float64Array(nNeurons).fill(1), [nNeurons, 1]),
      label: layer.name,
    });
    this.#net.config.of(ensemble).trainable = false;
    this.#net.config.of(ensemble.neurons).trainable = bias !== undefined;
    this.places.set(layer.name, ensemble.neurons);
    return ensemble;
  }

  #recurrent(layer: RecurrentLayer): void {
    const ensemble = this.#ensemble(
      layer,
      Float64Array.from(layer.bias?.data ?? new Float64Array(sizeOf(layer.shape))),
    );
    const kernel = this.#connect(this.#from(layer), ensemble.neurons, { transform: transpose(layer.kernel) });
    const recurrent = { transform: transpose(layer.recurrent), delay: { steps: 1 }, label: `${layer.name}/recurrent` };
    this.#connect(ensemble.neurons, ensemble.neurons, { ...recurrent, synapse: null });
    this.parameters.set(layer.name, { kernel, bias: ensemble });
  }

  /** The bias that neurons have themselves; undefined where it is shared by positions, and has to stay so. */
  #ownBias(layer: Layer): Float64Array | undefined {
    if (layer.kind !== 'dense' && layer.kind !== 'convolution' && layer.kind !== 'convolutionTranspose')
      return undefined;
    const isShared = layer.kind !== 'dense' || layer.shape.length > 1;
    if (layer.bias === null || (isShared && !this.#plan.options.inferenceOnly)) return undefined;
    const { data, size } = layer.bias;
    const apart = layer.kind === 'dense' || layer.channelsLast ? 1 : sizeOf(layer.shape) / size;
    return Float64Array.from({ length: sizeOf(layer.shape) }, (_, at) => data[Math.floor(at / apart) % size]!);
  }

  /** Connects what comes into a linear layer to its target. `ensemble`: that of the target, which may have the bias. */
  #write(layer: Layer, target: LayerPlace, ensemble?: Ensemble): void {
    if (layer.kind === 'dense') this.#dense(layer, target, ensemble);
    else if (layer.kind === 'convolution') this.#convolution(layer, target, ensemble);
    else if (layer.kind === 'convolutionTranspose') this.#transposed(layer, target, ensemble);
    else if (layer.kind === 'scale') {
      const apart = sizeOf(layer.shape.slice(layer.axis + 1));
      const spread = ({ data, size }: NdArray): Float64Array =>
        Float64Array.from({ length: sizeOf(layer.shape) }, (_, at) => data[Math.floor(at / apart) % size]!);
      this.#fixed(this.#connect(this.#from(layer), target, { transform: spread(layer.factor) }));
      const offset = new Node(spread(layer.offset), { label: `${layer.name}/offset` });
      this.#connect(offset, target, { transform: null });
    } else if (layer.kind === 'move') {
      const from = layerOf(this.#plan.graph, layer.inputs[0]!);
      this.#gather(this.#from(layer), movedPlaces(layer.move, from.shape, layer.shape), target);
    } else if (layer.kind === 'concatenation') {
      const shapes = layer.inputs.map((name) => layerOf(this.#plan.graph, name).shape);
      placesBeside(shapes, layer.axis).forEach((places, index) =>
        this.#connect(this.places.get(layer.inputs[index]!)!, target.at([...places]), { transform: null }),
      );
    } else if (layer.kind === 'combination') {
      layer.inputs.forEach((name, index) => {
        const places = broadcastPlaces(layerOf(this.#plan.graph, name).shape, layer.shape);
        const sign = layer.operation === 'subtract' && index > 0 ? -1 : 1;
        const factor = layer.operation === 'average' ? 1 / layer.inputs.length : sign;
        this.#gather(this.places.get(name)!, places, target, factor);
      });
    }
  }

  #dense(layer: DenseLayer, target: LayerPlace, ensemble?: Ensemble): void {
    const [size, units] = layer.kernel.shape as [number, number];
    const positions = sizeOf(layer.shape) / units;
    const transform =
      positions === 1
        ? transpose(layer.kernel)
        : convolution(units, [positions, size], { kernelSize: 1, kernel: layer.kernel.reshape([1, size, units]) });
    const kernel = this.#connect(this.#from(layer), target, { transform, label: layer.name });
    this.#bias(layer, kernel, target, ensemble);
  }

  #convolution(layer: ConvolutionLayer, target: LayerPlace, ensemble?: Ensemble): void {
    const { kernel, groups, strides, dilation, channelsLast, border } = layer;
    const before = layerOf(this.#plan.graph, layer.inputs[0]!);
    const padding = paddingOf(layer, spatialOf(before.shape, channelsLast), spatialOf(layer.shape, channelsLast));
    const isBordered = padding === undefined;
    const margins: readonly Margin[] = channelsLast ? [...border, [0, 0]] : [[0, 0], ...border];
    const shape = isBordered
      ? before.shape.map((size, axis) => size + margins[axis]![0] + margins[axis]![1])
      : before.shape;
    let from = this.#from(layer);
    if (isBordered) {
      const bordered = new Node({ sizeIn: sizeOf(shape), label: `${layer.name}/border` });
      this.#gather(from, movedPlaces({ how: 'pad', margins }, before.shape, shape), bordered);
      from = bordered;
    }
    const transform = convolution(kernel.shape.at(-1)!, shape, {
      kernelSize: kernel.shape.slice(0, -2),
      strides,
      dilation,
      padding: padding ?? 'valid',
      channelsLast,
      groups,
      kernel,
    });
    this.#bias(layer, this.#connect(from, target, { transform, label: layer.name }), target, ensemble);
  }

  #transposed(layer: ConvolutionLayer, target: LayerPlace, ensemble?: Ensemble): void {
    const { kernel, groups, strides, dilation, channelsLast, border } = layer;
    const before = layerOf(this.#plan.graph, layer.inputs[0]!);
    const margins: readonly Margin[] = channelsLast ? [...border, [0, 0]] : [[0, 0], ...border];
    const whole = layer.shape.map((size, axis) => size + margins[axis]![0] + margins[axis]![1]);
    const isCut = border.some(([first, last]) => first + last > 0);
    const transform = convolutionTranspose(kernel.shape.at(-1)!, before.shape, {
      kernelSize: kernel.shape.slice(0, -2),
      strides,
      dilation,
      channelsLast,
      groups,
      kernel,
      outputSize: spatialOf(whole, channelsLast),
    });
    const into = isCut ? new Node({ sizeIn: sizeOf(whole), label: `${layer.name}/uncut` }) : target;
    const connection = this.#connect(this.#from(layer), into, { transform, label: layer.name });
    if (isCut) {
      const cut = margins.map(([first, last]): Margin => [-first, -last]);
      this.#gather(into as Node, movedPlaces({ how: 'pad', margins: cut }, whole, layer.shape), target);
    }
    this.#bias(layer, connection, target, ensemble);
  }

  /** A bias that neurons do not have themselves is a kernel over ones: one number for each filter, whatever the position. */
  #bias(layer: DenseLayer | ConvolutionLayer, kernel: Connection, target: LayerPlace, ensemble?: Ensemble): void {
    if (layer.bias === null) {
      this.parameters.set(layer.name, { kernel });
      return;
    }
    if (ensemble !== undefined && this.#ownBias(layer) !== undefined) {
      this.parameters.set(layer.name, { kernel, bias: ensemble });
      return;
    }
    const { size } = layer.bias;
    const positions = sizeOf(layer.shape) / size;
    const channelsLast = layer.kind === 'dense' || layer.channelsLast;
    const ones = new Node(new Float64Array(positions).fill(1), { label: `${layer.name}/one` });
    const transform =
      positions === 1
        ? dense([size, 1], layer.bias.reshape([size, 1]))
        : convolution(size, channelsLast ? [positions, 1] : [1, positions], {
            kernelSize: 1,
            channelsLast,
            kernel: layer.bias.reshape([1, 1, size]),
          });
    const bias = this.#connect(ones, target, { transform, label: `${layer.name}/bias` });
    this.parameters.set(layer.name, { kernel, bias });
  }

  /** Elements of `from`, by places of which some may be -1, to a target. */
  #gather(from: LayerPlace, places: Int32Array | null, target: LayerPlace, factor = 1): void {
    const transform = factor === 1 ? null : factor;
    let connection: Connection;
    if (places === null) connection = this.#connect(from, target, { transform });
    else {
      const into = Array.from(places.keys()).filter((at) => places[at]! >= 0);
      const source = from.at(into.map((at) => places[at]!));
      connection = this.#connect(source, into.length === places.length ? target : target.at(into), { transform });
    }
    if (factor !== 1) this.#fixed(connection);
  }

  #from(layer: Layer): LayerPlace {
    return this.places.get(layer.inputs[0]!)!;
  }

  /** From neurons, through the synapse that was asked for. */
  #connect(
    from: ConstructorParameters<typeof Connection>[0],
    to: ConstructorParameters<typeof Connection>[1],
    options: ConnectionOptions,
  ): Connection {
    const source = 'object' in from ? from.object : from;
    const synapse = source.kind === 'neurons' ? this.#plan.options.synapse : null;
    return new Connection(from, to, { synapse, ...options });
  }

  #fixed(connection: Connection): void {
    this.#net.config.of(connection).trainable = false;
  }
}

/** Whether a layer is connections alone. */
function isLinear(layer: Layer): boolean {
  if (layer.kind === 'combination') return ['add', 'subtract', 'average'].includes(layer.operation);
  return (
    ['dense', 'convolution', 'convolutionTranspose', 'scale', 'concatenation'].includes(layer.kind) ||
    (layer.kind === 'move' && layer.move.how !== 'reshape')
  );
}

/** Whether ndl has no counterpart of a layer: what it is then, to follow its title; undefined where it has one. */
export function problemWith(layer: Layer, neurons: ReadonlyMap<string, NeuronType>): string | undefined {
  if (layer.kind === 'foreign') return layer.problem;
  if (layer.kind === 'activation' && !neurons.has(layer.name))
    return `has the activation '${layer.activation.name}', which no neurons of ndl have`;
  if (layer.kind === 'recurrent' && !neurons.has(layer.name))
    return `has the activation '${layer.activation.name}', which no neurons of ndl have; name some in swapActivations`;
  if (layer.kind === 'combination' && !isLinear(layer))
    return `takes the ${layer.operation} of its inputs, which is not linear`;
  return undefined;
}

function spatialOf(shape: readonly number[], channelsLast: boolean): readonly number[] {
  return channelsLast ? shape.slice(0, -1) : shape.slice(1);
}

/** The padding of ndl that has this border; undefined where it takes a node of its own. */
function paddingOf(
  { border, strides, kernel, dilation }: ConvolutionLayer,
  from: readonly number[],
  into: readonly number[],
): 'valid' | 'same' | undefined {
  if (border.every(([first, last]) => first === 0 && last === 0)) return 'valid';
  const isSame = from.every((size, axis) => {
    const reach = (kernel.shape[axis]! - 1) * dilation[axis]! + 1;
    const missing = Math.max((into[axis]! - 1) * strides[axis]! + reach - size, 0);
    const [first, last] = border[axis]!;
    return (
      into[axis] === Math.ceil(size / strides[axis]!) &&
      first === Math.floor(missing / 2) &&
      last === Math.ceil(missing / 2)
    );
  });
  return isSame ? 'same' : undefined;
}

function poolingOf(layer: PoolingLayer, { graph, options }: NetworkPlan) {
  const { poolSize, strides, dilation, border, channelsLast, countBorder, operation } = layer;
  const { shape } = layerOf(graph, layer.inputs[0]!);
  const common = { poolSize, strides, dilation, padding: border, channelsLast };
  return operation === 'max' && options.maxPooling === 'max'
    ? maxPooling(shape, common)
    : averagePooling(shape, { ...common, countBorder });
}
