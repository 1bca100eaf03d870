/** @file The build: Network → OperatorGraph. */
import { ProductTeam, refuseSurplus } from '@ndl/numerics';
import {
  isNdlError,
  operatorDependenciesInPieces,
  type BuildableObjects,
  type BuildFunction,
  type OperatorGraph,
  type ProcessDefinition,
  type SolverDefinition,
} from '@ndl/core';
import { describeObject, walkNetworks, type Network } from '@ndl/model';
import { definitionName, isAllocationFailure } from '../checked/definition-name.ts';
import { forPart, tooLarge } from './build-errors.ts';
import { definitionFailed } from '../checked/definition-errors.ts';
import { invalidTimeStep } from '../errors.ts';
import { kindTable } from '../kind-table.ts';
import { LONGEST_ARRAY } from '../longest-array.ts';
import { assignSeedsInPieces, hostSeed } from './assign-seeds.ts';
import { buildRuleInputs } from './build-learning-rules.ts';
import type { BuildOptions } from './build-options.ts';
import { BuildWork } from './build-work.ts';
import { estimateBuild } from './estimate-build.ts';
import { bytesText, warningsOf, type BuildEstimate } from './estimate-warnings.ts';
import type { EstimatedPart } from './estimated-part.ts';
import { GraphBuilder } from './graph-builder.ts';
import { objectNames } from './object-names.ts';

/**
 * Builds the operators of one step of the network: its ensembles and nodes, its subnetworks in the same way, its
 * connections, its probes, each in creation order. Seeds and random draws are Nengo's, so a seeded network has the
 * same encoders, gains, biases and decoders as there, to rounding.
 *
 * Long work is done in pieces: the event loop has its turn about every 40 ms, when an abort is noticed as well. Threads share long
 * products, where there are some; they end with the build.
 * @throws NdlError GRAPH_CYCLE where objects wait for each other within one step; many other codes, see `errors.ts` of this
 * package and of the definitions. The reason of `signal` once it is aborted.
 */
export async function buildNetwork(network: Network, options: BuildOptions): Promise<OperatorGraph> {
  refuseSurplus('buildNetwork', arguments, 2);
  if (!(Number.isFinite(options.dt) && options.dt > 0)) throw invalidTimeStep(options.dt);
  const { signal, onProgress, threads } = options;
  const team = new ProductTeam({ threads });
  try {
    return await buildWith(network, options, new BuildWork({ signal, onProgress, team }));
  } finally {
    team.end();
  }
}

async function buildWith(network: Network, options: BuildOptions, work: BuildWork): Promise<OperatorGraph> {
  const { dt, drawSeed = hostSeed, definitions, onWarning, availableBytes } = options;
  const seeds = await work.run(assignSeedsInPieces(network, drawSeed));
  const names = await work.run(objectNames(network));
  const context = new GraphBuilder(network, { seeds, names }, options, work);
  const kinds = new Set(definitions.solvers.map(({ kind }) => kind));
  const processKinds = new Set(definitions.processes.map(({ kind }) => kind));
  const processOf = (kind: string): ProcessDefinition | undefined =>
    processKinds.has(kind) ? context.process(kind) : undefined;
  const solverOf = (kind: string): SolverDefinition | undefined => (kinds.has(kind) ? context.solver(kind) : undefined);
  const processes = { definitionOf: processOf, pluginOf: context.pluginOf, sizes: { dt, ...context.processTools } };
  const estimate = await work.run(estimateBuild(network, { dt, solverOf, processes, laterCosts: options.laterCosts }));
  requireRoom(estimate, availableBytes);
  for (const warning of warningsOf(estimate)) onWarning?.(warning);
  work.expect(estimate.operations);
  const buildFunction = kindTable('object', definitions.buildFunctions);
  const buildAll = async (objects: readonly BuildableObjects[keyof BuildableObjects][]): Promise<void> => {
    for (const object of objects) {
      work.begin(() => describeObject(object));
      context.beginObject(object);
      await buildObject(buildFunction(object.kind), object, context, estimate.parts.get(object));
      await work.turn();
    }
  };
  for (const { network: owner, direction } of walkNetworks(network)) {
    await buildAll(direction === 'in' ? owner.ensembles : owner.connections);
    await buildAll(direction === 'in' ? owner.nodes : owner.probes);
    if (direction === 'in') for (const connection of owner.connections) buildRuleInputs(connection, context);
  }
  const graph = context.finish();
  // Here, where the objects of the user are known, and not in the midst of planning.
  await work.run(operatorDependenciesInPieces(graph, (operator) => context.ownerOf(operator)));
  return graph;
}

/** @throws NdlError TOO_LARGE for the first object whose arrays alone are estimated to take more memory than there is */
function requireRoom({ parts }: BuildEstimate, available: number = Infinity): void {
  for (const part of parts.values()) {
    const { describe, cost, longestArray = 0, remedy } = largestOf(part);
    if (cost.bytes > available || longestArray > LONGEST_ARRAY)
      throw tooLarge(describe(), bytesText(cost.bytes), undefined, remedy);
  }
}

function largestOf(part: EstimatedPart): EstimatedPart {
  return part.largest ?? part;
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
        : tooLarge(largestOf(estimate).describe(), bytesText(estimate.cost.bytes), error, largestOf(estimate).remedy);
    }
    if (isNdlError(error) || context.work.isAborted) throw error;
    const name = definitionName('build function', buildFunction.kind, context.pluginOf(buildFunction));
    throw forPart(describeObject(object), 'build', definitionFailed(name, error));
  }
}
