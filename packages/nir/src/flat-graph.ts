/** @file A graph without graphs in it: nodes within have the names of those around them before theirs, `around/within`. */
import { graphInvalid } from './errors.ts';
import type { NirEdge, NirGraph, NirNode } from './nir-graph.ts';

/** Nodes by their paths, and edges between these. */
export interface FlatGraph {
  readonly nodes: ReadonlyMap<string, NirNode>;
  readonly edges: readonly NirEdge[];
  /** The paths of the inputs and outputs of the whole. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** All nodes of a checked graph, whatever depth they are at. @throws NdlError NIR_GRAPH */
export function flattenGraph(graph: NirGraph): FlatGraph {
  const nodes = new Map<string, NirNode>();
  const edges: NirEdge[] = [];
  flattenInto(graph, '', nodes, edges);
  const named = (type: string): readonly string[] =>
    [...graph.nodes].filter(([, node]) => node.type === type).map(([name]) => name);
  return { nodes, edges, inputs: named('Input'), outputs: named('Output') };
}

function flattenInto(graph: NirGraph, before: string, nodes: Map<string, NirNode>, edges: NirEdge[]): void {
  for (const [name, node] of graph.nodes) {
    if (node.type === 'NIRGraph') flattenInto(node, `${before}${name}/`, nodes, edges);
    else nodes.set(before + name, node);
  }
  for (const [from, to] of graph.edges)
    edges.push([before + portOf(graph, from, 'Output'), before + portOf(graph, to, 'Input')]);
}

/** The node that an edge begins or ends at: in a graph within, its one output or input, or the one that the name tells. */
function portOf(graph: NirGraph, name: string, type: 'Input' | 'Output'): string {
  const node = graph.nodes.get(name);
  if (node === undefined) {
    const dot = name.indexOf('.');
    const [around, within] = [name.slice(0, dot), name.slice(dot + 1)];
    return `${around}/${portOf(graph.nodes.get(around) as NirGraph, within, type)}`;
  }
  if (node.type !== 'NIRGraph') return name;
  const ports = [...node.nodes].filter(([, inner]) => inner.type === type).map(([port]) => port);
  if (ports.length !== 1) {
    const which = ports.length === 0 ? 'none' : ports.map((port) => `'${name}.${port}'`).join(', ');
    throw graphInvalid(`node '${name}' (NIRGraph)`, `an edge speaks of its ${type}, and it has ${which}`);
  }
  return `${name}/${ports[0]!}`;
}
