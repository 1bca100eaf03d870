/** @file The format "nengo-golden/2": a network as Nengo built and ran it, as data. Names are Nengo's. */

/** A named kind with its parameters. */
export interface GoldenData {
  readonly type: string;
  readonly [parameter: string]: unknown;
}

/** Numbers in a row. */
export type Vector = readonly number[];
/** Rows of equal length. */
export type Matrix = readonly Vector[];

/** A network, and what it contains. */
export interface GoldenNetwork {
  readonly id: string;
  readonly label: string | null;
  readonly seed: number;
  /** Defaults that were set on it. */
  readonly config?: GoldenConfig;
  /** Ids of what it contains, in creation order. */
  readonly ensembles: readonly string[];
  readonly nodes: readonly string[];
  readonly connections: readonly string[];
  readonly networks: readonly string[];
  readonly probes: readonly string[];
}

export interface GoldenEnsemble {
  readonly id: string;
  readonly label: string | null;
  readonly seed: number;
  readonly n_neurons: number;
  readonly dimensions: number;
  readonly radius: number;
  readonly neuron_type: GoldenData & { readonly initial_state: Readonly<Record<string, Vector>> | null };
  readonly normalize_encoders: boolean;
  readonly n_eval_points: number;
  /** Absent where there were more than 12 000 numbers. */
  readonly eval_points: Matrix | null;
  readonly eval_points_sum: Vector;
  readonly encoders: Matrix;
  readonly scaled_encoders: Matrix;
  readonly gain: Vector | null;
  readonly bias: Vector | null;
  readonly initial_state: Readonly<Record<string, Vector>>;
  readonly noise: GoldenData | null;
  /** The seed that the generator of `noise` had, its own or drawn. */
  readonly noise_seed?: number;
  /** The distributions it was made with; "array" where the array itself is the parameter. */
  readonly spec: Readonly<
    Record<'encoders' | 'intercepts' | 'max_rates' | 'eval_points' | 'gain' | 'bias', GoldenData | 'array' | null>
  >;
  readonly max_rates: Vector;
  readonly intercepts: Vector;
}

export interface GoldenNode {
  readonly id: string;
  readonly label: string | null;
  readonly kind: 'function' | 'constant' | 'passthrough' | 'process';
  readonly size_in: number;
  readonly size_out: number;
  readonly value: Vector | null;
  readonly process: GoldenData | null;
  /** The seed that the generator of `process` had, its own or drawn. */
  readonly process_seed?: number;
  /** Output of step i + 1. */
  readonly samples?: Matrix;
}

export interface GoldenEnd {
  readonly kind: 'node' | 'ensemble' | 'neurons' | 'connection' | 'rule';
  readonly id: string;
  readonly indices?: readonly number[];
  /** Of a rule: which of those that a connection has, where it has several. */
  readonly rule?: number;
}

interface GoldenWeights {
  readonly kind: 'scalar' | 'diag' | 'dense' | 'sparse' | 'kernel';
  readonly shape: readonly number[];
  /** Of sparse weights: row and column of each entry. */
  readonly indices?: Matrix;
  readonly data: number | Vector | Matrix;
}

/** A connection, with the seed, decoders and weights that Nengo built it with. */
export interface GoldenConnection {
  readonly id: string;
  readonly label: string | null;
  readonly seed: number;
  readonly pre: GoldenEnd;
  readonly post: GoldenEnd;
  readonly size_mid: number;
  readonly function: string | null;
  /** Values of the function at the evaluation points, after the slice of the source. */
  readonly function_targets: Matrix | null;
  /** What the function computes, where that is not told by the values: see `formulaFunction`. */
  readonly formula?: string;
  readonly eval_points: 'ensemble' | GoldenData | Matrix | null;
  readonly scale_eval_points: boolean;
  readonly synapse: GoldenData | null;
  readonly solver: GoldenData;
  readonly decoded: boolean;
  readonly transform: GoldenData;
  /** As built. */
  readonly weights: GoldenWeights | null;
  readonly learning_rules: readonly GoldenData[];
  /** Names of the rules, where they were given by name. */
  readonly learning_rule_keys?: readonly string[] | null;
}

export interface GoldenProbe {
  readonly id: string;
  readonly label: string | null;
  readonly seed: number;
  readonly target: GoldenEnd;
  readonly attr: string;
  readonly sample_every: number | null;
  readonly synapse: GoldenData | null;
  readonly decoder: GoldenWeights | null;
  /** How the decoder was found; absent in files that use the default alone. */
  readonly solver?: GoldenData | null;
  readonly data: readonly (Vector | Matrix)[];
}

/** A whole file: the networks, all objects by kind, and what was recorded. */
export interface GoldenFile {
  readonly format: 'nengo-golden/2';
  readonly name: string;
  readonly dt: number;
  readonly n_steps: number;
  /** Null where the network was given none; see `topSeed`. */
  readonly network_seed: number | null;
  readonly sim_seed: number;
  /** The top-level network first. */
  readonly networks: readonly GoldenNetwork[];
  readonly ensembles: readonly GoldenEnsemble[];
  readonly nodes: readonly GoldenNode[];
  readonly connections: readonly GoldenConnection[];
  readonly probes: readonly GoldenProbe[];
  /** How networks were made that constructors made, by their ids. */
  readonly constructed?: Readonly<Record<string, ConstructedRecord>>;
}

/** Whether parsed JSON is a network of this format; tables of single functions, which stand beside them, are not. */
export function isGoldenFile(content: unknown): content is GoldenFile {
  return (
    typeof content === 'object' && content !== null && (content as Partial<GoldenFile>).format === 'nengo-golden/2'
  );
}

/** The seed that the top-level network has, given or drawn. */
export function topSeed(file: GoldenFile): number {
  return file.network_seed ?? file.networks[0]!.seed;
}

/** What a constructor or a method was given, by name. */
export type ConstructorArguments = Readonly<Record<string, unknown>>;

/** How a constructor was called, and the methods that were called afterwards. */
export interface ConstructedRecord {
  readonly kind: string;
  readonly args: ConstructorArguments;
  /** Id of the constructed network in whose constructor or method it was made; null where the user made it. */
  readonly within: string | null;
  /** Configurations that were in force beside those of networks, the outermost first. */
  readonly under?: readonly GoldenConfig[];
  readonly calls: readonly {
    readonly method: string;
    readonly args: ConstructorArguments;
    readonly within: string | null;
  }[];
}

/** Defaults of parameters, by class. */
export type GoldenConfig = Readonly<Record<string, ConstructorArguments>>;
