/**
 * @file Extension points of the build: functions per kind of object, and the behaviour of distributions, solvers and processes.
 * All of them may be plain synchronous functions. What can take long offers a form in pieces as well, so that pages stay
 * alive and builds can be aborted. What definitions return is checked by the build.
 */
import type { Connection, Distribution, Ensemble, Network, Node, Probe, Process, Solver, Synapse } from '@ndl/model';
import type { GeneratedSource } from '@ndl/ir';
import type { Matrix, NdArray, Pieces, RandomState } from '@ndl/numerics';
import type {
  BuiltConnection,
  BuiltEnsemble,
  ObjectSignals,
  OperatorGraph,
  SolverInfo,
} from '../graph/operator-graph.ts';
import type { OperatorContext } from './operator-context.ts';
import type { Signal, SignalView } from '../graph/signals.ts';
import type { Operator } from '../graph/operators.ts';
import type { Cost } from './cost.ts';
import type { LearningRuleDefinition } from './learning-rule-definition.ts';
import type { NeuronDefinition } from './neuron-definition.ts';
import type { DiscreteSystem, SynapseDefinition } from './synapse-definition.ts';
import type { TransformDefinition } from './transform-definition.ts';
import { token, type Token } from './token.ts';
import type { Work } from '../executables/work.ts';

/** How one kind of distribution is sampled, draw for draw as Nengo does. */
export interface DistributionDefinition<Type extends Distribution = Distribution> {
  readonly kind: Type['kind'];
  /** `count` samples: shape [count] where `dimensions` is undefined, else [count, dimensions]; finite numbers. */
  sample(distribution: Type, count: number, dimensions: number | undefined, random: RandomState): NdArray;
  /** The same samples in pieces, in a fresh array, which the build may change. Preferred where it exists. */
  sampleInPieces?(
    distribution: Type,
    count: number,
    dimensions: number | undefined,
    random: RandomState,
  ): Pieces<NdArray<Float64Array>>;
}

/** Collection of the known kinds of distributions. */
export const DISTRIBUTION_DEFINITIONS: Token<DistributionDefinition> = /* @__PURE__ */ token<DistributionDefinition>(
  '@ndl/core/distribution-definitions',
);

/** What a solver found: activities · solution ≈ targets. */
export interface Solution {
  /** [neurons, targets]. */
  readonly weights: NdArray;
  /** Root mean squared error per target. */
  readonly errors: NdArray;
  /** What else there is to tell. */
  readonly info?: SolverInfo;
}

/** Sizes of a problem for solvers. */
export interface SolverSizes {
  readonly points: number;
  readonly neurons: number;
  /** Columns of the targets. */
  readonly targets: number;
}

/** A part of the activities: from one index up to but excluding another; all where it is left out. */
export interface ActivityRange {
  readonly points?: readonly [from: number, to: number];
  readonly neurons?: readonly [from: number, to: number];
}

/** Steady-state activities in Hz, [points, neurons], computed where they are asked for: all together may be too many. */
export interface Activities {
  readonly points: number;
  readonly neurons: number;
  /** A part of them, [points, neurons], to be read only. */
  block(range: ActivityRange): Pieces<Matrix>;
  /** The same, [neurons, points]. */
  transposedBlock(range: ActivityRange): Pieces<Matrix>;
}

/** How one kind of solver finds decoders. */
export interface SolverDefinition<Type extends Solver = Solver> {
  readonly kind: Type['kind'];
  /** False where the solver needs no activities (NoSolver). */
  readonly needsActivities: boolean;
  /** `activities` [points, neurons], `targets` [points, targets], both copies to work in. May be asynchronous. */
  solve(solver: Type, activities: NdArray, targets: NdArray, random: RandomState): Solution | Promise<Solution>;
  /** The same in pieces, from activities that need not exist all at once. Preferred where it exists. */
  solveInPieces?(solver: Type, activities: Activities, targets: NdArray, random: RandomState): Pieces<Solution>;
  /** What solving takes beside the activities, for estimates and progress. */
  cost?(solver: Type, sizes: SolverSizes): Cost;
}

