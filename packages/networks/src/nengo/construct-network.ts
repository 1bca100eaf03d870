/** @file Networks that Nengo's constructors made, made by ours from the same arguments. */
import {
  Connection,
  Ensemble,
  Node,
  Probe,
  type ConfigurableClass,
  type ConnectionFunction,
  type Network,
} from '@ndl/model';
import { AssociativeMemory } from '../associative-memory.ts';
import { BasalGanglia } from '../basal-ganglia.ts';
import { CircularConvolution } from '../circular-convolution.ts';
import { EnsembleArray, type ArrayFunction } from '../ensemble-array.ts';
import { InputGatedMemory } from '../input-gated-memory.ts';
import { Integrator } from '../integrator.ts';
import { Oscillator } from '../oscillator.ts';
import { Product } from '../product.ts';
import { Thalamus } from '../thalamus.ts';
import { withDefaults } from '../with-defaults.ts';
import { formulaFunction } from './formula.ts';
import type { ConstructedRecord, ConstructorArguments, GoldenConfig, GoldenData, GoldenFile } from './golden-file.ts';
import { camelCase, distributionFrom, neuronTypeFrom, solverFrom, synapseFrom } from './golden-kinds.ts';
import { MissingKind } from './missing-kind.ts';
import { processFrom } from './golden-processes.ts';

/** The record of a network that the user made by a constructor; undefined for others. */
export function constructionOf({ constructed = {} }: GoldenFile, id: string): ConstructedRecord | undefined {
  const record = Object.hasOwn(constructed, id) ? constructed[id] : undefined;
  return record?.within === null ? record : undefined;
}

/** Makes the network inside the one that is open. @throws MissingKind */
export function construct({ kind, args, under = [], calls }: ConstructedRecord, seed: number | null): Network {
  const make = Object.hasOwn(CONSTRUCTORS, kind) ? CONSTRUCTORS[kind] : undefined;
  if (make === undefined) throw new MissingKind(`network ${kind}`);
  const options = { ...optionsFrom(args), seed };
  const network = under.reduceRight<() => Network>(
    (inner, config) => () => withDefaults(defaultsFrom(config), inner),
    () => make(options),
  )();
  for (const { method, args: given, within } of calls)
    if (within === null) callMethod(network, method, optionsFrom(given));
  return network;
}

/** Sets the defaults of a network. @throws MissingKind */
export function configure(network: Network, config: GoldenConfig): void {
  const classes = { ensemble: Ensemble, connection: Connection, node: Node, probe: Probe };
  for (const [name, defaults] of Object.entries(defaultsFrom(config))) {
    const target = classes[name as keyof typeof classes] as ConfigurableClass;
    Object.assign(network.config.of(target), defaults);
  }
}

const CONSTRUCTORS: Readonly<Record<string, (options: ConstructorArguments) => Network>> = {
  EnsembleArray: ({ ensDimensions, ...rest }) =>
    new EnsembleArray({ ...rest, ensembleDimensions: ensDimensions } as never),
  Product: (options) => new Product(options as never),
  CircularConvolution: (options) => new CircularConvolution(options as never),
  Integrator: (options) => new Integrator(options as never),
  Oscillator: (options) => new Oscillator(options as never),
  BasalGanglia: ({ ampaConfig, gabaConfig, ...rest }) =>
    new BasalGanglia({ ...rest, ampa: connectionDefaults(ampaConfig), gaba: connectionDefaults(gabaConfig) } as never),
  Thalamus: ({ mutualInhib, ...rest }) => new Thalamus({ ...rest, mutualInhibition: mutualInhib } as never),
  AssociativeMemory: (options) => new AssociativeMemory(options as never),
  InputGatedMemory: (options) => new InputGatedMemory(options as never),
};

function callMethod(network: Network, method: string, args: ConstructorArguments): void {
  const name = camelCase(method);
  if (network instanceof EnsembleArray) {
    const { name: output, function: computed, ...options } = args;
    if (name === 'addOutput') {
      network.addOutput(output as string, arrayFunction(computed, network.ensembleDimensions), options);
      return;
    }
    if (name === 'addNeuronInput') return void network.addNeuronInput();
    if (name === 'addNeuronOutput') return void network.addNeuronOutput();
  }
  if (network instanceof AssociativeMemory) {
    const { name: mapping, ...rest } = args as Readonly<Record<string, never>>;
    if (name === 'addInputMapping')
      return void network.addInputMapping(mapping!, rest['inputVectors']!, rest['inputScales']);
    if (name === 'addOutputMapping') return void network.addOutputMapping(mapping!, rest['outputVectors']!);
    if (name === 'addThresholdToOutputs') return network.addThresholdToOutputs(rest);
    if (name === 'addWtaNetwork') return network.addWinnerTakeAll(rest['inhibitScale'], rest['inhibitSynapse']);
    if (name === 'addDefaultOutputVector') {
      const { outputVector, ...options } = rest;
      return network.addDefaultOutputVector(outputVector!, options);
    }
  }
  throw new MissingKind(`method ${method}`);
}

interface NamedFunction {
  readonly function: string;
  readonly formula?: string;
}

/** @throws MissingKind for functions that are told by no formula */
function arrayFunction(data: unknown, dimensions: number): ArrayFunction {
  if (data === null || data === undefined) return null;
  if (Array.isArray(data)) return data.map((each) => arrayFunction(each, dimensions) as ConnectionFunction);
  const { function: name, formula } = data as NamedFunction;
  const known = formula === undefined ? undefined : formulaFunction(formula, dimensions);
  if (known === undefined) throw new MissingKind(`function '${name}' without a formula`);
  return known as ConnectionFunction;
}

/** Nengo's names and kinds as ndl's; what is null where ndl has a default is left out. */
function optionsFrom(args: ConstructorArguments): ConstructorArguments {
  const named = Object.entries(args).filter(([name]) => name !== 'seed');
  return Object.fromEntries(named.map(([name, value]) => [camelCase(name), valueFrom(name, value)]));
}

function valueFrom(name: string, value: unknown): unknown {
  if (!isData(value)) return value;
  if (name === 'neuron_type') return neuronTypeFrom(value as never);
  if (name === 'solver') return solverFrom(value);
  if (name.endsWith('synapse')) return synapseFrom(value);
  if (name === 'noise') return processFrom(value);
  return distributionFrom(value);
}

const CLASSES: Readonly<Record<string, string>> = {
  Ensemble: 'ensemble',
  Connection: 'connection',
  Node: 'node',
  Probe: 'probe',
};

function defaultsFrom(config: GoldenConfig): Readonly<Record<string, ConstructorArguments>> {
  return Object.fromEntries(
    Object.entries(config).map(([name, defaults]) => {
      const known = Object.hasOwn(CLASSES, name) ? CLASSES[name]! : undefined;
      if (known === undefined) throw new MissingKind(`configuration of ${name}`);
      const { seed } = defaults;
      return [known, { ...optionsFrom(defaults), ...(seed !== undefined && { seed }) }];
    }),
  );
}

function connectionDefaults(config: unknown): ConstructorArguments {
  const { config: classes = {} } = (config ?? {}) as { readonly config?: GoldenConfig };
  return defaultsFrom(classes)['connection'] ?? {};
}

function isData(value: unknown): value is GoldenData {
  return typeof value === 'object' && value !== null && 'type' in value;
}
