/**
 * @file The composition root: from a network and an array of plugins to a compiled network on a backend. Everything that a
 * simulation is made of is chosen here, and nowhere else.
 */
import { buildNetwork, builder } from '@ndl/builder';
import { compileNetwork, compiler, programSource, type CompiledNetwork, type LearningTask } from '@ndl/compiler';
import { builtInSettingSpecs, resolveSettings, resolveTrainable } from '@ndl/config';
import {
  BACKENDS,
  BUILD_FUNCTIONS,
  DISTRIBUTION_DEFINITIONS,
  GRADIENT_APPROXIMATION,
  NEURON_DEFINITIONS,
  OPERATOR_LOWERINGS,
  PLANNER,
  PROCESS_DEFINITIONS,
  SETTING_SPECS,
  SIMPLIFICATIONS,
  SOLVER_DEFINITIONS,
  SORTER,
  SYNAPSE_DEFINITIONS,
  type Backend,
  type Executable,
  type GradientApproximation,
  type OperatorGraph,
  type Planner,
  type Plugin,
  type ProcessDefinition,
  type Settings,
  type Simplification,
  type Sorter,
  type Token,
} from '@ndl/core';
import { foldConstants, fuseMaps, moveLoopInvariants, removeDeadBuffers, shareCommonSubexpressions, type ProgramPass } from '@ndl/ir';
import { createKernel, indexByKind, type Kernel } from '@ndl/kernel';
import type { Network } from '@ndl/model';
import { RandomState } from '@ndl/numerics';
import { backendCandidates, chooseBackend, type BackendCandidate, type BackendChoice } from './choose-backend.ts';
import { nameOfChoice, type ResolvedOptions } from './simulator-options.ts';
import { progressOf } from './progress.ts';

/** Passes over every program, in order. */
export const programPasses: readonly ProgramPass[] = [foldConstants, shareCommonSubexpressions, moveLoopInvariants, fuseMaps, removeDeadBuffers];

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
  readonly processes: ReadonlyMap<string, ProcessDefinition>;
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
  const kernel = await createKernel([...builtInPlugins(), ...options.plugins]);
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
  const neurons = indexByKind(kernel.getAll(NEURON_DEFINITIONS), 'NEURON_DEFINITIONS');
  const processes = indexByKind(kernel.getAll(PROCESS_DEFINITIONS), 'PROCESS_DEFINITIONS');
  const seed = options.seed ?? (network.seed === null ? randomSeed() : (network.seed + 1) % 0x100000000);

  const started = performance.now();
  report(0, { stage: 'build' });
  const graph = buildNetwork(network, {
    dt: options.dt,
    simulatorSeed: seed,
    isTrainable: resolveTrainable(network, settings),
    buildFunctions: indexByKind(kernel.getAll(BUILD_FUNCTIONS), 'BUILD_FUNCTIONS'),
    distributions: indexByKind(kernel.getAll(DISTRIBUTION_DEFINITIONS), 'DISTRIBUTION_DEFINITIONS'),
    neurons,
    solvers: indexByKind(kernel.getAll(SOLVER_DEFINITIONS), 'SOLVER_DEFINITIONS'),
    synapses: indexByKind(kernel.getAll(SYNAPSE_DEFINITIONS), 'SYNAPSE_DEFINITIONS'),
    processes,
  });
  options.signal?.throwIfAborted();

  const built = performance.now();
  report(1, { stage: 'compile' });
  const compiled = compileWith(kernel, graph, settings, neurons, seed);
  options.signal?.throwIfAborted();

  const compiledAt = performance.now();
  report(2, { stage: 'load the backend' });
  const candidates = backendCandidates(kernel.getAll(BACKENDS), (key) => kernel.get(key));
  const nothing = new Set<string>();
  const choice = chooseBackend(candidates, { settings, program: compiled.runProgram(nothing), training: undefined });
  const backend = await choice.entry.load(settings.sessionConfig);
  const tasks = new Map<string, LearningTask>();
  const executable = await backend.compile(programSource(compiled, settings.inferenceOnly ? undefined : tasks)).catch((error: unknown) => {
    backend.dispose();
    throw error;
  });
  report(3);
  const loaded = performance.now();
  const seconds = { build: (built - started) / 1000, compile: (compiledAt - built) / 1000, load: (loaded - compiledAt) / 1000 };
  return { kernel, settings, seed, graph, compiled, processes, candidates, choice, backend, executable, tasks, seconds };
}

function compileWith(
  kernel: Kernel,
  graph: OperatorGraph,
  settings: Settings,
  neurons: Parameters<typeof compileNetwork>[1]['neurons'],
  seed: number,
): CompiledNetwork {
  const pick = <T extends object>(choice: Token<T> | T): T => (typeof choice === 'symbol' ? kernel.get(choice as Token<T>) : choice);
  const planner: Token<Planner> | Planner = settings.planner ?? PLANNER;
  const sorter: Token<Sorter> | Sorter = settings.sorter ?? SORTER;
  const random = new RandomState(seed);
  return compileNetwork(graph, {
    settings,
    simplifications: settings.simplifications?.map((choice) => pick<Simplification>(choice)) ?? kernel.getAll(SIMPLIFICATIONS),
    planner: pick<Planner>(planner),
    plannerName: nameOfChoice(planner),
    sorter: pick<Sorter>(sorter),
    sorterName: nameOfChoice(sorter),
    random: () => random.uniform(0, 1),
    lowerings: indexByKind(kernel.getAll(OPERATOR_LOWERINGS), 'OPERATOR_LOWERINGS'),
    neurons,
    gradientFor: (kind) => gradientFor(kernel, settings, kind),
    passes: programPasses,
  });

  function gradientFor(from: Kernel, { gradient }: Settings, kind: string): GradientApproximation {
    const byDefault = (): GradientApproximation => from.get(GRADIENT_APPROXIMATION);
    if (gradient === undefined) return byDefault();
    if (typeof gradient !== 'symbol') {
      const token = gradient[kind];
      return token === undefined ? byDefault() : from.get(token);
    }
    const forAll = from.get(gradient);
    const definition = neurons.get(kind);
    return definition === undefined || forAll.supports(definition) ? forAll : byDefault();
  }
}

/** A seed for networks that were given none. */
function randomSeed(): number {
  return Math.floor(Math.random() * 0x7fffffff);
}
