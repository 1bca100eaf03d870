/** @file Runs the model and its network side by side, layer by layer, and says where they part. */
import { Network, Simulator } from 'ndl';
import { isNdArray, NdArray, sizeOf } from '@ndl/numerics';
import type { ConversionParts } from './conversion-parts.ts';
import { invalidOption, networksDiffer, shapesDiffer, unknownOption } from './errors.ts';
import { evaluateLayers } from './evaluate-layers.ts';
import { fallbackFor } from './fallbacks.ts';
import { layerFeeds } from './layer-feeds.ts';
import { layerOf, type Layer } from './layer-graph.ts';
import { neuronsOf, problemWith, writeNetwork } from './network-writing.ts';
import { isLayersModel } from './keras/tf-layers-model.ts';

/** Options of `verify`. */
export interface VerifyOptions {
  /** How far numbers of a layer may differ, as a part of the largest of them, or of 1 where that is less. Default 1e-5. */
  readonly tolerance?: number | undefined;
  /** Whether to report layers that differ in place of throwing. Default false. */
  readonly report?: boolean | undefined;
}

/** How a layer of the network compares with that of the model. */
export interface LayerComparison {
  readonly name: string;
  /** As the model's tool calls it. */
  readonly title: string;
  /** The largest difference of all numbers and items. */
  readonly largestDifference: number;
  /** The largest number that the model gives, without its sign. */
  readonly largestValue: number;
  readonly passed: boolean;
}

/** What `verify` found. */
export interface Verification {
  readonly passed: boolean;
  /** In the model's order. */
  readonly layers: readonly LayerComparison[];
}

export async function verifyConversion(
  parts: ConversionParts,
  inputs: unknown,
  options: VerifyOptions,
): Promise<Verification> {
  const { tolerance, report } = checked(options);
  const { read, source, plan } = parts;
  const { steps, rows } = stepsOf(parts, inputs);
  const feeds = layerFeeds(read, rows, 'verify: inputs');
  const given = await recorded(parts, feeds, steps);
  const wanted = new Map([
    ...evaluatedLayers(parts, feeds, steps),
    ...(isLayersModel(source) ? await executed(source, parts, feeds, steps) : []),
  ]);
  const layers = plan.graph.layers.flatMap(({ name, title }): LayerComparison[] => {
    const [own, model] = [given.get(name), wanted.get(counterpart(parts, name))];
    if (own === undefined || model === undefined) return [];
    const largestValue = greatest(model.data, () => 0);
    const largestDifference = greatest(model.data, (at) => own.data[at]!);
    const passed = largestDifference <= tolerance * Math.max(1, largestValue);
    return [{ name, title, largestDifference, largestValue, passed }];
  });
  const first = layers.find(({ passed }) => !passed);
  if (first !== undefined && !report)
    throw networksDiffer(
      `The model and its network part at ${first.title}: by up to ${first.largestDifference}, where numbers are up to ` +
        `${first.largestValue} and ${tolerance} of that is accepted. Layers before it agree.`,
    );
  return { passed: first === undefined, layers };
}

function checked(options: unknown): Required<{ [Name in keyof VerifyOptions]: NonNullable<VerifyOptions[Name]> }> {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw invalidOption('verify: options', 'an object, such as { tolerance: 1e-4 }', options);
  const strange = Object.keys(options).find((name) => name !== 'tolerance' && name !== 'report');
  if (strange !== undefined) throw unknownOption('verify', strange, ['tolerance', 'report']);
  const { tolerance = 1e-5, report = false } = options as VerifyOptions;
  if (typeof tolerance !== 'number' || !(tolerance >= 0))
    throw invalidOption('verify: tolerance', 'a number, at least 0', tolerance);
  if (typeof report !== 'boolean') throw invalidOption('verify: report', 'true or false', report);
  return { tolerance, report };
}

/** A temporal network runs through the second axis of its data: rows are steps of items. */
function stepsOf({ read, plan }: ConversionParts, inputs: unknown): { readonly steps: number; readonly rows: unknown } {
  if (!plan.options.temporal) return { steps: 1, rows: inputs };
  const array = Array.isArray(inputs) && inputs.length === 1 ? (inputs[0] as unknown) : inputs;
  if (read.inputs.length !== 1 || !isNdArray(array) || array.rank < 2)
    throw shapesDiffer('verify: inputs', 'a temporal network of one input takes an NdArray [items, steps, …]');
  const [items = 0, steps = 0] = array.shape;
  return { steps, rows: new NdArray(array.data, [items * steps, array.size / (items * steps)]) };
}

/** The layer as it was read that has the output of one as it was folded. */
function counterpart({ read, dropped }: ConversionParts, name: string): string {
  const folded = [...dropped].findLast(
    ([gone, same]) => same === name && ['scale', 'pooling'].includes(layerOf(read, gone).kind),
  );
  return folded?.[0] ?? name;
}