/** Collection of the known kinds of solvers. */
export const SOLVER_DEFINITIONS: Token<SolverDefinition> =
  /* @__PURE__ */ token<SolverDefinition>('@ndl/core/solver-definitions');

/** One running copy of a process, for one item: called once per step with time dt, 2·dt, … */
export interface ProcessStep {
  (time: number, input: Float64Array): ArrayLike<number>;
  /**
   * What it would have to know to go on from here, as plain data that JSON can hold: finite numbers, texts, booleans,
   * null, lists and records, all else is refused with STATE_NOT_PLAIN. A process without input that offers none is
   * stepped again from its start when a saved state is restored; one with input begins anew.
   */
  save?(): unknown;
  /** Goes on from where `save` was called, perhaps in another program. */
  restore?(state: unknown): void;
}

/** What processes may ask of what others define. */
export interface ProcessTools {
  /** `count` samples, [count] where `dimensions` is undefined, else [count, dimensions]; drawn from `random`. */
  sample(distribution: Distribution, count: number, dimensions: number | undefined, random: RandomState): NdArray;
  /** The system of a synapse for steps of `dt` seconds. */
  discretize(synapse: Synapse, dt: number): DiscreteSystem;
}

/** What a process is run with, whichever item it is for. */
export interface ProcessSizes extends ProcessTools {
  /** Seconds per step. */
  readonly dt: number;
  readonly sizeIn: number;
  readonly sizeOut: number;
}

/** Numbers that are drawn independently of all else, as a program's generated input; whoever runs the process knows the seed. */
export type GeneratedNoise = Omit<GeneratedSource, 'seeds'>;

/** A node with a process, as its definition sees it. */
export interface ProcessSite {
  /** What comes in, [size in]. */
  readonly input: SignalView;
  /** What goes out, [size out]: to be set. */
  readonly output: SignalView;
}

/** How one kind of process runs as a node. */
export interface ProcessDefinition<Type extends Process = Process> {
  readonly kind: Type['kind'];
  /** Throws for what cannot be run so: called when a network is built, before any step is made. */
  check?(process: Type, sizes: ProcessSizes): void;
  /**
   * What backends may draw by themselves in place of its steps, where that gives the same: in each step one number after the other.
   * Undefined where they may not. Asked of processes without input.
   */
  generated?(process: Type, sizes: ProcessSizes): GeneratedNoise | undefined;
  /** What preparing one item takes, estimated: for warnings before long builds, and refusals of what needs more memory than there is. */
  cost?(process: Type, sizes: ProcessSizes): Cost;
  /**
   * What takes long in `makeStep`, in pieces: it is given what this returns, and may be given it again and again. Done while a simulator
   * is created; `makeStep` must do without as well.
   */
  prepare?(process: Type, options: ProcessItem): Pieces<unknown>;
  /** A fresh step function for one item, whose random numbers have this seed. */
  makeStep(process: Type, options: ProcessItem & { readonly prepared?: unknown }): ProcessStep;
  /**
   * Writes operators that set the output, in place of calling steps in each step: so it runs on backends as they are, and gradients pass.
   * For nodes with input.
   */
  build?(process: Type, site: ProcessSite, context: OperatorContext): void;
}

/** What a process is run with for one item. */
export interface ProcessItem extends ProcessSizes {
  readonly item: number;
  readonly seed: number;
}

/** Collection of the known kinds of processes. */
export const PROCESS_DEFINITIONS: Token<ProcessDefinition> = /* @__PURE__ */ token<ProcessDefinition>(
  '@ndl/core/process-definitions',
);

/** Objects that have a build function of their own. */
export interface BuildableObjects {
  ensemble: Ensemble;
  node: Node;
  connection: Connection;
  probe: Probe;
}

