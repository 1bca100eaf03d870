/**
 * @file The composition root: from a network and an array of plugins to a compiled network on a backend. Everything that a
 * simulation is made of is chosen here, and nowhere else.
 */
import { buildNetwork, builder, type BuildDefinitions } from '@ndl/builder';
import { compileNetwork, compiler, programSource, type CompiledNetwork, type LearningTask } from '@ndl/compiler';
import { resolveSettings, resolveTrainable, siteOfSetting } from '@ndl/config';
import {
  BACKENDS,
  BUILD_FUNCTIONS,
  DISTRIBUTION_DEFINITIONS,
  indexByKind,
  NEURON_DEFINITIONS,
  OPERATOR_LOWERINGS,
  PROCESS_DEFINITIONS,
  SETTING_SPECS,
  SOLVER_DEFINITIONS,
  SYNAPSE_DEFINITIONS,
  type Backend,
  type Executable,
  type GradientApproximation,
  type OperatorGraph,
  type Plugin,
  type Settings,
  type Token,
} from '@ndl/core';
import {
  dropZeroFills,
  foldConstants,
  fuseMaps,
  moveLoopInvariants,
  removeDeadBuffers,
  shareCommonSubexpressions,
  type ProgramPass,
} from '@ndl/ir';
import { createKernel, type Kernel } from '@ndl/kernel';
import type { Network } from '@ndl/model';
import { RandomState } from '@ndl/numerics';
import {
  backendCandidates,
  chooseBackend,
  supportedSource,
  type BackendCandidate,
  type BackendChoice,
} from './choose-backend.ts';
import { chooseServices, onBehalfOf } from './chosen-services.ts';
import { withFaultsOfNdl } from './guarded-executable.ts';
import { heldByDefault } from './input-sources.ts';
import { progressOf } from './progress.ts';
import { loadBackend } from './session-config.ts';
import type { ResolvedOptions } from './simulator-options.ts';

/** Passes over every program, in order. */
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
  return [builder(), compiler()];
}

/** A network, built, compiled and loaded on a backend. */
export interface Composition {
  readonly kernel: Kernel;
  readonly settings: Settings;
  readonly seed: number;
  readonly graph: OperatorGraph;
  readonly compiled: CompiledNetwork;
  readonly definitions: BuildDefinitions;
  /** The approximation that trains neurons of a kind. */
  gradientFor(neuronKind: string): GradientApproximation;
  readonly candidates: readonly BackendCandidate[];
  readonly choice: BackendChoice;
  readonly backend: Backend;
  readonly executable: Executable;
  /** Losses and optimizers by objective id; training programs are looked up here when first asked for. */
  readonly tasks: Map<string, LearningTask>;
  /** Seconds of each stage. */
  readonly seconds: Readonly<Record<'build' | 'compile' | 'load', number>>;
}

/** Runs the pipeline. Whatever was opened is closed again if a stage fails. */
export async function compose(network: Network, options: ResolvedOptions): Promise<Composition> {
  const kernel = await createKernel(options.plugins, builtInPlugins());
  try {
    return await composeWith(kernel, network, options);
  } catch (error) {
    await kernel.dispose();
    throw error;
  }
}

async function composeWith(kernel: Kernel, network: Network, options: ResolvedOptions): Promise<Composition> {
  const report = progressOf('build', 3, options.onProgress);
  const settings = resolveSettings(network, kernel.getAll(SETTING_SPECS), options.settings);
  const definitions: BuildDefinitions = {
    buildFunctions: kernel.getAll(BUILD_FUNCTIONS),
    neurons: kernel.getAll(NEURON_DEFINITIONS),
    synapses: kernel.getAll(SYNAPSE_DEFINITIONS),
    distributions: kernel.getAll(DISTRIBUTION_DEFINITIONS),
    solvers: kernel.getAll(SOLVER_DEFINITIONS),
    processes: kernel.getAll(PROCESS_DEFINITIONS),
  };
  const seed = options.seed ?? (network.seed === null ? randomSeed() : (network.seed + 1) % 0x100000000);

  const started = performance.now();
  report(0, { stage: 'build' });
  const graph = buildNetwork(network, {
    dt: options.dt,
    simulatorSeed: seed,
    isTrainable: resolveTrainable(network, settings),
    definitions,
  });
  options.signal?.throwIfAborted();

  const built = performance.now();
  report(1, { stage: 'compile' });
  const neurons = indexByKind(kernel.getAll(NEURON_DEFINITIONS), 'neuron definitions');
  const forSetting = onBehalfOf((name) => siteOfSetting(network, name, options.settings));
  const services = chooseServices(kernel, settings, neurons, forSetting);
  const random = new RandomState(seed);
  const compiled = compileNetwork(graph, {
    ...services,
    settings,
    random: () => random.uniform(0, 1),
    lowerings: indexByKind(kernel.getAll(OPERATOR_LOWERINGS), 'operator lowerings'),
    pluginOf: (kind) => contributorOf(kernel, OPERATOR_LOWERINGS, kind),
    neurons,
    passes: programPasses,
  });
  options.signal?.throwIfAborted();

  const compiledAt = performance.now();
  report(2, { stage: 'load the backend' });
  const candidates = backendCandidates(kernel.getAll(BACKENDS), (key) => kernel.get(key));
  const program = compiled.runProgram(heldByDefault(graph));
  const choice = chooseBackend(candidates, { settings, program, training: undefined });
  const others = candidates.map(({ entry }) => entry).filter((entry) => entry !== choice.entry);
  const backend = await forSetting('sessionConfig', () =>
    loadBackend(choice.entry, others, settings, options.onWarning),
  );
  const tasks = new Map<string, LearningTask>();
  const source = programSource(compiled, settings.inferenceOnly ? undefined : tasks);
  const executable = await backend
    .compile(supportedSource(source, choice, candidates, settings))
    .then(withFaultsOfNdl)
    .catch((error: unknown) => {
      backend.dispose();
      throw error;
    });
  report(3);
  const loaded = performance.now();
  const seconds = {
    build: (built - started) / 1000,
    compile: (compiledAt - built) / 1000,
    load: (loaded - compiledAt) / 1000,
  };
  const { gradientFor } = services;
  return {
    kernel,
    settings,
    seed,
    graph,
    compiled,
    definitions,
    gradientFor,
    candidates,
    choice,
    backend,
    executable,
    tasks,
    seconds,
  };
}

/** The plugin that contributed a kind to a collection. */
function contributorOf<Entry extends { readonly kind: string }>(
  kernel: Kernel,
  collection: Token<Entry>,
  kind: string,
): string | undefined {
  const index = kernel.getAll(collection).findIndex((entry) => entry.kind === kind);
  return kernel.contributorsOf(collection)[index];
}

/** A seed for networks that were given none. */
function randomSeed(): number {
  return Math.floor(Math.random() * 0x7fffffff);
}
