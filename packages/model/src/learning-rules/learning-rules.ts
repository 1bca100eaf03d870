/** @file Learning rules as data: how weights change while a network runs. What a kind of rule does is a plugin's. */
import { refuseSurplus } from '@ndl/numerics';
import {
  atLeast,
  checkDefinition,
  checkOptions,
  nonEmptyText,
  ofFamily,
  oneOf,
  optional,
  positive,
  wholeNumber,
  type Check,
} from '../data/checks.ts';
import { requireRoomFor } from '../data/array-size.ts';
import { invalidParameter } from '../errors.ts';
import type { FrozenData } from '../data/frozen-data.ts';
import { immutableData, isPlainObject } from '../data/immutable-data.ts';
import { lowpass, synapseOrNull, type Synapse, type SynapseInput } from '../synapses/synapses.ts';

/**
 * What a rule changes: `decoders`, the matrix of a connection from an ensemble or from neurons; `weights`, the same of one that ends at
 * neurons; `encoders`, those of the ensemble that a connection ends at.
 */
export type ModifiedArray = 'decoders' | 'weights' | 'encoders';

/**
 * Size of what a rule is told by connections into it: that of the connection's source, of its function's result, of its target; `State`
 * stands for what neurons represent together, where the end is neurons, and is the same elsewhere. 0 where a rule takes no input.
 */
export type RuleInputSize = 'pre' | 'preState' | 'mid' | 'post' | 'postState' | number;

/** Any kind of learning rule. */
export interface LearningRuleType extends FrozenData<'learningRule'> {
  readonly modifies: ModifiedArray;
  readonly sizeIn: RuleInputSize;
  /** Attributes of `connection.learningRule` that probes may name; the first is the default. */
  readonly probeable: readonly string[];
  /** Scale of all changes, above 0. */
  readonly learningRate: number;
}

/** What a connection learns by: one rule, several in a list or by name, or none. */
export type LearningRuleTypes =
  LearningRuleType | readonly LearningRuleType[] | Readonly<Record<string, LearningRuleType>>;

/** Prescribed error sensitivity: decoders move against an error that connections bring. MacNeil & Eliasmith (2011). */
export interface Pes extends LearningRuleType {
  readonly kind: 'pes';
  /** Filter of the activities; null for none. */
  readonly preSynapse: Synapse | null;
}

/** Recursive least squares: decoders fit what the error says, over all that was seen. Sussillo & Abbott (2009). */
export interface Rls extends LearningRuleType {
  readonly kind: 'rls';
  /** Filter of the activities; null for none. */
  readonly preSynapse: Synapse | null;
}

/** Weights grow where neurons are more active together than usual. Bienenstock, Cooper & Munro (1982). */
export interface Bcm extends LearningRuleType {
  readonly kind: 'bcm';
  readonly preSynapse: Synapse | null;
  readonly postSynapse: Synapse | null;
  /** Filter of the activities behind, unfiltered otherwise, to what is usual. */
  readonly thetaSynapse: Synapse | null;
}

/** Weights grow where neurons are active together, and forget. Oja (1982). */
export interface Oja extends LearningRuleType {
  readonly kind: 'oja';
  readonly preSynapse: Synapse | null;
  readonly postSynapse: Synapse | null;
  /** How strongly weights decay. */
  readonly beta: number;
}

/** Encoders move towards what their neurons are active for. Voelker, Crawford & Eliasmith (2014). */
export interface Voja extends LearningRuleType {
  readonly kind: 'voja';
  readonly postSynapse: Synapse | null;
}

/** Options of `bcm` and `oja`, as far as they are the same. */
interface HebbianOptions {
  /** Above 0. Default 1e-9 (`oja`: 1e-6). */
  readonly learningRate?: number;
  /** Filter of the activities before: a number stands for `lowpass`, null for none. Default `lowpass(0.005)`. */
  readonly preSynapse?: SynapseInput;
  /** Filter of the activities behind. Default: as `preSynapse`. */
  readonly postSynapse?: SynapseInput;
}

/** Options of `bcm`. */
export interface BcmOptions extends HebbianOptions {
  /** Default `lowpass(1)`. */
  readonly thetaSynapse?: SynapseInput;
}

/** Options of `oja`. */
export interface OjaOptions extends HebbianOptions {
  /** At least 0. Default 1. */
  readonly beta?: number;
}

/** Options of `voja`. */
export interface VojaOptions {
  /** Above 0. Default 0.01. */
  readonly learningRate?: number;
  /** Filter of the activities: a number stands for `lowpass`, null for none. Default `lowpass(0.005)`. */
  readonly postSynapse?: SynapseInput;
}

