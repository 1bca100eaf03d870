/** @file The growing graph: what build functions write into, and ask. */
import type {
  BuildContext,
  BuiltConnection,
  BuiltEnsemble,
  GraphInput,
  GraphProbe,
  LearningRuleDefinition,
  NeuronDefinition,
  ObjectSignals,
  Operator,
  OperatorGraph,
  ProcessDefinition,
  ProcessTools,
  Signal,
  SolverDefinition,
  TrainableQuestion,
  TransformDefinition,
} from '@ndl/core';
import type { Connection, Distribution, Ensemble, Network, Node, Probe } from '@ndl/model';
import { complete, copyInPieces, isNdArray, type NdArray, type Pieces, type RandomState } from '@ndl/numerics';
import {
  checkedDistribution,
  checkedNeurons,
  checkedSynapse,
  checkedTable,
  type PiecewiseSynapse,
} from '../checked/checked-definitions.ts';
import { checkedTransform } from '../checked/checked-transform.ts';
import { checkedSolver } from '../checked/checked-solver.ts';
import { duplicateSignal, objectNotBuilt, signalInvalid, wrongArrayShape } from './build-errors.ts';
import { kindTable } from '../kind-table.ts';
import type { DecoderCache } from '../solvers/decoder-cache.ts';
import { BUILT_IN_SOLVERS } from '../solvers/index.ts';
import { sharing } from '../solvers/shared-solutions.ts';
import { processTools } from '../processes/process-tools.ts';
import type { BuildOptions } from './build-options.ts';
import type { BuildWork } from './build-work.ts';

/** What a build knows of its objects before it begins. */
export interface KnownObjects {
  readonly seeds: ReadonlyMap<object, number>;
  /** Paths from the top-level network. */
  readonly names: ReadonlyMap<object, string>;
}

/** The one `BuildContext` of a build. */
export class GraphBuilder implements BuildContext {
  readonly network: Network;
  readonly dt: number;
  readonly simulatorSeed: number;
  readonly neuron: (kind: string) => NeuronDefinition;
  readonly synapse: (kind: string) => PiecewiseSynapse;
  readonly solver: (kind: string) => SolverDefinition;
  readonly process: (kind: string) => ProcessDefinition;
  readonly learningRule: (kind: string) => LearningRuleDefinition;
  readonly transform: (kind: string) => TransformDefinition;
  readonly processTools: ProcessTools;
  readonly isTrainable: (question: TrainableQuestion) => boolean;
  readonly isNamed: (question: TrainableQuestion) => boolean;
  readonly work: BuildWork;
  readonly onTargets: BuildContext['onTargets'] | undefined;
  readonly pluginOf: (definition: object) => string | undefined;
  readonly #distribution;
  readonly #seeds: ReadonlyMap<object, number>;
  readonly #names: ReadonlyMap<object, string>;
  readonly #signals = new Map<string, Signal>();
  readonly #operators: Operator[] = [];
  readonly #owners = new Map<Operator, object>();
  readonly #inputs: GraphInput[] = [];
  readonly #probes: GraphProbe[] = [];
  readonly #ensembles = new Map<Ensemble, BuiltEnsemble>();
  readonly #connections = new Map<Connection | Probe, BuiltConnection>();
  readonly #objects = new Map<object, ObjectSignals>();
  #building: object;

  constructor(
    network: Network,
    { seeds, names }: KnownObjects,
    { dt, simulatorSeed, isTrainable, isNamed = isTrainable, definitions, onTargets, decoderCache }: BuildOptions,
    work: BuildWork,
  ) {
    this.network = network;
    this.#building = network;
    this.dt = dt;
    this.simulatorSeed = simulatorSeed;
    this.isTrainable = isTrainable;
    this.isNamed = isNamed;
    this.work = work;
    this.onTargets = onTargets;
    const pluginOf = definitions.pluginOf ?? (() => undefined);
    this.pluginOf = pluginOf;
    this.process = kindTable('process', definitions.processes);
    this.learningRule = kindTable('learning rule', definitions.learningRules);
    this.processTools = processTools(definitions);
    this.neuron = checkedTable('neuron type', definitions.neurons, checkedNeurons, pluginOf);
    this.transform = checkedTable('transform', definitions.transforms, checkedTransform, pluginOf);
    this.synapse = checkedTable('synapse', definitions.synapses, checkedSynapse, pluginOf);
    this.solver = checkedTable('solver', definitions.solvers, solverFor(decoderCache), pluginOf);
    this.#distribution = checkedTable('distribution', definitions.distributions, checkedDistribution, pluginOf);
    this.#seeds = seeds;
    this.#names = names;
  }

  /** @throws NdlError OBJECT_NOT_BUILT */
  seedOf(object: object): number {
    const seed = this.#seeds.get(object);
    if (seed === undefined) throw objectNotBuilt(this.labelOf(object));
    return seed;
  }

  /** @throws NdlError OBJECT_NOT_BUILT */
  nameOf(object: object): string {
    const name = this.#names.get(object);
    if (name === undefined) throw objectNotBuilt(this.labelOf(object));
    return name;
  }

