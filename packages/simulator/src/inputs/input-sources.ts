/** @file What flows into input nodes that no data are given for: their constant, function or process. */
import { nodeSource, processSeed, processTools, type BuildDefinitions, type NodeSource } from '@ndl/builder';
import { inputName } from '@ndl/compiler';
import { indexByKind, type GraphInput, type InputFeed, type OperatorGraph } from '@ndl/core';
import type { Dtype } from '@ndl/ir';
import { compareCreation, describeObject, kept, type Node } from '@ndl/model';
import { isNdArray, type Pieces } from '@ndl/numerics';
import { requireFiniteOutput, sourceName } from '../finite/finite-graph.ts';
import { ProcessFeed } from './process-feed.ts';

/** What input sources are made with. */
export interface InputSourceOptions {
  readonly definitions: BuildDefinitions;
  readonly simulatorSeed: number;
  /** What their numbers must be finite in. */
  readonly dtype: Dtype;
}

/** Default feeds, by input name. */
export type InputSources = ReadonlyMap<string, InputFeed>;

/** What sources are made for. */
interface WantedSources {
  /** Names of inputs that are fed otherwise (default: none). */
  readonly except?: ReadonlySet<string>;
  /** Whether those are wanted too that backends draw by themselves (default: no). */
  readonly withGenerated?: boolean;
  /** The item whose processes the first one has (default 0). */
  readonly firstItem?: number;
}

/** Makes fresh sources for a batch of `items`. */
export interface MakeInputSources {
  (items: number, wanted?: WantedSources): InputSources;
  /** Does beforehand what takes long in making the processes of the first `items`, for good. */
  prepare(items: number): Pieces<void>;
  /** Operations that preparing takes for each item, as far as definitions tell. */
  readonly operations: number;
}

/**
 * The sources of a graph. Constants are held. Functions are called once per step, in the order in which the nodes were
 * created, whatever networks they are in, and shared over the batch; processes run once per item, each item with a seed of its own.
 */
export function inputSources(
  graph: OperatorGraph,
  { definitions, simulatorSeed, dtype }: InputSourceOptions,
): MakeInputSources {
  const processes = indexByKind(definitions.processes, 'process definitions');
  const tools = processTools(definitions);
  const seedOf = (object: object): number => graph.seeds.get(object)!;
  const inputs = graph.inputs.map(({ node, source: drawn }, index) => {
    const output = kept(node, 'output');
    const seed = isProcess(output) ? processSeed(output, node, { simulatorSeed, seedOf }) : 0;
    return {
      name: inputName(graph, index),
      node,
      isGenerated: drawn !== undefined,
      source: finiteSource(
        nodeSource(node, {
          dt: graph.dt,
          seed,
          process: (kind) => processes.get(kind)!,
          pluginOf: definitions.pluginOf,
          tools,
        }),
        node,
        dtype,
      ),
    };
  });
  const inOrder = inputs.toSorted((a, b) => compareCreation(a.node, b.node));
  const make = (items: number, { except, withGenerated = false, firstItem = 0 }: WantedSources = {}): InputSources =>
    new Map(
      inOrder
        .filter(({ name, isGenerated }) => except?.has(name) !== true && (withGenerated || !isGenerated))
        .map(({ name, node, source }) => [name, feedFrom(source, node, { items, firstItem, dt: graph.dt })] as const),
    );
  return Object.assign(make, {
    *prepare(items: number): Pieces<void> {
      for (const { source } of inputs) {
        if (source.kind !== 'function' || source.prepare === undefined) continue;
        for (let item = 0; item < items; item++) yield* source.prepare(item);
      }
    },
    operations: inputs.reduce(
      (sum, { source }) => sum + (source.kind === 'function' ? (source.operations ?? 0) : 0),
      0,
    ),
  });
}

/** Inputs that are held where nothing is fed: those of constant nodes. */
export function heldByDefault(graph: OperatorGraph): ReadonlySet<string> {
  const isConstant = (output: Node['output']): boolean => output === null || isNdArray(output);
  return new Set(
    graph.inputs.flatMap(({ node }, index) => (isConstant(kept(node, 'output')) ? [inputName(graph, index)] : [])),
  );
}

/** Whether an input is driven by a process of ours, of which each item has its own. */
export function isDriven({ node, source }: GraphInput): boolean {
  return source === undefined && isProcess(kept(node, 'output'));
}

type ProcessOutput = Extract<Node['output'], { readonly kind: string }>;

function isProcess(output: Node['output']): output is ProcessOutput {
  return typeof output === 'object' && output !== null && 'kind' in output;
}

/** The source, its numbers checked. Constants were, with the graph. */
function finiteSource(source: NodeSource, node: Node, dtype: Dtype): NodeSource {
  if (source.kind === 'constant' || dtype === 'float64') return source;
  const owner = (): string => describeObject(node);
  const what = (): string => sourceName(node);
  return {
    ...source,
    make: (item) => {
      const step = source.make(item);
      const checked = (time: number): Float64Array => {
        const value = step(time);
        requireFiniteOutput(owner, what, time, value, dtype);
        return value;
      };
      const { save, restore } = step;
      return Object.assign(checked, save !== undefined && { save }, restore !== undefined && { restore });
    },
  };
}

function feedFrom(
  source: NodeSource,
  node: Node,
  { items, firstItem, dt }: { readonly items: number; readonly firstItem: number; readonly dt: number },
): InputFeed {
  const size = node.sizeOut;
  if (source.kind === 'constant') {
    const data = new Float64Array(items * size);
    for (let item = 0; item < items; item++) data.set(source.value, item * size);
    return { kind: 'held', data };
  }
  const output = kept(node, 'output');
  if (isProcess(output)) {
    const followsSimulator = (output.seed ?? null) === null;
    return new ProcessFeed((item) => source.make(firstItem + item), {
      items,
      size,
      dt,
      followsSimulator,
      live: node.live,
    });
  }
  const step = source.make(0);
  return {
    kind: 'source',
    live: node.live,
    call: (time, _step, into) => {
      const value = step(time);
      for (let item = 0; item < items; item++) into.set(value, item * size);
    },
  };
}
