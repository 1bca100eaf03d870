/**
 * @file The composition root: from a network and an array of plugins to a compiled network on a backend. Everything that a
 * simulation is made of is chosen here, and nowhere else.
 */
import {
  builder,
  buildNetwork,
  BuildWork,
  checkedContributions,
  type BuildDefinitions,
  type LaterCosts,
} from '@ndl/builder';
import {
  compileNetworkInPieces,
  compiler,
  withNeuronSteps,
  type CompiledNetwork,
  type LearningTask,
} from '@ndl/compiler';
import { resolveSettings, siteOfSetting, TrainableOpinions } from '@ndl/config';
import {
  BACKENDS,
  BUILD_FUNCTIONS,
  DISTRIBUTION_DEFINITIONS,
  frozenInPieces,
  indexByKind,
  isReader,
  LEARNING_RULE_DEFINITIONS,
  NEURON_DEFINITIONS,
  OPERATOR_LOWERINGS,
  PROCESS_DEFINITIONS,
  SETTING_SPECS,
  SOLVER_DEFINITIONS,
  SYNAPSE_DEFINITIONS,
  TRANSFORM_DEFINITIONS,
  type Backend,
  type GradientApproximation,
  type OperatorGraph,
  type Plugin,
  type Settings,
} from '@ndl/core';
import {
  dropZeroFills,
  foldConstants,
  fuseMaps,
  isFiniteIn,
  isTooSmallIn,
  loopPasses,
  moveLoopInvariants,
  removeDeadBuffers,
  shareCommonSubexpressions,
  type ProgramPass,
} from '@ndl/ir';
import { createPluginContainer, type PluginContainer } from '@ndl/container';
import type { Network } from '@ndl/model';
import { RandomState, refuseSurplus, type NdArray, type Pieces } from '@ndl/numerics';
import {
  backendCandidates,
  chooseBackend,
  requireSupport,
  type BackendCandidate,
  type BackendChoice,
} from './choose-backend.ts';
import { checkedBackend } from './checked-backend.ts';
import { ProcessContinuation } from './continued-processes.ts';
import { chooseServices, onBehalfOf } from './chosen-services.ts';
import { numberNotFinite } from './finite-errors.ts';
import { finiteGraph } from './finite-graph.ts';
import { requireFiniteNetwork, requireFiniteTargets } from './finite-network.ts';
import { guardedExecutable } from './guarded-executable.ts';
import { heldByDefault, inputSources, isDriven, type MakeInputSources } from './input-sources.ts';
import { MemoryBudget } from './memory-budget.ts';
import { availableBytes } from './memory-needs.ts';
import { NetworkExecutable } from './network-executable.ts';
import { warnOfOtherSteps } from './steps-of-neurons.ts';
import { warnOfTrainedRules } from './trained-rules.ts';
import { progressOf } from './progress.ts';
import { loadBackend, threadsOf } from './session-config.ts';
import type { ResolvedOptions } from './simulator-options.ts';
import { takeTurns } from './turns.ts';
import { whatDataReads } from './what-data-reads.ts';

/** Passes over every program, in order: while everything is one loop over steps. */
export const programPasses: readonly ProgramPass[] = [
  foldConstants,
  dropZeroFills,
  shareCommonSubexpressions,
  moveLoopInvariants,
  fuseMaps,
  removeDeadBuffers,
];

/** Plugins that every simulation has. */
export function builtInPlugins(): readonly Plugin[] {
  refuseSurplus('builtInPlugins', arguments, 0);
  return [builder(), compiler()];
}

/** A network, built, compiled and loaded on a backend. */
export interface Composition {
  readonly container: PluginContainer;
  readonly settings: Settings;
  readonly seed: number;
  readonly graph: OperatorGraph;
  /** Parameters as they were built, by signal, in the order of the graph. */
  readonly parameters: ReadonlyMap<string, NdArray>;
  readonly compiled: CompiledNetwork;
  readonly definitions: BuildDefinitions;
  /** The approximation that trains neurons of a kind. */
  gradientFor(neuronKind: string): GradientApproximation;
  readonly candidates: readonly BackendCandidate[];
  readonly choice: BackendChoice;
  readonly backend: Backend;
  readonly executable: NetworkExecutable;
  /** Lets processes go on from minibatch to minibatch. */
  readonly processes: ProcessContinuation;
  /** What flows into input nodes that no data are given for. */
  readonly sources: MakeInputSources;
  readonly memory: MemoryBudget;
  /** Losses and optimizers by objective id; training programs are looked up here when first asked for. */
  readonly tasks: Map<string, LearningTask>;
  /** Seconds of each stage. */
  readonly seconds: Readonly<Record<'build' | 'compile' | 'load', number>>;
}

