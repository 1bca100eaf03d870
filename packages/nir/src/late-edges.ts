/** @file Which edges of a graph with cycles are seen a step late: a step computes each node once. */
import { cycleWithoutDelay } from './errors.ts';
import type { FlatGraph } from './flat-graph.ts';
import type { NdArray } from '@ndl/numerics';
import type { NirEdge, NirNode } from './nir-graph.ts';

/** Kinds of nodes that remember. */
const REMEMBERING: readonly string[] = ['I', 'IF', 'LI', 'LIF', 'CubaLI', 'CubaLIF'];

/**
 * The edges that close a cycle, as a walk from the inputs along the edges in their order finds them. Delays break cycles by
 * themselves.
 * @throws NdlError NIR_CYCLE for a cycle in which no node remembers
 */
export function lateEdges({ nodes, edges, inputs }: FlatGraph): ReadonlySet<NirEdge> {
  refuseInstantCycles(nodes, edges);
  const leaving = edgesByStart(edges.filter(([from]) => !isWaiting(nodes.get(from)!)));
  const late = new Set<NirEdge>();
  walk([...inputs, ...nodes.keys()], leaving, (edge) => void late.add(edge));
  return late;
}

function isWaiting(node: NirNode): boolean {
  return node.type === 'Delay' && (node.parameters.get('delay') as NdArray).data.every((seconds) => seconds > 0);
}

function refuseInstantCycles(nodes: ReadonlyMap<string, NirNode>, edges: readonly NirEdge[]): void {
  const remembers = (name: string): boolean =>
    REMEMBERING.includes(nodes.get(name)!.type) || isWaiting(nodes.get(name)!);
  const leaving = edgesByStart(edges.filter(([from, to]) => !remembers(from) && !remembers(to)));
  walk([...nodes.keys()], leaving, ([, to], way) => {
    throw cycleWithoutDelay(way.slice(way.indexOf(to)));
  });
}

function edgesByStart(edges: readonly NirEdge[]): ReadonlyMap<string, readonly NirEdge[]> {
  const leaving = new Map<string, NirEdge[]>();
  for (const edge of edges) {
    const before = leaving.get(edge[0]);
    if (before === undefined) leaving.set(edge[0], [edge]);
    else before.push(edge);
  }
  return leaving;
}

/** In depth, without recursion; `closes` is told of edges back to a node that the way goes through. */
function walk(
  starts: readonly string[],
  leaving: ReadonlyMap<string, readonly NirEdge[]>,
  closes: (edge: NirEdge, way: readonly string[]) => void,
): void {
  const done = new Set<string>();
  for (const start of starts) {
    if (done.has(start)) continue;
    const way: string[] = [start];
    const next: number[] = [0];
    const onWay = new Set<string>(way);
    while (way.length > 0) {
      const name = way.at(-1)!;
      const edge = leaving.get(name)?.[next.at(-1)!];
      if (edge === undefined) {
        done.add(name);
        onWay.delete(name);
        way.pop();
        next.pop();
        continue;
      }
      next[next.length - 1]! += 1;
      if (onWay.has(edge[1])) closes(edge, way);
      else if (!done.has(edge[1])) {
        way.push(edge[1]);
        next.push(0);
        onWay.add(edge[1]);
      }
    }
  }
}