/** Options of `pes` and `rls`. */
export interface PesOptions {
  /** Above 0. Default 1e-4 (`rls`: 1e-3). */
  readonly learningRate?: number;
  /** Filter of the activities: a number stands for `lowpass`, null for none. Default `lowpass(0.005)`. */
  readonly preSynapse?: SynapseInput;
}

/**
 * Decoders change by -learningRate · dt / n · error · activity in each step, for n neurons. Connections into the rule bring the error,
 * of as many elements as the target has dimensions; into neurons it is spread by the encoders of their ensemble.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION
 */
export function pes(options: PesOptions = {}): Pes {
  refuseSurplus('pes', arguments, 1);
  checkOptions(options, ['learningRate', 'preSynapse'], 'pes');
  return immutableData({
    family: 'learningRule',
    kind: 'pes',
    modifies: 'decoders',
    sizeIn: 'postState',
    probeable: ['error', 'activities', 'delta'],
    learningRate: optional(options.learningRate, 1e-4, positive, 'pes: learningRate'),
    preSynapse: filterOf(options.preSynapse, lowpass(0.005), 'pes: preSynapse'),
  });
}

/**
 * Keeps P, the inverse of the correlations of the filtered activities r, from learningRate · dt / n times the identity: with
 * k = 1 / (1 + r·P r), decoders change by -k · error · (P r)ᵀ and P by -k · (P r)(P r)ᵀ in each step. Connections into the rule bring
 * the error, as of `pes`; it is not spread over neurons.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION
 */
export function rls(options: PesOptions = {}): Rls {
  refuseSurplus('rls', arguments, 1);
  checkOptions(options, ['learningRate', 'preSynapse'], 'rls');
  return immutableData({
    family: 'learningRule',
    kind: 'rls',
    modifies: 'decoders',
    sizeIn: 'postState',
    probeable: ['preFiltered', 'error', 'delta', 'invGamma'],
    learningRate: optional(options.learningRate, 1e-3, positive, 'rls: learningRate'),
    preSynapse: filterOf(options.preSynapse, lowpass(0.005), 'rls: preSynapse'),
  });
}

/**
 * Weights change by learningRate · dt · post · (post - theta) · pre in each step, of filtered activities at both ends.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION
 */
export function bcm(options: BcmOptions = {}): Bcm {
  refuseSurplus('bcm', arguments, 1);
  checkOptions(options, ['learningRate', 'preSynapse', 'postSynapse', 'thetaSynapse'], 'bcm');
  return immutableData({
    family: 'learningRule',
    kind: 'bcm',
    modifies: 'weights',
    sizeIn: 0,
    probeable: ['theta', 'preFiltered', 'postFiltered', 'delta'],
    learningRate: optional(options.learningRate, 1e-9, positive, 'bcm: learningRate'),
    ...filtersOf(options, 'bcm'),
    thetaSynapse: filterOf(options.thetaSynapse, lowpass(1), 'bcm: thetaSynapse'),
  });
}

/**
 * Weights change by learningRate · dt · (post · pre - beta · post² · weight) in each step, of filtered activities at both ends.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION
 */
export function oja(options: OjaOptions = {}): Oja {
  refuseSurplus('oja', arguments, 1);
  checkOptions(options, ['learningRate', 'preSynapse', 'postSynapse', 'beta'], 'oja');
  return immutableData({
    family: 'learningRule',
    kind: 'oja',
    modifies: 'weights',
    sizeIn: 0,
    probeable: ['preFiltered', 'postFiltered', 'delta'],
    learningRate: optional(options.learningRate, 1e-6, positive, 'oja: learningRate'),
    ...filtersOf(options, 'oja'),
    beta: optional(options.beta, 1, atLeast(0), 'oja: beta'),
  });
}

/**
 * The scaled encoders of the ensemble that a connection ends at change by learningRate · dt · signal · post · (gain / radius · x -
 * encoder) in each step: x is all that comes to the ensemble, post its filtered activities, and the signal 1 plus what connections into
 * the rule bring, a number: -1 of it stops the learning.
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION
 */
export function voja(options: VojaOptions = {}): Voja {
  refuseSurplus('voja', arguments, 1);
  checkOptions(options, ['learningRate', 'postSynapse'], 'voja');
  return immutableData({
    family: 'learningRule',
    kind: 'voja',
    modifies: 'encoders',
    sizeIn: 1,
    probeable: ['postFiltered', 'scaledEncoders', 'delta'],
    learningRate: optional(options.learningRate, 1e-2, positive, 'voja: learningRate'),
    postSynapse: filterOf(options.postSynapse, lowpass(0.005), 'voja: postSynapse'),
  });
}