/** Runs the pipeline. Whatever was opened is closed again if a stage fails. */
export async function compose(network: Network, options: ResolvedOptions): Promise<Composition> {
  const container = await createPluginContainer(options.plugins, builtInPlugins());
  try {
    return await composeWith(container, network, options);
  } catch (error) {
    await container.dispose();
    throw error;
  }
}

async function composeWith(
  container: PluginContainer,
  network: Network,
  options: ResolvedOptions,
): Promise<Composition> {
  const report = progressOf('build', 3, options.onProgress);
  const pluginOf = (definition: object | undefined): string | undefined => container.providerOf(definition);
  const settings = resolveSettings(network, container.getAll(SETTING_SPECS), options.settings, pluginOf);
  const buildFunctions = container.getAll(BUILD_FUNCTIONS);
  const definitions: BuildDefinitions = checkedContributions({
    buildFunctions,
    neurons: container.getAll(NEURON_DEFINITIONS),
    synapses: container.getAll(SYNAPSE_DEFINITIONS),
    distributions: container.getAll(DISTRIBUTION_DEFINITIONS),
    solvers: container.getAll(SOLVER_DEFINITIONS),
    processes: container.getAll(PROCESS_DEFINITIONS),
    learningRules: container.getAll(LEARNING_RULE_DEFINITIONS),
    transforms: container.getAll(TRANSFORM_DEFINITIONS),
    pluginOf,
  });
  const seed = options.seed ?? (network.seed === null ? randomSeed() : (network.seed + 1) % 0x100000000);

  const forSetting = onBehalfOf((name) => siteOfSetting(network, name, options.settings));
  requireFiniteNumbers(options, settings);

  const neurons = indexByKind(definitions.neurons, 'neuron definitions');
  const lowerings = indexByKind(container.getAll(OPERATOR_LOWERINGS), 'operator lowerings');
  const services = chooseServices(container, settings, neurons, forSetting);

  const turn = takeTurns();
  const started = performance.now();
  await report(0, { stage: 'build' });
  await new BuildWork({ signal: options.signal }).run(requireFiniteNetwork(network, settings.dtype));
  const opinions = new TrainableOpinions(network, settings);
  let partBuilt = 0;
  const built = await buildNetwork(network, {
    dt: options.dt,
    simulatorSeed: seed,
    isTrainable: opinions.isTrainable,
    isNamed: opinions.isNamed,
    definitions,
    onTargets: (owner, targets) => requireFiniteTargets(owner, targets, settings.dtype),
    decoderCache: options.decoderCache,
    availableBytes: availableBytes(),
    threads: threadsOf(settings),
    signal: options.signal,
    onProgress: (fraction, detail) => void report((partBuilt = fraction), { stage: 'build', detail }),
    onWarning: options.onWarning,
    laterCosts: LATER_COSTS,
  });
  opinions.refuseUnknownNames();
  warnOfOtherSteps(network, neurons, options.dt, options.onWarning);
  const sources = inputSources(built, { definitions, simulatorSeed: seed, dtype: settings.dtype });
  const items = options.minibatchSize ?? 1;
  const preparing = new BuildWork({
    signal: options.signal,
    operations: sources.operations * items,
    onProgress: (fraction) =>
      void report(partBuilt + (1 - partBuilt) * fraction, { stage: 'build', detail: 'processes' }),
  });
  await preparing.run(preparedProcesses(built, sources, items));
  const builtAt = performance.now();
  await report(1, { stage: 'compile' });
  let detail = 'check';
  const work = new BuildWork({
    signal: options.signal,
    operations: COMPILE_COST * (built.operators.length + built.signals.length),
    onProgress: (fraction) => void report(1 + fraction, { stage: 'compile', detail }),
  });
  const { gradientFor } = services;
  const processes = new ProcessContinuation();
  const finite = await work.run(processes.onto(await work.run(finiteGraph(built, settings.dtype))));
  const graph = withNeuronSteps(finite, { neurons, gradientFor, pluginOf, settings });
  processes.see(graph);
  const { simplifications, planner, sorter } = services;
  const seeGraph = [...buildFunctions, ...simplifications, planner, sorter, ...lowerings.values()];
  const areReaders = seeGraph.every((each) => isReader(each));
  if (!areReaders) await work.run(frozenInPieces(graph));
  const { ensembles, connections, parameters } = await work.run(whatDataReads(graph, areReaders));
  const random = new RandomState(seed);
  const compiled = await work.run(
    compileNetworkInPieces(graph, {
      ...services,
      settings,
      random: () => random.uniform(0, 1),
      lowerings,
      pluginOf,
      passes: programPasses,
      loopPasses: [...loopPasses, removeDeadBuffers],
      onStage: (stage) => (detail = stage),
    }),
  );
  warnOfTrainedRules(compiled, options.onWarning);
  const held = heldByDefault(graph);
  const { program } = await work.run(compiled.forwardProgramInPieces('run', held));
  await turn();
  options.signal?.throwIfAborted();

  const compiledAt = performance.now();
  await report(2, { stage: 'load the backend' });
  const candidates = backendCandidates(container.getAll(BACKENDS), (key) =>
    checkedBackend(container.chooseFrom(BACKENDS, key)),
  );
  const tasks = new Map<string, LearningTask>();
  const memory = new MemoryBudget({
    compiled,
    runBuffers: program.buffers,
    functionsPerItem:
      program.hosts.filter(({ scope }) => scope === 'item').length + graph.inputs.filter(isDriven).length,
    tasks,
    dtype: settings.dtype,
  });
  memory.requireState('Simulator.create', options.minibatchSize ?? 1);
  const choice = chooseBackend(candidates, { settings, program, items: options.minibatchSize ?? 1 });
  const others = candidates.map(({ entry }) => entry).filter((entry) => entry !== choice.entry);
  const backend = await forSetting('sessionConfig', () =>
    loadBackend(choice.entry, others, settings, options.onWarning),
  );
  try {
    options.signal?.throwIfAborted();
    const executable = new NetworkExecutable({
      compiled,
      executable: guardedExecutable(choice.name, await backend.create()),
      tasks,
      accept: (training) => requireSupport(training, choice, candidates, settings),
    });
    await executable.forward('run', held, options.signal);
    await turn();
    options.signal?.throwIfAborted();
    await report(3);
    const loadedAt = performance.now();
    const seconds = Object.freeze({
      build: (builtAt - started) / 1000,
      compile: (compiledAt - builtAt) / 1000,
      load: (loadedAt - compiledAt) / 1000,
    });
    return {
      container,
      settings,
      seed,
      graph: { ...graph, ensembles, connections },
      parameters,
      compiled,
      definitions,
      gradientFor,
      candidates,
      choice,
      backend,
      executable,
      processes,
      sources,
      memory,
      tasks,
      seconds,
    };
  } catch (error) {
    backend.dispose();
    throw error;
  }
}

