/** @file From a graph of NIR to a network that runs: an ensemble for each node of neurons, a node for each of the others. */
import { choice, Connection, Ensemble, Network, type Delay, type Node } from '@ndl/model';
import { refuseSurplus, sizeOf, type NdArray } from '@ndl/numerics';
import { checkGraph } from './check-graph.ts';
import {
  conventionFrom,
  conventionOfWriter,
  NIR_CONVENTIONS,
  type NirConvention,
  type NirConventionInput,
} from './conventions.ts';
import { invalidOption, unknownNode, unknownOption } from './errors.ts';
import { flattenGraph, type FlatGraph } from './flat-graph.ts';
import { plainParts } from './plain-nodes.ts';
import { lateEdges } from './late-edges.ts';
import { nirNeurons, type NirNeurons } from './neuron-types.ts';
import type { NirGraph, NirNode } from './nir-graph.ts';
import { isNeuronType, type NirNeuronType } from './node-types.ts';
import { remember, type NodeParts, type Source } from './remembered-networks.ts';
import { shapesOf, type NodeShapes } from './node-shapes.ts';

/** How a graph becomes a network. */
export interface NirOptions {
  /**
   * How all neurons run: the name of a convention, or choices. Default: that of the file's writer where the names of its nodes tell, else
   * `exact`.
   */
  readonly convention?: NirConventionInput | undefined;
  /** Of single nodes, by name; choices that are left out are those of `convention`. Default none. */
  readonly conventions?: Readonly<Record<string, NirConventionInput>> | undefined;
  /** Of the network. Default null. */
  readonly label?: string | null | undefined;
  /** Of the network. Default 0: nothing in it is drawn. */
  readonly seed?: number | null | undefined;
}

/** A network from NIR, with its parts by name. Nodes within graphs within are called `around/within`. */
export interface NirNetwork {
  readonly network: Network;
  /** Where data come in, by the names of the graph's inputs: nodes whose values are zeros unless they are given. */
  readonly inputs: ReadonlyMap<string, Node>;
  /** What goes out, by the names of the graph's outputs. */
  readonly outputs: ReadonlyMap<string, Node>;
  /** All of them: neurons are ensembles, whose `neurons` have `voltage` to probe. */
  readonly nodes: ReadonlyMap<string, Node | Ensemble>;
  /** How each node of neurons runs. */
  readonly conventions: ReadonlyMap<string, NirConvention>;
  /** The shape of what leaves each node; elements stand row by row. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** What was read otherwise than it is written: sentences for people. */
  readonly notes: readonly string[];
}

const OPTIONS = ['convention', 'conventions', 'label', 'seed'];

/**
 * A network that runs what a graph describes. All is checked before anything is made. Edges that close a cycle are seen a step late: those by
 * which a walk from the inputs, along the edges in their order, comes back to where it has been.
 * @throws NdlError NIR_GRAPH, NIR_TYPE, NIR_CYCLE, SHAPE_MISMATCH, NOT_FINITE, TOO_LARGE for what is wrong with the graph; INVALID_OPTION,
 * UNKNOWN_OPTION, UNKNOWN_NAME
 */
export function nirNetwork(graph: NirGraph, options: NirOptions = {}): NirNetwork {
  refuseSurplus('nirNetwork', arguments, 2);
  checkOptions(options);
  const checked = checkGraph(graph);
  const flat = flattenGraph(checked);
  const shapes = shapesOf(flat);
  const late = lateEdges(flat);
  const conventions = conventionsOf(flat, options);
  const types = new Map(
    [...conventions].map(([name, convention]) => [name, typeOf(flat.nodes.get(name)!, shapes.get(name)!, convention)]),
  );
  const network = new Network({ label: options.label ?? null, seed: options.seed === undefined ? 0 : options.seed });
  const parts = network.within(() => {
    const made = new Map<string, NodeParts>();
    const entering = new Map<string, number>();
    for (const [, to] of flat.edges) entering.set(to, (entering.get(to) ?? 0) + 1);
    for (const [name, node] of flat.nodes) {
      const shape = shapes.get(name)!;
      const type = types.get(name);
      made.set(
        name,
        type === undefined ? plainParts(name, node, shape, entering.get(name) ?? 0) : neuronParts(name, type, shape),
      );
    }
    for (const edge of flat.edges) {
      const [from, to] = [made.get(edge[0])!, made.get(edge[1])!];
      to.enter(from.source, late.has(edge) ? { steps: 1 } : null);
    }
    return made;
  });
  const objects = new Map([...parts].map(([name, { object }]) => [name, object]));
  const named = (names: readonly string[]): ReadonlyMap<string, Node> =>
    new Map(names.map((name) => [name, objects.get(name) as Node]));
  const result: NirNetwork = {
    network,
    inputs: named(flat.inputs),
    outputs: named(flat.outputs),
    nodes: objects,
    conventions,
    shapes: new Map([...shapes].map(([name, { output }]) => [name, output])),
    notes: checked.notes ?? [],
  };
  remember(network, checked, parts);
  return Object.freeze(result);
}

function neuronParts(name: string, neuronType: NirNeurons, { input }: NodeShapes): NodeParts {
  const nNeurons = sizeOf(input);
  const one = [1];
  const ensemble = new Ensemble({
    nNeurons,
    dimensions: 1,
    label: name,
    neuronType,
    gain: choice(one),
    bias: choice([0]),
    encoders: choice([one]),
    evalPoints: [one],
  });
  const { neurons } = ensemble;
  const enter = (source: Source, delay: Delay | null): void => {
    void new Connection(source, neurons, { synapse: null, delay, label: `into ${name}` });
  };
  return { object: ensemble, source: neurons, enter, weights: () => undefined, bias: () => undefined };
}

function typeOf(node: NirNode, { input }: NodeShapes, convention: NirConvention): NirNeurons {
  const parameters = node.parameters as ReadonlyMap<string, NdArray>;
  return nirNeurons(node.type as NirNeuronType, sizeOf(input), parameters, convention);
}

function conventionsOf(
  { nodes }: FlatGraph,
  { convention, conventions = {} }: NirOptions,
): ReadonlyMap<string, NirConvention> {
  const neurons = [...nodes].filter(([, { type }]) => isNeuronType(type)).map(([name]) => name);
  const stranger = Object.keys(conventions).find((name) => !neurons.includes(name));
  if (stranger !== undefined) throw unknownNode('nirNetwork: conventions', stranger, neurons);
  const forAll =
    convention === undefined
      ? NIR_CONVENTIONS[conventionOfWriter(nodes.keys())]
      : conventionFrom(convention, 'nirNetwork: convention');
  return new Map(
    neurons.map((name) => [
      name,
      Object.hasOwn(conventions, name)
        ? conventionFrom(conventions[name]!, `nirNetwork: conventions.${name}`, forAll)
        : forAll,
    ]),
  );
}

function checkOptions(options: NirOptions): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw invalidOption('nirNetwork: the options', 'an object of names and values', options);
  for (const name of Object.keys(options))
    if (!OPTIONS.includes(name)) throw unknownOption('nirNetwork', name, OPTIONS);
  const { conventions } = options;
  if (
    conventions !== undefined &&
    (typeof conventions !== 'object' || conventions === null || Array.isArray(conventions))
  )
    throw invalidOption('nirNetwork: conventions', 'an object of conventions by the names of nodes', conventions);
}