function filtersOf(
  { preSynapse, postSynapse }: HebbianOptions,
  kind: string,
): { readonly preSynapse: Synapse | null; readonly postSynapse: Synapse | null } {
  const pre = filterOf(preSynapse, lowpass(0.005), `${kind}: preSynapse`);
  return { preSynapse: pre, postSynapse: filterOf(postSynapse, pre, `${kind}: postSynapse`) };
}

function filterOf(value: unknown, fallback: Synapse | null, where: string): Synapse | null {
  return optional(value, fallback, synapseOrNull, where);
}

/** What a third party says of its kind of learning rule, beside parameters of its own. */
export interface LearningRuleDefinitionData {
  readonly kind: string;
  readonly modifies: ModifiedArray;
  /** Default 0: the rule takes no input. */
  readonly sizeIn?: RuleInputSize;
  /** Default `delta` alone, which every rule has. */
  readonly probeable?: readonly string[];
  /** Above 0. */
  readonly learningRate: number;
}

/** A learning rule that carries parameters of its own. */
export type DefinedLearningRule<Definition extends LearningRuleDefinitionData> = LearningRuleType &
  Readonly<Pick<Definition, 'kind'> & Omit<Definition, keyof LearningRuleDefinitionData>>;

/** A learning rule of a third party's kind, with its own parameters as data. @throws NdlError INVALID_OPTION */
export function defineLearningRule<const Definition extends LearningRuleDefinitionData>(
  definition: Definition,
): DefinedLearningRule<Definition> {
  refuseSurplus('defineLearningRule', arguments, 1);
  checkDefinition(definition, 'defineLearningRule');
  const { sizeIn = 0, probeable = ['delta'] } = definition;
  const data: object = { ...definition, sizeIn, probeable, family: 'learningRule' };
  return learningRuleType(data, definition.kind) as DefinedLearningRule<Definition>;
}

const MODIFIED: readonly ModifiedArray[] = ['decoders', 'weights', 'encoders'];
const SIZES: readonly Exclude<RuleInputSize, number>[] = ['pre', 'preState', 'mid', 'post', 'postState'];

/** A learning rule, also one written by hand. */
const learningRuleType: Check<LearningRuleType> = (value, where) => {
  const type = ofFamily<LearningRuleType>('learningRule', 'a learning rule, as made by pes …')(value, where);
  oneOf(MODIFIED)(type.modifies, `${where}: modifies`);
  if (typeof type.sizeIn === 'number')
    requireRoomFor([wholeNumber(0)(type.sizeIn, `${where}: sizeIn`)], where, 'too many inputs');
  else oneOf(SIZES)(type.sizeIn, `${where}: sizeIn`);
  positive(type.learningRate, `${where}: learningRate`);
  const { probeable } = type as { readonly probeable: unknown };
  if (!Array.isArray(probeable) || probeable.length === 0)
    throw invalidParameter(`${where}: probeable`, 'a list of at least one name', probeable);
  for (const [index, name] of probeable.entries()) nonEmptyText(name, `${where}: probeable[${index}]`);
  return type;
};

/** One rule, a list of rules, rules by name, or null. */
export const learningRuleTypes: Check<LearningRuleTypes | null> = (value, where) => {
  if (value === null) return null;
  if (Array.isArray(value))
    return immutableData(Array.from(value, (rule, index) => learningRuleType(rule, `${where}[${index}]`)));
  if (!isPlainObject(value) || 'family' in value) return learningRuleType(value, where);
  const rules = Object.entries(value).map(
    ([name, rule]) => [name, learningRuleType(rule, `${where}.${name}`)] as const,
  );
  if (rules.length === 0) throw invalidParameter(where, 'a learning rule, a list of some, or some by name', value);
  return immutableData(Object.fromEntries(rules));
};

/** The rules that stand for what a connection learns by, each with what finds it there: an index, a name, or null for the only one. */
export function rulesByKey(
  types: LearningRuleTypes | null,
): readonly (readonly [key: RuleKey, type: LearningRuleType])[] {
  if (types === null) return [];
  if (isList(types)) return types.map((type, index) => [index, type]);
  return isOne(types) ? [[null, types]] : Object.entries(types);
}

/** What finds a rule among those of its connection: null where it has but one. */
export type RuleKey = string | number | null;

function isList(types: LearningRuleTypes): types is readonly LearningRuleType[] {
  return Array.isArray(types);
}

function isOne(types: LearningRuleTypes): types is LearningRuleType {
  return 'family' in types && typeof types.family === 'string';
}
