/** @file `Connection`: transmits what one object computes to another. */
import type { ArrayLikeInput, NdArray } from '@ndl/numerics';
import { distributionOrArray, flag, ofFamily, orNull, seedNumber, text } from './checks.ts';
import { checkConnection, checkEnds, functionOrPoints, transformOrValues } from './connection-checks.ts';
import { requireNetwork } from './context.ts';
import type { Distribution } from './distributions.ts';
import type { ConnectionFunction } from './functions.ts';
import { describeNewcomer, describeObject } from './naming.ts';
import { register, type Network } from './network.ts';
import type { ConnectionEnd, Sliceable } from './objects.ts';
import { parameter, resolveParameters, type Optional, type ParameterTable } from './parameters.ts';
import type { Selection } from './selection.ts';
import { lstsqL2, type Solver } from './solvers.ts';
import { lowpass, synapseOrNull, type Synapse, type SynapseInput } from './synapses.ts';
import type { Transform, TransformInput } from './transforms.ts';

/** Parameters of connections, as users write them. */
export interface ConnectionParameters {
  /** A number stands for `lowpass`, null for none. Default `lowpass(0.005)`. */
  synapse: SynapseInput;
  /** What is computed of the source's value: a function, or its values [points, size] at `evalPoints`. Default null: the value itself. */
  function: ConnectionFunction | ArrayLikeInput | null;
  /** Applied to the function's result. Default null: none. */
  transform: TransformInput;
  /** How decoders are found. Default `lstsqL2()`. */
  solver: Solver;
  /** Points that decoders are solved for, [points, size of the source]. Default null: the ensemble's. */
  evalPoints: Distribution | ArrayLikeInput | null;
  /** Whether `evalPoints` are in units of the ensemble's radius. Default true. */
  scaleEvalPoints: boolean;
  label: string | null;
  /** Null, the default, for one drawn from the network's. */
  seed: number | null;
}

/** Options of `new Connection`. */
export type ConnectionOptions = Optional<ConnectionParameters>;

/** What a connection's parameters are after checks of each alone. */
export interface ConnectionValues {
  readonly synapse: Synapse | null;
  readonly function: ConnectionFunction | NdArray | null;
  /** As given; which transform it stands for depends on the sizes. */
  readonly transform: TransformInput;
  readonly solver: Solver;
  readonly evalPoints: Distribution | NdArray | null;
  readonly scaleEvalPoints: boolean;
  readonly label: string | null;
  readonly seed: number | null;
}

/** A path from `pre` to `post`: function, then transform, then synapse. */
export class Connection {
  static readonly kind = 'connection';
  static readonly parameters: ParameterTable<ConnectionValues> = {
    synapse: parameter(lowpass(0.005), synapseOrNull),
    function: parameter(null, functionOrPoints),
    transform: parameter(null, transformOrValues),
    solver: parameter(lstsqL2(), ofFamily<Solver>('solver', 'a solver, as made by lstsqL2 …')),
    evalPoints: parameter(null, orNull(distributionOrArray)),
    scaleEvalPoints: parameter(true, flag),
    label: parameter(null, orNull(text)),
    seed: parameter(null, orNull(seedNumber)),
  };

  readonly kind = 'connection';
  readonly network: Network;
  /** As given: objects, or slices of them. */
  readonly pre: ConnectionEnd;
  readonly post: ConnectionEnd;
  /** The objects that `pre` and `post` are, or are slices of. */
  readonly preObject: Sliceable;
  readonly postObject: Sliceable;
  /** Which elements of the objects; null for all. */
  readonly preSelection: Selection | null;
  readonly postSelection: Selection | null;
  declare readonly synapse: Synapse | null;
  declare readonly function: ConnectionFunction | NdArray | null;
  declare readonly transform: Transform;
  declare readonly solver: Solver;
  declare readonly evalPoints: Distribution | NdArray | null;
  declare readonly scaleEvalPoints: boolean;
  declare readonly label: string | null;
  declare readonly seed: number | null;
  /** Size of what the function returns, which the transform receives. */
  declare readonly sizeMid: number;

  /**
   * A function is called once, with the first of `evalPoints` or zeros, to learn the size of its result.
   * @throws NdlError NETWORK_CONTEXT outside a network; NOT_CONNECTABLE, OTHER_NETWORK for its ends; FUNCTION_NOT_ALLOWED,
   * FUNCTION_FAILED, FUNCTION_RESULT, EVAL_POINTS_NOT_ALLOWED, SHAPE_MISMATCH, REPEATED_INDICES, NON_FINITE, UNKNOWN_OPTION,
   * INVALID_PARAMETER, OPTION_CONFLICT for what is wrong with the options.
   */
  constructor(pre: ConnectionEnd, post: ConnectionEnd, options: ConnectionOptions = {}) {
    this.network = requireNetwork('A Connection');
    const subject = describeNewcomer('connection', options?.label, this.network);
    checkEnds(pre, post, this.network, subject);
    this.pre = pre;
    this.post = post;
    this.preObject = pre.kind === 'view' ? pre.object : pre;
    this.postObject = post.kind === 'view' ? post.object : post;
    this.preSelection = pre.kind === 'view' ? pre.selection : null;
    this.postSelection = post.kind === 'view' ? post.selection : null;
    const values = resolveParameters('connection', Connection.parameters, options, subject);
    Object.assign(this, values, checkConnection({ pre, post, values, given: options, subject }));
    register(this);
  }

  /** Size of the source, or of the slice of it. */
  get sizeIn(): number {
    return this.pre.sizeOut;
  }

  /** Size of the target, or of the slice of it. */
  get sizeOut(): number {
    return this.post.sizeIn;
  }

  /** Whether its source is decoded from neurons: an ensemble that has some. */
  get isDecoded(): boolean {
    return this.preObject.kind === 'ensemble' && this.preObject.neuronType.kind !== 'direct';
  }

  /** Attributes that probes may name; `weights` where it has some: decoders, a transform, or both in one. */
  get probeable(): readonly string[] {
    const hasWeights = this.isDecoded || this.transform.kind !== 'none';
    return hasWeights ? ['output', 'input', 'weights'] : ['output', 'input'];
  }

  /**
   * Replaces parameters, as if the connection had been made with them; what is learnt returns to a model this way.
   * All or nothing. @throws NdlError as the constructor.
   */
  replaceParameters(changes: ConnectionOptions): void {
    const { pre, post } = this;
    const subject = describeObject(this);
    const kept = Object.fromEntries(
      Object.keys(Connection.parameters).map((name) => [name, this[name as keyof ConnectionValues]]),
    );
    const given = Object.entries(changes).filter(([, value]) => value !== undefined);
    const options = { ...kept, ...Object.fromEntries(given) };
    const values = resolveParameters('connection', Connection.parameters, options, subject);
    Object.assign(this, values, checkConnection({ pre, post, values, given: changes, subject }));
  }
}
