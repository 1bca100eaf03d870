/**
 * @file `OperatorGraph`: what a network does in one step, as signals and the operators between them.
 * Nothing here knows items or a backend.
 */
import type { Connection, Ensemble, Node, Probe } from '@ndl/model';
import type { GeneratedSource } from '@ndl/ir';
import type { NdArray } from '@ndl/numerics';
import type { Operator } from './operators.ts';
import type { Signal, SignalView } from './signals.ts';

/** Where data come in: a node without input. */
export interface GraphInput {
  readonly node: Node;
  readonly signal: Signal;
  /** What backends draw by themselves where nothing is fed; absent where the node's own source is asked. */
  readonly source?: GeneratedSource;
}

/** What is recorded of a step, after its last operator. */
export interface GraphProbe {
  readonly probe: Probe;
  readonly view: SignalView;
}

/** What a solver tells of how it went, by name: iterations, ranks and the like, one number or one per target. Finite numbers. */
export type SolverInfo = Readonly<Record<string, number | readonly number[]>>;

/** What the build decided about an ensemble, in float64; arrays as Nengo names them. */
export interface BuiltEnsemble {
  /** [points, dimensions], radius included. */
  readonly evalPoints: NdArray;
  /** [neurons, dimensions], rows of length one unless `normalizeEncoders` is off. Identity for Direct, where none are used. */
  readonly encoders: NdArray;
  /** encoders · gain / radius, [neurons, dimensions]. */
  readonly scaledEncoders: NdArray;
  /** [neurons]; `null` for Direct. */
  readonly gain: NdArray | null;
  readonly bias: NdArray | null;
  readonly maxRates: NdArray | null;
  readonly intercepts: NdArray | null;
  /** Those that are parameters, by name: seconds. */
  readonly timeConstants?: Readonly<Record<string, number>>;
}

/** What the build decided about a connection. */
export interface BuiltConnection {
  /** [points, size of the source slice]; `null` where nothing was solved. */
  readonly evalPoints: NdArray | null;
  /** [size_mid, neurons]; `null` where nothing was solved. */
  readonly decoders: NdArray | null;
  /** As simulated: shape [], [n] or [rows, columns]; `null` where the connection has no weights. */
  readonly weights: NdArray | null;
  /** Arrays of a transform that is kept apart from the weights, by name. */
  readonly parameters: Readonly<Record<string, NdArray>>;
  /** Time constants of the synapse that are parameters, by name: seconds. */
  readonly timeConstants?: Readonly<Record<string, number>>;
  /** Root mean squared errors of the solver, per target; `null` where nothing was solved. */
  readonly solverErrors: NdArray | null;
  /** What the solver told beside; `null` where nothing was solved, or told. */
  readonly solverInfo?: SolverInfo | null;
}

/** The signals that stand for an object of the network, by role. */
export interface ObjectSignals {
  readonly [role: string]: SignalView;
}

/** A compiled network before any optimization. */
export interface OperatorGraph {
  readonly dt: number;
  readonly signals: readonly Signal[];
  /** In the order in which the build added them. */
  readonly operators: readonly Operator[];
  readonly inputs: readonly GraphInput[];
  readonly probes: readonly GraphProbe[];
  readonly ensembles: ReadonlyMap<Ensemble, BuiltEnsemble>;
  /** Includes the hidden connections of decoded probes, under the probe. */
  readonly connections: ReadonlyMap<Connection | Probe, BuiltConnection>;
  /** The seed of every object, subnetworks and probes included. */
  readonly seeds: ReadonlyMap<object, number>;
  /**
   * Signals of each object. Ensembles: `input`, `encoders`, `bias`, `current`, `output`, and states by name (Direct ones:
   * `input`, `current`, `output`); their neurons: `input` (the current), `output`, and states. Nodes: `input`, `output`.
   * Connections (and decoded probes): `input` (the whole output of the source), `operand` (what their weights see of it), `weights`,
   * `weighted` (what arrives at the target, after the synapse). Learning rules: `input` where they take one, `delta`, and what else their kind has.
   */
  readonly objects: ReadonlyMap<object, ObjectSignals>;
}