/** A network like the other, in rates, with all its layers probed. */
async function recorded(
  { plan }: ConversionParts,
  feeds: ReadonlyMap<string, NdArray>,
  steps: number,
): Promise<ReadonlyMap<string, NdArray>> {
  const { graph } = plan;
  const options = { ...plan.options, swapActivations: new Map(), synapse: null };
  const neurons = neuronsOf(graph, options);
  const unsupported = graph.layers.flatMap((layer) => {
    const problem = problemWith(layer, neurons);
    return problem === undefined ? [] : [{ layer, problem }];
  });
  const fallback = await fallbackFor(graph, unsupported, 'tensorNode');
  const network = new Network({ seed: 0 });
  const written = network.within((net) => writeNetwork(net, { ...plan, options, neurons, fallback }, true));
  const simulator = await Simulator.create(network);
  try {
    const data = graph.inputs.map((name, index) => {
      const rows = feeds.get(name)!;
      return [written.inputs[index]!, rows.reshape([rows.shape[0]! / steps, steps, rows.shape[1]!])] as const;
    });
    const result = await simulator.predict(data, { steps });
    return new Map(
      [...written.probes].map(([name, probe]) => {
        const samples = result.get(probe)!;
        return [name, samples.reshape([samples.shape[0]! * steps, samples.shape.at(-1)!])];
      }),
    );
  } finally {
    await simulator.dispose();
  }
}

/** By plain evaluation, of what it can evaluate. */
function evaluatedLayers(
  { read }: ConversionParts,
  feeds: ReadonlyMap<string, NdArray>,
  steps: number,
): ReadonlyMap<string, NdArray> {
  const lost = new Set<string>();
  for (const { kind, name, inputs } of read.layers)
    if (kind === 'foreign' || inputs.some((input) => lost.has(input))) lost.add(name);
  const layers = read.layers.filter(({ name }) => !lost.has(name));
  return evaluateLayers({ ...read, layers }, feeds, { steps });
}

/** By the model itself, of layers whose names are those of its own. */
async function executed(
  model: object,
  { read, plan }: ConversionParts,
  feeds: ReadonlyMap<string, NdArray>,
  steps: number,
): Promise<ReadonlyMap<string, NdArray>> {
  const { execute, predict, layers } = model as {
    readonly execute?: (inputs: unknown, names: readonly string[]) => unknown;
    readonly predict: (inputs: unknown) => unknown;
    readonly layers: readonly {
      readonly name: string;
      readonly inboundNodes?: readonly unknown[];
      readonly output?: { readonly name?: string };
    }[];
  };
  const own = new Map(
    layers.flatMap((layer) => {
      const tensor = layer.inboundNodes?.length === 1 ? layer.output?.name : undefined;
      return tensor === undefined ? [] : [[layer.name, tensor] as const];
    }),
  );
  const known = read.layers.filter(({ name, kind }) => own.has(name) && kind !== 'input');
  const { withTensors } = await import('@ndl/backend-tfjs/tensor-node');
  const batchShape = (layer: Layer, rows: NdArray): number[] => {
    const items = rows.shape[0]! / steps;
    return plan.options.temporal ? [items, steps, ...layer.shape] : [items, ...layer.shape];
  };
  return withTensors((tf) => {
    const tensors = read.inputs.map((name) => {
      const rows = feeds.get(name)!;
      return tf.tensor(Float32Array.from(rows.data), batchShape(layerOf(read, name), rows));
    });
    const fed = tensors.length === 1 ? tensors[0] : tensors;
    const count = feeds.get(read.inputs[0]!)!.shape[0]!;
    const named = (names: readonly string[], made: unknown): [string, NdArray][] => {
      const list = (Array.isArray(made) ? made : [made]) as readonly { dataSync(): ArrayLike<number> }[];
      return names.flatMap((name, index): [string, NdArray][] => {
        const data = Float64Array.from(list[index]!.dataSync());
        const size = sizeOf(layerOf(read, name).shape);
        return data.length === count * size ? [[name, new NdArray(data, [count, size])]] : [];
      });
    };
    const all = named(read.outputs, predict.call(model, fed));
    try {
      const tensorNames = known.map(({ name }) => own.get(name)!);
      all.unshift(
        ...named(
          known.map(({ name }) => name),
          execute?.call(model, fed, tensorNames),
        ),
      );
    } catch {
      // Models that are called more than once, or within others, do not tell of their layers.
    }
    return new Map(all);
  });
}

function greatest(values: ArrayLike<number>, from: (at: number) => number): number {
  let most = 0;
  for (let at = 0; at < values.length; at++) {
    const distance = Math.abs(values[at]! - from(at));
    // What is no number differs from all.
    if (!(distance <= most)) most = Number.isNaN(distance) ? Infinity : distance;
  }
  return most;
}
