/**
 * @file The composition root: from a network and an array of plugins to a compiled network on a backend, stage by stage. Everything that
 * a simulation is made of is chosen here, and nowhere else.
 */
import { builder, type BuildDefinitions } from '@ndl/builder';
import { compiler } from '@ndl/compiler';
import { createPluginContainer, type PluginContainer } from '@ndl/container';
import type { GradientApproximation, Plugin, Settings } from '@ndl/core';
import type { Network } from '@ndl/model';
import { refuseSurplus } from '@ndl/numerics';
import type { ResolvedOptions } from '../options/simulator-options.ts';
import { progressOf } from '../progress/progress.ts';
import { takeTurns } from '../turns.ts';
import { build, type Built } from './build-stage.ts';
import { makeChoices } from './choices.ts';
import { compile, type Compiled } from './compile-stage.ts';
import { load, type Loaded } from './load-stage.ts';

/** Plugins that every simulation has. */
export function builtInPlugins(): readonly Plugin[] {
  refuseSurplus('builtInPlugins', arguments, 0);
  return [builder(), compiler()];
}

/** A network, built, compiled and loaded on a backend. */
export interface Composition
  extends Pick<Built, 'sources'>, Pick<Compiled, 'graph' | 'parameters' | 'compiled' | 'processes'>, Loaded {
  readonly container: PluginContainer;
  readonly settings: Settings;
  readonly seed: number;
  readonly definitions: BuildDefinitions;
  /** The approximation that trains neurons of a kind. */
  gradientFor(neuronKind: string): GradientApproximation;
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
  const choices = makeChoices(container, network, options);
  const { settings, seed, definitions, services } = choices;
  const turn = takeTurns();
  const times = [performance.now()];
  const { graph: built, sources } = await build(network, options, choices, report);
  times.push(performance.now());
  const compilation = await compile(built, options, choices, report);
  await turn();
  options.signal?.throwIfAborted();
  times.push(performance.now());
  const loaded = await load(compilation, options, choices, turn, report);
  times.push(performance.now());
  const { graph, parameters, compiled, processes } = compilation;
  return {
    container,
    settings,
    seed,
    definitions,
    gradientFor: services.gradientFor,
    sources,
    graph,
    parameters,
    compiled,
    processes,
    ...loaded,
    seconds: secondsBetween(times),
  };
}

function secondsBetween(times: readonly number[]): Composition['seconds'] {
  const [build = 0, compile = 0, load = 0] = times.slice(1).map((time, stage) => (time - times[stage]!) / 1000);
  return Object.freeze({ build, compile, load });
}

/** Gives back all that a composition holds. */
export async function disposeOf({ executable, backend, container }: Composition): Promise<void> {
  try {
    executable.dispose();
  } finally {
    try {
      backend.dispose();
    } finally {
      await container.dispose();
    }
  }
}
