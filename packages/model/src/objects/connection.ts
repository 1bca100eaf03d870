/** @file `Connection`: transmits what one object computes to another. */
import { type ArrayLikeInput, type NdArray, refuseSurplus } from '@ndl/numerics';
import { guardAssignments } from './assignment-guard.ts';
import {
  atLeast,
  distributionOrPoints,
  flag,
  orNull,
  seedNumber,
  text,
  wholeNumber,
  type Check,
} from '../data/checks.ts';
import { checkConnection, checkEnds, functionOrPoints, transformOrValues } from './connection-checks.ts';
import { requireNetwork } from '../networks/context.ts';
import { replaceWithDependents } from './dependents.ts';
import type { Distribution } from '../distributions/any-distribution.ts';
import type { ConnectionFunction } from './functions.ts';
import { invalidParameter } from '../errors.ts';
import { immutableData, isPlainObject } from '../data/immutable-data.ts';
import { rulesAsGiven, type LearningRulesOf } from './learning-rule.ts';
import { learningRuleTypes, type LearningRuleTypes } from '../learning-rules/learning-rules.ts';
import { describeNewcomer, describeObject } from '../networks/naming.ts';
import { register, type Network } from '../networks/network.ts';
import { objectOf, selectionOf, type ConnectionEnd, type Sliceable, type Viewable } from './objects.ts';
import {
  namedChanges,
  namesOf,
  parameter,
  resolveParameters,
  type Optional,
  type ParameterTable,
} from '../config/parameters.ts';
import { changedValues, defineParameterProperties, type RecordedWith } from './parameter-properties.ts';
import { Recorded, recordOf } from './recorded.ts';
import type { Selection } from './selection.ts';
import { lstsqL2 } from '../solvers/least-squares-solvers.ts';
import { solver, type Solver } from '../solvers/solvers.ts';
import { lowpass, synapseOrNull, type Synapse, type SynapseInput } from '../synapses/synapses.ts';
import type { Transform, TransformInput } from '../transforms/transforms.ts';

/** Parameters of connections, as users write them. */
export interface ConnectionParameters {
  /** A number stands for `lowpass`, null for none. Default `lowpass(0.005)`. */
  synapse: SynapseInput;
  /**
   * How much later all arrives, beside what the synapse does: seconds, rounded to the nearest number of steps, or `{ steps }`. What comes
   * before the first step is 0. Default null: no delay.
   */
  delay: Delay | null;
  /** What is computed of the source's value: a function, or its values [points, size] at `evalPoints`. Default null: the value itself. */
  function: ConnectionFunction | ArrayLikeInput | null;
  /** Applied to the function's result. Default null: none. */
  transform: TransformInput;
  /** How decoders are found, of connections from ensembles alone. Default `lstsqL2()`. */
  solver: Solver;
  /** Points that decoders are solved for, [points, size of the source]. Default null: the ensemble's. */
  evalPoints: Distribution | ArrayLikeInput | null;
  /** Whether `evalPoints` are in units of the ensemble's radius. Default true. */
  scaleEvalPoints: boolean;
  /** How it learns while the network runs: a rule, a list of some, or some by name. Default null: not at all. */
  learningRuleType: LearningRuleTypes | null;
  label: string | null;
  /** Null, the default, for one drawn from the network's. */
  seed: number | null;
}

/** A time to wait: seconds, or a number of steps. */
export type Delay = number | { readonly steps: number };

/** Options of `new Connection`. */
export type ConnectionOptions<Rules extends LearningRuleTypes | null = LearningRuleTypes | null> = Optional<
  Omit<ConnectionParameters, 'learningRuleType'> & { learningRuleType: Rules }
>;

/** What a connection's parameters are after checks of each alone. */
export interface ConnectionValues {
  readonly synapse: Synapse | null;
  readonly delay: Delay | null;
  readonly function: ConnectionFunction | NdArray | null;
  /** As given; which transform it stands for depends on the sizes. */
  readonly transform: TransformInput;
  readonly solver: Solver;
  readonly evalPoints: Distribution | NdArray | null;
  readonly scaleEvalPoints: boolean;
  readonly learningRuleType: LearningRuleTypes | null;
  readonly label: string | null;
  readonly seed: number | null;
}

