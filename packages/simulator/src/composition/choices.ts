/** @file The first stage of a composition: what plugins offer, what settings choose of it, and the seed. Nothing is built yet. */
import { checkedContributions, type BuildDefinitions } from '@ndl/builder';
import { resolveSettings, siteOfSetting } from '@ndl/config';
import type { PluginContainer } from '@ndl/container';
import {
  BUILD_FUNCTIONS,
  DISTRIBUTION_DEFINITIONS,
  indexByKind,
  LEARNING_RULE_DEFINITIONS,
  NEURON_DEFINITIONS,
  OPERATOR_LOWERINGS,
  PROCESS_DEFINITIONS,
  SETTING_SPECS,
  SOLVER_DEFINITIONS,
  SYNAPSE_DEFINITIONS,
  TRANSFORM_DEFINITIONS,
  type BuildFunction,
  type NeuronDefinition,
  type OperatorLowering,
  type Settings,
} from '@ndl/core';
import { isFiniteIn, isTooSmallIn } from '@ndl/ir';
import type { Network } from '@ndl/model';
import { numberNotFinite } from '../finite/finite-errors.ts';
import type { ResolvedOptions } from '../options/simulator-options.ts';
import { chooseServices, onBehalfOf, type ChosenServices, type OnBehalfOf } from './chosen-services.ts';

/** What later stages work with. */
export interface Choices {
  readonly container: PluginContainer;
  readonly settings: Settings;
  readonly seed: number;
  readonly buildFunctions: readonly BuildFunction[];
  readonly definitions: BuildDefinitions;
  readonly neurons: ReadonlyMap<string, NeuronDefinition>;
  readonly lowerings: ReadonlyMap<string, OperatorLowering>;
  readonly services: ChosenServices;
  readonly forSetting: OnBehalfOf;
  /** The name of the plugin that offers a definition. */
  readonly pluginOf: (definition: object | undefined) => string | undefined;
}

/** @throws NdlError of settings, plugins and definitions; NOT_FINITE for a `dt` that the dtype does not hold */
export function makeChoices(container: PluginContainer, network: Network, options: ResolvedOptions): Choices {
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
  return {
    container,
    settings,
    seed,
    buildFunctions,
    definitions,
    neurons,
    lowerings,
    services,
    forSetting,
    pluginOf,
  };
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
