/** @file Which graph a network was made from, and what stands for its nodes. */
import type { Connection, Delay, Ensemble, Network, Neurons, Node } from '@ndl/model';
import type { NirGraph } from './nir-graph.ts';

/** What connections to other nodes begin at. */
export type Source = Node | Neurons;

/** What stands for a node in a network. */
export interface NodeParts {
  readonly object: Node | Ensemble;
  readonly source: Source;
  /** Makes the connections of an edge that ends here. */
  enter(source: Source, delay: Delay | null): void;
  /** What holds its weights, scale or kernel; undefined for nodes that have none. */
  weights(): Connection | undefined;
  /** What holds its bias. */
  bias(): Connection | undefined;
}

/** A network's origin. */
export interface Origin {
  readonly graph: NirGraph;
  /** By path. */
  readonly parts: ReadonlyMap<string, NodeParts>;
}

const origins = new WeakMap<Network, Origin>();

/** Keeps what a network was made from, for as long as it exists. */
export function remember(network: Network, graph: NirGraph, parts: ReadonlyMap<string, NodeParts>): void {
  origins.set(network, { graph, parts });
}

/** What a network was made from; undefined for others. */
export function originOf(network: Network): Origin | undefined {
  return origins.get(network);
}