interface ConnectionRecord {
  readonly network: Network;
  readonly pre: ConnectionEnd;
  readonly post: ConnectionEnd;
  readonly values: ConnectionValues;
  readonly sizeMid: number;
  readonly transform: Transform;
}

/** What can be read of a connection, and assigned to; beside its transform. */
interface ConnectionProperties {
  get synapse(): Synapse | null;
  set synapse(synapse: SynapseInput);
  /** How much later all arrives; null for no delay. */
  delay: Delay | null;
  /** What is computed of the source; an array is a copy. */
  get function(): ConnectionFunction | NdArray | null;
  set function(computed: ConnectionFunction | ArrayLikeInput | null);
  solver: Solver;
  /** Points that decoders are solved for; an array is a copy. */
  get evalPoints(): Distribution | NdArray | null;
  set evalPoints(evalPoints: Distribution | ArrayLikeInput | null);
  scaleEvalPoints: boolean;
  learningRuleType: LearningRuleTypes | null;
  label: string | null;
  seed: number | null;
}

const delayInput: Check<Delay> = (value, where) => {
  if (typeof value === 'number') return atLeast(0)(value, where);
  if (!isPlainObject(value) || Object.keys(value).join() !== 'steps')
    throw invalidParameter(where, 'a number of seconds, { steps: … }, or null', value);
  return immutableData({ steps: wholeNumber(0)(value['steps'], `${where}: steps`) });
};

const ConnectionBase: RecordedWith<ConnectionRecord, ConnectionProperties> = Recorded as never;

/** A path from `pre` to `post`: function, then transform, then synapse, then delay. */
export class Connection<
  const Rules extends LearningRuleTypes | null = LearningRuleTypes | null,
