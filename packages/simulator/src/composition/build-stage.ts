/** @file The stage that builds: from the network to its graph, with all processes ready to run. */
import { buildNetwork, BuildWork, type LaterCosts } from '@ndl/builder';
import { TrainableOpinions } from '@ndl/config';
import type { OperatorGraph } from '@ndl/core';
import type { Network } from '@ndl/model';
import type { Pieces } from '@ndl/numerics';
import { requireFiniteNetwork, requireFiniteTargets } from '../finite/finite-network.ts';
import { inputSources, type MakeInputSources } from '../inputs/input-sources.ts';
import { availableBytes } from '../memory/memory-needs.ts';
import type { ResolvedOptions } from '../options/simulator-options.ts';
import type { ProgressReport } from '../progress/progress.ts';
import type { Choices } from './choices.ts';
import { threadsOf } from './session-config.ts';
import { warnOfOtherSteps } from './steps-of-neurons.ts';

/** A network as it is built. */
export interface Built {
  readonly graph: OperatorGraph;
  /** What flows into input nodes that no data are given for. */
  readonly sources: MakeInputSources;
}

/** Operations from the graph to the loaded program, by the kind of the object that they are for. */
const LATER_COSTS: LaterCosts = { ensemble: 500_000, node: 60_000, connection: 130_000, probe: 100_000 };

export async function build(
  network: Network,
  options: ResolvedOptions,
  { settings, seed, definitions, neurons }: Choices,
  report: ProgressReport,
): Promise<Built> {
  const { dt, signal, onWarning, decoderCache } = options;
  await report(0, { stage: 'build' });
  await new BuildWork({ signal }).run(requireFiniteNetwork(network, settings.dtype));
  const opinions = new TrainableOpinions(network, settings);
  let done = 0;
  const graph = await buildNetwork(network, {
    dt,
    simulatorSeed: seed,
    isTrainable: opinions.isTrainable,
    isNamed: opinions.isNamed,
    definitions,
    onTargets: (owner, targets) => requireFiniteTargets(owner, targets, settings.dtype),
    decoderCache,
    availableBytes: availableBytes(),
    threads: threadsOf(settings),
    signal,
    onProgress: (fraction, detail) => void report((done = fraction), { stage: 'build', detail }),
    onWarning,
    laterCosts: LATER_COSTS,
  });
  opinions.refuseUnknownNames();
  warnOfOtherSteps(network, neurons, dt, onWarning);
  const sources = inputSources(graph, { definitions, simulatorSeed: seed, dtype: settings.dtype });
  const items = options.minibatchSize ?? 1;
  const preparing = new BuildWork({
    signal,
    operations: sources.operations * items,
    onProgress: (fraction) => void report(done + (1 - done) * fraction, { stage: 'build', detail: 'processes' }),
  });
  await preparing.run(preparedProcesses(graph, sources, items));
  return { graph, sources };
}

/** Does what takes long in making processes, of nodes and of noise, for the items of a simulator. */
function* preparedProcesses(graph: OperatorGraph, sources: MakeInputSources, items: number): Pieces<void> {
  yield* sources.prepare(items);
  for (const operator of graph.operators) {
    if (operator.kind !== 'hostFunction' || operator.prepare === undefined) continue;
    for (let item = 0; item < items; item++) yield* operator.prepare(item);
  }
}