  labelOf(object: object): string {
    const { label, kind } = object as { readonly label?: string | null; readonly kind?: string };
    return label ?? this.#names.get(object) ?? `An object of kind '${kind ?? 'unknown'}'`;
  }

  /** @throws NdlError DUPLICATE_SIGNAL, SIGNAL_INVALID */
  signal(options: {
    readonly name: string;
    readonly initial: NdArray;
    readonly role?: Signal['role'];
    readonly trainable?: boolean;
    readonly history?: number;
  }): Signal {
    const { name, initial, role = 'array', trainable = false, history = 0 } = options;
    if (this.#signals.has(name)) throw duplicateSignal(name);
    if (!isNdArray(initial)) throw signalInvalid(name, 'initial contents', 'an NdArray', initial);
    if (!Number.isSafeInteger(history) || history < 0)
      throw signalInvalid(name, 'history', 'a whole number of steps, at least 0', history);
    const signal = {
      id: this.#signals.size,
      name,
      shape: initial.shape,
      initial,
      role,
      trainable,
      ...(history > 0 && { history }),
    };
    this.#signals.set(name, signal);
    return signal;
  }

  hasSignal(signal: unknown): boolean {
    const { name } = (signal ?? {}) as Partial<Signal>;
    return name !== undefined && this.#signals.get(name) === signal;
  }

  /** From here on, what is added belongs to this object. */
  beginObject(object: object): void {
    this.#building = object;
  }

  add(operator: Operator): void {
    this.#operators.push(operator);
    this.#owners.set(operator, this.#building);
  }

  /** What a person calls the object that an operator belongs to. */
  ownerOf(operator: Operator): string {
    const owner = this.#owners.get(operator)!;
    const name = this.labelOf(owner);
    if ((owner as { readonly kind?: unknown }).kind !== 'connection') return name;
    const { preObject, postObject } = owner as Connection;
    return `${name} (from ${this.#endOf(preObject)} to ${this.#endOf(postObject)})`;
  }

  input(node: Node, signal: Signal, source?: GraphInput['source']): void {
    this.#inputs.push({ node, signal, ...(source !== undefined && { source }) });
  }

  probe(probe: Probe, view: GraphProbe['view']): void {
    this.#probes.push({ probe, view });
  }

  setSignals(object: object, signals: ObjectSignals): void {
    this.#objects.set(object, { ...this.#objects.get(object), ...signals });
  }

  /** @throws NdlError OBJECT_NOT_BUILT */
  signalsOf(object: object): ObjectSignals {
    const signals = this.#objects.get(object);
    if (signals === undefined) throw objectNotBuilt(this.labelOf(object));
    return signals;
  }

  setBuilt(ensemble: Ensemble, built: BuiltEnsemble): void {
    this.#ensembles.set(ensemble, built);
  }

  setBuiltConnection(object: Connection | Probe, built: BuiltConnection): void {
    this.#connections.set(object, built);
  }

  /** @throws NdlError OBJECT_NOT_BUILT */
  builtEnsemble(ensemble: Ensemble): BuiltEnsemble {
    const built = this.#ensembles.get(ensemble);
    if (built === undefined) throw objectNotBuilt(this.labelOf(ensemble));
    return built;
  }

  /** @throws NdlError SHAPE_MISMATCH, DISTRIBUTION_SHAPE, UNKNOWN_KIND, DEFINITION_RESULT, DEFINITION_FAILED */
  sample(source: Distribution | NdArray, count: number, dimensions: number | undefined, random: RandomState): NdArray {
    return complete(this.sampleInPieces(source, count, dimensions, random));
  }

  /** @throws NdlError as `sample` */
  *sampleInPieces(
    source: Distribution | NdArray,
    count: number,
    dimensions: number | undefined,
    random: RandomState,
  ): Pieces<NdArray<Float64Array>> {
    if (!isNdArray(source))
      return yield* this.#distribution(source.kind).sampleInPieces(source, count, dimensions, random);
    const shape = dimensions === undefined ? [count] : [count, dimensions];
    if (source.shape.join() !== shape.join()) throw wrongArrayShape(shape, source.shape);
    return yield* copyInPieces(source);
  }

  #endOf(end: Connection['postObject']): string {
    if (end.kind === 'learningRule') return `a learning rule of ${this.labelOf(end.connection)}`;
    return end.kind === 'neurons' ? `the neurons of ${this.labelOf(end.ensemble)}` : this.labelOf(end);
  }

  /** The graph as built so far. */
  finish(): OperatorGraph {
    return {
      dt: this.dt,
      signals: [...this.#signals.values()],
      operators: this.#operators,
      inputs: this.#inputs,
      probes: this.#probes,
      ensembles: this.#ensembles,
      connections: this.#connections,
      seeds: this.#seeds,
      objects: this.#objects,
    };
  }
}

/** Solvers of ndl's own look first at what is kept, then at what this build has solved. */
function solverFor(cache: DecoderCache | undefined): typeof checkedSolver {
  return (definition, name) => {
    const checked = checkedSolver(definition, name);
    if (!BUILT_IN_SOLVERS.includes(definition)) return checked;
    const shared = sharing(checked);
    return cache?.remembering(shared) ?? shared;
  };
}
