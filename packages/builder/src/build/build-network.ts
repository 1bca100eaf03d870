/** @file The build: Network → OperatorGraph. */
import {
  isNdlError,
  operatorDependencies,
  type BuildableObjects,
  type BuildFunction,
  type OperatorGraph,
} from '@ndl/core';
import { describeObject, type Network } from '@ndl/model';
import { definitionName, isAllocationFailure } from '../checked/definition-name.ts';
import { definitionFailed, forPart, invalidTimeStep, tooLarge } from '../errors.ts';
import { kindTable } from '../kind-table.ts';
import { assignSeeds, hostSeed } from './assign-seeds.ts';
import type { BuildOptions } from './build-options.ts';
import { BuildWork } from './build-work.ts';
import { bytesText, estimateBuild, warningsOf, type EstimatedPart } from './estimate-build.ts';
import { GraphBuilder } from './graph-builder.ts';

/**
 * Builds the operators of one step of the network: its ensembles and nodes, its subnetworks in the same way, its
 * connections, its probes, each in creation order. Seeds and random draws are Nengo's, so a seeded network has the
 * same encoders, gains, biases and decoders as there, to rounding.
 *
 * Long work is done in pieces: the event loop has its turn about every 40 ms, when an abort is noticed as well.
 * @throws NdlError GRAPH_CYCLE where objects wait for each other within one step; many other codes, see `errors.ts` of this
 * package and of the definitions. The reason of `signal` once it is aborted.
 */
export async function buildNetwork(network: Network, options: BuildOptions): Promise<OperatorGraph> {
  const { dt, drawSeed = hostSeed, definitions, signal, onProgress, onWarning } = options;
  if (!(Number.isFinite(dt) && dt > 0)) throw invalidTimeStep(dt);
  const solvers = new Map(definitions.solvers.map((solver) => [solver.kind, solver]));
  const estimate = estimateBuild(network, (kind) => solvers.get(kind));
  const work = new BuildWork({ signal, onProgress, operations: estimate.operations });
  for (const warning of warningsOf(estimate)) onWarning?.(warning);
  const context = new GraphBuilder(network, assignSeeds(network, drawSeed), options, work);
  const buildFunction = kindTable('object', definitions.buildFunctions);
  const buildAll = async (objects: readonly BuildableObjects[keyof BuildableObjects][]): Promise<void> => {
    for (const object of objects) {
      work.begin(() => describeObject(object));
      context.beginObject(object);
      await buildObject(buildFunction(object.kind), object, context, estimate.parts.get(object));
      await work.turn();
    }
  };
  const buildWithin = async ({ ensembles, nodes, networks, connections, probes }: Network): Promise<void> => {
    await buildAll(ensembles);
    await buildAll(nodes);
    for (const subnetwork of networks) await buildWithin(subnetwork);
    await buildAll(connections);
    await buildAll(probes);
  };
  await buildWithin(network);
  const graph = context.finish();
  // Here, where the objects of the user are known, and not in the midst of planning.
  operatorDependencies(graph, (operator) => context.ownerOf(operator));
  return graph;
}

/** Builds one object; what fails for another reason than a bad network is blamed on whose fault it is. */
async function buildObject(
  buildFunction: BuildFunction,
  object: BuildableObjects[keyof BuildableObjects],
  context: GraphBuilder,
  estimate: EstimatedPart | undefined,
): Promise<void> {
  try {
    const building = buildFunction.build(object, context);
    if (building !== undefined) await context.work.wait(building);
  } catch (error) {
    if (isAllocationFailure(error)) {
      throw estimate === undefined
        ? tooLarge(`${describeObject(object)}: its arrays`, undefined, error)
        : tooLarge(estimate.describe(), bytesText(estimate.cost.bytes), error);
    }
    if (isNdlError(error) || context.work.isAborted) throw error;
    const name = definitionName('build function', buildFunction.kind, context.pluginOf(buildFunction));
    throw forPart(describeObject(object), 'build', definitionFailed(name, error));
  }
}
