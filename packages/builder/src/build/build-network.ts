/** @file The build: Network → OperatorGraph. */
import {
  operatorDependencies,
  type BuildableObjects,
  type BuildFunction,
  type DistributionDefinition,
  type NeuronDefinition,
  type OperatorGraph,
  type ProcessDefinition,
  type SolverDefinition,
  type SynapseDefinition,
  type TrainableQuestion,
} from '@ndl/core';
import type { Network } from '@ndl/model';
import { invalidTimeStep } from '../errors.ts';
import { kindTable } from '../kind-table.ts';
import { assignSeeds, hostSeed } from './assign-seeds.ts';
import { GraphBuilder } from './graph-builder.ts';

/** What plugins contributed, each list in plugin order: of two entries of one kind the later one counts. */
export interface BuildDefinitions {
  readonly buildFunctions: readonly BuildFunction[];
  readonly neurons: readonly NeuronDefinition[];
  readonly synapses: readonly SynapseDefinition[];
  readonly distributions: readonly DistributionDefinition[];
  readonly solvers: readonly SolverDefinition[];
  readonly processes: readonly ProcessDefinition[];
}

/** How a network is built. */
export interface BuildOptions {
  /** Seconds per step, above 0. */
  readonly dt: number;
  /** Seeds processes that have no seed of their own. */
  readonly simulatorSeed: number;
  /** Which parameters training may change. */
  readonly isTrainable: (question: TrainableQuestion) => boolean;
  readonly definitions: BuildDefinitions;
  /** The seed of a network that has none. Default: from the host's randomness; `seeds` of the graph records it. */
  readonly drawSeed?: () => number;
}

/**
 * Builds the operators of one step of the network: its ensembles and nodes, its subnetworks in the same way, its
 * connections, its probes, each in creation order. Seeds and random draws are Nengo's, so a seeded network has the
 * same encoders, gains, biases and decoders as there, to rounding.
 * @throws NdlError GRAPH_CYCLE where objects wait for each other within one step; many other codes, see `errors.ts` of this package and of the definitions.
 */
export function buildNetwork(network: Network, options: BuildOptions): OperatorGraph {
  const { dt, drawSeed = hostSeed, definitions } = options;
  if (!(Number.isFinite(dt) && dt > 0)) throw invalidTimeStep(dt);
  const context = new GraphBuilder(network, assignSeeds(network, drawSeed), options);
  const buildFunction = kindTable('object', definitions.buildFunctions);
  const buildAll = (objects: readonly BuildableObjects[keyof BuildableObjects][]): void => {
    for (const object of objects) context.buildAs(object, () => buildFunction(object.kind).build(object, context));
  };
  const buildWithin = ({ ensembles, nodes, networks, connections, probes }: Network): void => {
    buildAll(ensembles);
    buildAll(nodes);
    networks.forEach(buildWithin);
    buildAll(connections);
    buildAll(probes);
  };
  buildWithin(network);
  const graph = context.finish();
  // Here, where the objects of the user are known, and not in the midst of planning.
  operatorDependencies(graph, (operator) => context.ownerOf(operator));
  return graph;
}