/** Does what takes long in making processes, of nodes and of noise, for the items of a simulator. */
function* preparedProcesses(graph: OperatorGraph, sources: MakeInputSources, items: number): Pieces<void> {
  yield* sources.prepare(items);
  for (const operator of graph.operators) {
    if (operator.kind !== 'hostFunction' || operator.prepare === undefined) continue;
    for (let item = 0; item < items; item++) yield* operator.prepare(item);
  }
}

/** What compiling takes for each operator, and each signal, of a graph, in operations. */
const COMPILE_COST = 30_000;

/** Operations from the graph to the loaded program, by the kind of the object that they are for. */
const LATER_COSTS: LaterCosts = { ensemble: 500_000, node: 60_000, connection: 130_000, probe: 100_000 };

/** Gives back all that a composition holds. */
export async function disposeOf({ executable, backend, container }: Composition): Promise<void> {
  executable.dispose();
  backend.dispose();
  await container.dispose();
}

/** @throws NdlError NOT_FINITE for numbers that the dtype makes infinite, or so small that one over them is. */
function requireFiniteNumbers({ dt }: ResolvedOptions, { dtype }: Settings): void {
  if (!isFiniteIn(dtype, dt)) throw numberNotFinite('Simulator.create: dt', dt, dtype);
  if (isTooSmallIn(dtype, dt)) throw numberNotFinite('Simulator.create: dt', dt, dtype);
}

/** A seed for networks that were given none. */
function randomSeed(): number {
  return Math.floor(Math.random() * 0x7fffffff);
}
