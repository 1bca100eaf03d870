/** @file What `sim.data` reads of a graph, out of the reach of plugins. */
import type { OperatorGraph } from '@ndl/core';
import type { NdArray, Pieces } from '@ndl/numerics';
import { EntryCopier } from '../copy-of.ts';

interface WhatDataReads extends Pick<OperatorGraph, 'ensembles' | 'connections'> {
  /** Parameters as they were built, by signal, in the order of the graph. */
  readonly parameters: ReadonlyMap<string, NdArray>;
}

/**
 * Build functions, planners, sorters, simplifications and lowerings see the graph and may keep it: unless someone vouches for all of them
 * (`areReaders`), these are copies.
 */
export function* whatDataReads(graph: OperatorGraph, areReaders: boolean): Pieces<WhatDataReads> {
  const { ensembles, connections } = graph;
  const parameters = initialParameters(graph);
  if (areReaders) return { ensembles, connections, parameters };
  const copier = new EntryCopier();
  return {
    ensembles: yield* copier.copyOf(ensembles),
    connections: yield* copier.copyOf(connections),
    parameters: yield* copier.copyOf(parameters),
  };
}

function initialParameters({ signals }: OperatorGraph): ReadonlyMap<string, NdArray> {
  return new Map(signals.filter(({ role }) => role === 'parameter').map(({ name, initial }) => [name, initial]));
}
