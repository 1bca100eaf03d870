/** @file Back from a network to the graph that it was made from, with the numbers that the network has now. */
import { hintForOtherCopy, kept, type Connection, type DenseTransform, type Ensemble, type Network } from '@ndl/model';
import { isNdArray, NdArray, refuseSurplus } from '@ndl/numerics';
import { changedBeyondNir, invalidOption, noGraph } from './errors.ts';
import { kernelForNir } from './kernel-axes.ts';
import { PARAMETER_STATES } from './neuron-types.ts';
import type { NirGraph, NirNode, NirValue } from './nir-graph.ts';
import type { NirNetwork } from './nir-network.ts';
import { isNeuronType } from './node-types.ts';
import { originOf, type NodeParts } from './remembered-networks.ts';

/**
 * The graph of a network that `importNir` or `nirNetwork` made. Weights, biases, kernels and parameters of neurons are read from the network,
 * so that what was trained, and written back by `freezeParameters`, is in it; all else, and arrays whose numbers are the same, are as they were.
 * @throws NdlError NIR_NOT_IMPORTED for other networks; NIR_CHANGED where an object no longer is what its node stands for; INVALID_OPTION
 */
export function exportNir(network: Network | NirNetwork): NirGraph {
  refuseSurplus('exportNir', arguments, 1);
  const itself = (network as Partial<NirNetwork> | null | undefined)?.network ?? network;
  if (typeof itself !== 'object' || itself === null || (itself as Network).kind !== 'network')
    throw invalidOption('exportNir: network', 'a network, as made by importNir or nirNetwork', network);
  const origin = originOf(itself as Network);
  if (origin === undefined) throw noGraph((itself as Network).label ?? 'The network', hintForOtherCopy(itself));
  const { notes: _, ...graph } = currentGraph(origin.graph, origin.parts, '');
  return graph;
}

function currentGraph(graph: NirGraph, parts: ReadonlyMap<string, NodeParts>, before: string): NirGraph {
  const nodes = new Map<string, NirNode | NirGraph>();
  for (const [name, node] of graph.nodes) {
    const path = before + name;
    const current =
      node.type === 'NIRGraph' ? currentGraph(node, parts, `${path}/`) : currentNode(path, node, parts.get(path)!);
    nodes.set(name, current);
  }
  return { ...graph, nodes };
}

function currentNode(path: string, node: NirNode, parts: NodeParts): NirNode {
  const where = `node '${path}' (${node.type})`;
  const current = isNeuronType(node.type)
    ? neuronValues(where, node, parts.object as Ensemble)
    : linearValues(where, node, parts);
  if (current.size === 0) return node;
  const parameters = new Map<string, NirValue>();
  for (const [name, value] of node.parameters)
    parameters.set(name, isNdArray(value) && current.has(name) ? renewed(value, current.get(name)!) : value);
  return { ...node, parameters };
}

function linearValues(where: string, { type }: NirNode, parts: NodeParts): ReadonlyMap<string, NdArray> {
  const values = new Map<string, NdArray>();
  const weights = parts.weights();
  if (weights !== undefined && (type === 'Affine' || type === 'Linear' || type === 'Scale'))
    values.set(type === 'Scale' ? 'scale' : 'weight', denseArray(where, weights, type === 'Scale' ? 1 : 2));
  if (weights !== undefined && (type === 'Conv1d' || type === 'Conv2d'))
    values.set('weight', kernelForNir(kernelArray(where, weights)));
  const bias = parts.bias();
  if (bias !== undefined) values.set('bias', denseArray(where, bias, 2));
  return values;
}

function denseArray(where: string, connection: Connection, rank: number): NdArray {
  const { transform } = connection;
  const initial = transform.kind === 'dense' ? kept(transform as DenseTransform, 'initial') : undefined;
  if (!isNdArray(initial) || initial.rank !== rank)
    throw changedBeyondNir(where, `its weights are no array of ${rank === 1 ? 'a diagonal' : 'a matrix'} any more`);
  return initial;
}

function kernelArray(where: string, { transform }: Connection): NdArray {
  const kernel = transform.kind === 'convolution' ? kept(transform as never, 'kernel' as never) : undefined;
  if (!isNdArray(kernel)) throw changedBeyondNir(where, 'its transform is no convolution by an array any more');
  return kernel;
}

function neuronValues(where: string, node: NirNode, ensemble: Ensemble): ReadonlyMap<string, NdArray> {
  const { neuronType } = ensemble;
  if (neuronType.kind !== `nir${node.type}`)
    throw changedBeyondNir(where, `its neurons are of kind '${neuronType.kind}' now`);
  if (!isAll(kept(ensemble, 'gain'), 1) || !isAll(kept(ensemble, 'bias'), 0))
    throw changedBeyondNir(
      where,
      'its neurons have gains or biases of their own now, which NIR does not have; leave these untrained',
    );
  const values = new Map<string, NdArray>();
  for (const name of node.parameters.keys()) {
    const value = neuronType.initialState[PARAMETER_STATES[name]![0]];
    if (isNdArray(value)) values.set(name, value);
  }
  return values;
}

/** Whether an array, or a choice of one number, is that number everywhere. */
function isAll(value: unknown, number: number): boolean {
  if (isNdArray(value)) return value.data.every((element) => element === number);
  const options = (value as { readonly options?: unknown } | null)?.options;
  return isNdArray(options) && options.data.every((element) => element === number);
}

/** The array of the file, with other numbers where they are others. One number for all stays one while all are alike. */
function renewed(original: NdArray, current: NdArray): NdArray {
  const { data } = original;
  const isSingle = data.length === 1;
  const at = (element: number): number => data[isSingle ? 0 : element]!;
  if (current.data.every((value, element) => value === at(element))) return original;
  const make = data instanceof Float32Array ? Float32Array : Float64Array;
  if (current.size === data.length) return new NdArray(new make(current.data), original.shape);
  const first = current.data[0]!;
  if (current.data.every((value) => value === first)) return new NdArray(make.of(first), original.shape);
  return new NdArray(new make(current.data), [current.size]);
}
