/** @file Whether a graph can be a network: its nodes are whole, and its edges lead from node to node. */
import { isPlainObject } from '@ndl/model';
import { graphInvalid, invalidOption, tooLarge } from './errors.ts';
import type { NirEdge, NirGraph, NirNode } from './nir-graph.ts';
import { checkNode } from './node-checks.ts';

const MOST_DEPTH = 32;

/**
 * The graph, with edges that name nodes by their keys. An edge may call a node of its graph by another name than its key, as
 * version 0.2.0 wrote them, if only one node has no edge, and only one name no node; one that is there twice counts once.
 * `notes` say so.
 * @throws NdlError NIR_GRAPH, NIR_TYPE, SHAPE_MISMATCH, NOT_FINITE, INVALID_OPTION
 */
export function checkGraph(graph: NirGraph): NirGraph {
  const notes: string[] = [];
  const checked = checkedGraph(graph, 'the graph', notes, 0);
  const { notes: earlier = [], ...rest } = checked;
  const all = [...earlier, ...notes];
  return all.length === 0 ? rest : { ...rest, notes: all };
}

function checkedGraph(graph: NirGraph, where: string, notes: string[], depth: number): NirGraph {
  if (!isPlainObject(graph) || (graph as Partial<NirGraph>).type !== 'NIRGraph')
    throw invalidOption(where, "a graph: { type: 'NIRGraph', nodes, edges }", graph);
  if (depth > MOST_DEPTH) throw tooLarge(where, `graphs within graphs, ${depth} deep`, `${MOST_DEPTH}`);
  if (!(graph.nodes instanceof Map)) throw invalidOption(`${where}: nodes`, 'a Map of names and nodes', graph.nodes);
  if (!Array.isArray(graph.edges)) throw invalidOption(`${where}: edges`, 'a list of pairs of names', graph.edges);
  const nodes = new Map<string, NirNode | NirGraph>();
  for (const [name, node] of graph.nodes as ReadonlyMap<string, NirNode | NirGraph>) {
    if (typeof name !== 'string' || name === '' || name === '.' || name.includes('/'))
      throw graphInvalid(where, `it has a node called '${name}'; names are texts without '/'`);
    if (!isPlainObject(node)) throw invalidOption(`node '${name}'`, 'an object with a type', node);
    const type = (node as NirNode | NirGraph).type;
    const place = `node '${name}' (${type})`;
    if (node.type === 'NIRGraph') nodes.set(name, checkedGraph(node as unknown as NirGraph, place, notes, depth + 1));
    else {
      checkNode(node as unknown as NirNode, place);
      nodes.set(name, node as unknown as NirNode);
    }
  }
  if (nodes.size === 0) throw graphInvalid(where, 'it has no nodes');
  return { ...graph, nodes, edges: checkedEdges(graph.edges, nodes, where, notes) };
}

function checkedEdges(
  edges: readonly NirEdge[],
  nodes: ReadonlyMap<string, NirNode | NirGraph>,
  where: string,
  notes: string[],
): readonly NirEdge[] {
  const isPair = (edge: unknown): boolean =>
    Array.isArray(edge) && edge.length === 2 && edge.every((name) => typeof name === 'string');
  const odd = edges.find((edge) => !isPair(edge));
  if (odd !== undefined) throw invalidOption(`${where}: an edge`, 'two names, [from, to]', odd);
  const named = new Set(edges.flat());
  const isKnown = (name: string): boolean => nodes.has(name) || leadsInto(name, nodes);
  const strangers = [...named].filter((name) => !isKnown(name));
  const lonely = [...nodes.keys()].filter((name) => !named.has(name));
  let rename = (name: string): string => name;
  if (strangers.length > 0) {
    const [stranger, meant] = [strangers[0]!, lonely[0]];
    if (strangers.length > 1 || lonely.length !== 1)
      throw graphInvalid(
        where,
        `its edges speak of a node '${stranger}', which there is not; there are ${[...nodes.keys()].join(', ')}`,
      );
    notes.push(`${where}: its edges call the node '${meant}' by the name '${stranger}'.`);
    rename = (name) => (name === stranger ? meant! : name);
  }
  const seen = new Set<string>();
  const kept: NirEdge[] = [];
  for (const [from, to] of edges) {
    const edge = [rename(from), rename(to)] as const;
    const key = JSON.stringify(edge);
    if (seen.has(key)) notes.push(`${where}: the edge from '${edge[0]}' to '${edge[1]}' is there twice.`);
    else kept.push(edge);
    seen.add(key);
  }
  return kept;
}

/** Whether a name is that of an input or output of a graph within: `sub.input`. */
function leadsInto(name: string, nodes: ReadonlyMap<string, NirNode | NirGraph>): boolean {
  const dot = name.indexOf('.');
  const inner = dot < 0 ? undefined : nodes.get(name.slice(0, dot));
  return inner?.type === 'NIRGraph' && (inner as NirGraph).nodes.has(name.slice(dot + 1));
}