/**
 * Whether a parameter may be trained: which object, and what the array is called there - `encoders` and `bias` of an ensemble, `weights`
 * of a connection, and whatever else a definition declares. Time constants are asked for by `isTimeConstant`: those are trained only
 * where an opinion names them.
 */
export type TrainableQuestion = { readonly array: string; readonly isTimeConstant?: boolean } & (
  { readonly ensemble: Ensemble } | { readonly connection: Connection }
);

/** What build functions work with. */
export interface BuildContext {
  /** The top-level network. */
  readonly network: Network;
  readonly dt: number;
  /** Seed of the simulator, for processes without a seed of their own. */
  readonly simulatorSeed: number;
  seedOf(object: object): number;
  /** Adds a signal; `name` must be unique: use `nameOf(object)` as its beginning. */
  signal(options: {
    readonly name: string;
    readonly initial: NdArray;
    readonly role?: Signal['role'];
    readonly trainable?: boolean;
    readonly history?: number;
  }): Signal;
  /** Whether something is a signal of this build, whoever added it. */
  hasSignal(signal: unknown): boolean;
  add(operator: Operator): void;
  /** `source`: what is drawn by the backend where nothing is fed. */
  input(node: Node, signal: Signal, source?: GeneratedSource): void;
  probe(probe: Probe, view: OperatorGraph['probes'][number]['view']): void;
  /** Path of an object from the top-level network: `networks[1].ensembles[0]`. */
  nameOf(object: object): string;
  /** What a person calls it: the label, or the path. */
  labelOf(object: object): string;
  /** Registers the signals that stand for an object; later calls add to them. */
  setSignals(object: object, signals: ObjectSignals): void;
  /** @throws NdlError OBJECT_NOT_BUILT */
  signalsOf(object: object): ObjectSignals;
  setBuilt(object: Ensemble, built: BuiltEnsemble): void;
  setBuiltConnection(object: Connection | Probe, built: BuiltConnection): void;
  builtEnsemble(ensemble: Ensemble): BuiltEnsemble;
  isTrainable(question: TrainableQuestion): boolean;
  /** Whether an opinion names the parameter, `true` or `false`: a time constant then is one, in files too; else it is a constant. */
  isNamed(question: TrainableQuestion): boolean;
  neuron(kind: string): NeuronDefinition;
  synapse(kind: string): SynapseDefinition;
  solver(kind: string): SolverDefinition;
  process(kind: string): ProcessDefinition;
  learningRule(kind: string): LearningRuleDefinition;
  transform(kind: string): TransformDefinition;
  /** What the steps of processes are made with. */
  readonly processTools: ProcessTools;
  /** Samples a distribution, or copies an array of the right shape. */
  sample(source: Distribution | NdArray, count: number, dimensions: number | undefined, random: RandomState): NdArray;
  /** `sample` in pieces, for `work`; the array is the caller's. */
  sampleInPieces(
    source: Distribution | NdArray,
    count: number,
    dimensions: number | undefined,
    random: RandomState,
  ): Pieces<NdArray<Float64Array>>;
  /** Does what takes long. */
  readonly work: Work;
  /** Told of what the function of a path makes of its evaluation points, [points, size]; throws to refuse it. */
  readonly onTargets?: ((owner: Connection | Probe, targets: NdArray) => void) | undefined;
  /** The name of the plugin that contributed a definition, for messages; `undefined` where it is not known. */
  pluginOf(definition: object): string | undefined;
}

/** Turns one kind of object into signals and operators. */
export interface BuildFunction<Kind extends keyof BuildableObjects = keyof BuildableObjects> {
  readonly kind: Kind;
  /** May be asynchronous; objects are built one after the other. What takes long runs as `context.work`. */
  build(object: BuildableObjects[Kind], context: BuildContext): void | Promise<void>;
}

/** Collection of build functions, one for each kind of object; a plugin may `replace` one. */
export const BUILD_FUNCTIONS: Token<BuildFunction> = /* @__PURE__ */ token<BuildFunction>('@ndl/core/build-functions');