> extends ConnectionBase {
  static readonly kind = 'connection';
  static readonly parameters: ParameterTable<ConnectionValues> = {
    synapse: parameter(lowpass(0.005), synapseOrNull),
    delay: parameter(null, orNull(delayInput)),
    function: parameter(null, functionOrPoints),
    transform: parameter(null, transformOrValues),
    solver: parameter(lstsqL2(), solver),
    evalPoints: parameter(null, orNull(distributionOrPoints)),
    scaleEvalPoints: parameter(true, flag),
    learningRuleType: parameter(null, learningRuleTypes),
    label: parameter(null, orNull(text)),
    seed: parameter(null, orNull(seedNumber)),
  };

  static {
    const another = 'a connection stays between its ends; make another connection';
    defineParameterProperties<Connection, ConnectionValues>(this, namesOf(this.parameters), replace);
    guardAssignments(Connection, {
      describe: (object) => describeObject(object as Connection),
      ways: {
        pre: another,
        post: another,
        preObject: another,
        postObject: another,
        preSelection: another,
        postSelection: another,
        sizeIn: another,
        sizeOut: another,
        learningRule: 'rules are made of their types; assign to learningRuleType',
        sizeMid: 'it is the size of what the function returns; set function',
        network: 'an object stays where it was made; make another in that network',
      },
    });
  }

  /**
   * A function is called once, with the first of `evalPoints` or zeros, to learn the size of its result. A connection into a learning
   * rule, `new Connection(error, connection.learningRule)`, brings it what it learns from.
   * @throws NdlError NETWORK_CONTEXT outside a network; NOT_CONNECTABLE, INVALID_SELECTION, FOREIGN_OBJECT for its ends; FUNCTION_NOT_ALLOWED,
   * FUNCTION_FAILED, FUNCTION_RESULT, EVAL_POINTS_NOT_ALLOWED, SHAPE_MISMATCH, REPEATED_INDICES, NOT_FINITE, UNKNOWN_OPTION,
   * INVALID_OPTION, OPTION_CONFLICT for what is wrong with the options; CANNOT_LEARN for a rule of what has nothing that it could
   * change.
   */
  constructor(pre: ConnectionEnd, post: ConnectionEnd, options: ConnectionOptions<Rules> = {}) {
    refuseSurplus('new Connection', arguments, 3);
    const network = requireNetwork('A Connection');
    const subject = describeNewcomer('connection', options?.label, network);
    checkEnds(pre, post, network, subject);
    const values = resolveParameters('connection', Connection.parameters, options, subject);
    super({ network, pre, post, values, ...checkConnection({ pre, post, values, given: options, subject }) });
    register(this);
  }

  get kind(): 'connection' {
    return 'connection';
  }

  get network(): Network {
    return recordOf<ConnectionRecord>(this).network;
  }

  /** As given: an object, or a slice of one. */
  get pre(): ConnectionEnd {
    return recordOf<ConnectionRecord>(this).pre;
  }

  /** As given: an object, or a slice of one. */
  get post(): ConnectionEnd {
    return recordOf<ConnectionRecord>(this).post;
  }

  /** The object that `pre` is, or is a slice of. */
  get preObject(): Sliceable {
    return objectOf(this.pre) as Sliceable;
  }

  /** The object that `post` is, or is a slice of. */
  get postObject(): Viewable {
    return objectOf(this.post);
  }

  /** Its rules, in the form in which their types were given: one, a list, or by name; null where it has none. */
  get learningRule(): LearningRulesOf<Rules> {
    const { learningRuleType } = recordOf<ConnectionRecord>(this).values;
    return rulesAsGiven(this as Connection, learningRuleType) as LearningRulesOf<Rules>;
  }

  /** Which elements of `preObject`; null for all. */
  get preSelection(): Selection | null {
    return selectionOf(this.pre, 'ofOutput');
  }

  /** Which elements of `postObject`; null for all. */
  get postSelection(): Selection | null {
    return selectionOf(this.post, 'ofInput');
  }

  /** Size of what the function returns, which the transform receives. */
  get sizeMid(): number {
    return recordOf<ConnectionRecord>(this).sizeMid;
  }

  /** What the given one stands for between these sizes. */
  get transform(): Transform {
    return recordOf<ConnectionRecord>(this).transform;
  }

  set transform(transform: TransformInput) {
    replace(this, { transform });
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

  /**
   * Attributes that probes may name; `weights` where it has some: decoders, a transform, or both in one; and the parameters of transforms
   * that are kept apart from these.
   */
  get probeable(): readonly string[] {
    const { kind, parameters } = this.transform;
    const hasWeights = this.isDecoded || (kind !== 'none' && parameters === undefined);
    return ['output', 'input', ...(hasWeights ? ['weights'] : []), ...(parameters ?? [])];
  }

  /**
   * Replaces parameters, as if the connection had been made with them; what is learnt returns to a model this way.
   * All or nothing; assigning to one of its properties does the same for one. @throws NdlError as the constructor, and as
   * that of a probe that could not live with the change.
   */
  replaceParameters(changes: ConnectionOptions): void {
    refuseSurplus('replaceParameters', arguments, 1);
    replace(this, namedChanges(changes, describeObject(this)));
  }
}

/** Parameters that have to fit each other and the ends. */
const FITTED = ['function', 'transform', 'solver', 'evalPoints', 'learningRuleType'] as const;

/** Parameters that probes, and connections into its rules, lean on. */
const LEANT_ON = ['function', 'transform', 'learningRuleType'] as const;

function replace(connection: Connection, changes: ConnectionOptions): void {
  const { pre, post } = connection;
  const { subject, record, values } = changedValues<ConnectionRecord>(connection, Connection.parameters, changes);
  const isLeantOn = LEANT_ON.some((name) => name in changes);
  const isFittedAnew = FITTED.some((name) => name in changes);
  const fitted = isFittedAnew ? checkConnection({ pre, post, values, given: changes, subject }) : {};
  replaceWithDependents<ConnectionRecord>(connection, { ...record, values, ...fitted }, isLeantOn);
}
