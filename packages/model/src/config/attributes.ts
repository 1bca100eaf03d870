/** @file Attributes: what the configuration can say of objects beside their parameters. */
import { refuseSurplus } from '@ndl/numerics';
import { flag, type Check } from '../data/checks.ts';
import { nothingToTrain } from './config-errors.ts';
import { invalidParameter } from '../errors.ts';
import { isPlainObject } from '../data/immutable-data.ts';
import { describeObject } from '../networks/naming.ts';
import type { ConfigurableKind, NetworkObject } from '../objects/objects.ts';

/**
 * What somebody says of training: of all arrays, or of parameters by name, such as `{ tau: true, weights: false }`; null is no opinion, nor
 * is what is not named. Time constants are trained only where they are named; `false` for all is for them, too.
 */
export type TrainableOpinion = boolean | null | Readonly<Record<string, boolean>>;

/** Attributes of objects, by name. Plugins add theirs by module augmentation. */
export interface ObjectAttributes {
  /** Whether training may change the object's parameters. */
  trainable: TrainableOpinion;
  /** Whether a probe keeps every sample, or only the last. */
  keepHistory: boolean;
}

/** What is known of an attribute before anybody adds it. */
export interface AttributeSpec {
  readonly check: Check<unknown>;
  /** Kinds of objects, and their classes, that may have it. */
  readonly appliesTo: readonly ConfigurableKind[];
  /** The error, where an object of these kinds cannot have this value. */
  readonly refusal?: (object: NetworkObject, value: unknown) => Error | undefined;
}

/** The attributes that ndl itself reads. Others may be added; nothing is known of their values here. */
const BUILT_IN_ATTRIBUTES: Readonly<Record<keyof ObjectAttributes, AttributeSpec>> = {
  trainable: {
    check: trainableOpinion,
    appliesTo: ['network', 'ensemble', 'neurons', 'connection'],
    refusal: (object, value) =>
      asksForTraining(value) && isDirect(object) ? nothingToTrain(describeObject(object)) : undefined,
  },
  keepHistory: { check: flag, appliesTo: ['probe'] },
};

/** An opinion of training, copied. @throws NdlError INVALID_OPTION */
export function trainableOpinion(value: unknown, where: string): TrainableOpinion {
  refuseSurplus('trainableOpinion', arguments, 2);
  if (value === null || typeof value === 'boolean') return value;
  if (!isPlainObject(value))
    throw invalidParameter(where, 'true, false, null, or true and false by the names of parameters', value);
  const names = Object.keys(value);
  if (names.length === 0 || names.includes('__proto__'))
    throw invalidParameter(where, 'true or false by the names of parameters, such as { tau: true }', value);
  for (const name of names) flag((value as Readonly<Record<string, unknown>>)[name], `${where}.${name}`);
  return Object.freeze({ ...(value as Readonly<Record<string, boolean>>) });
}

/** Whether this is an opinion by which something is to be trained. */
export function asksForTraining(value: unknown): boolean {
  return value === true || (typeof value === 'object' && value !== null && Object.values(value).includes(true));
}

/** The names of the built-in attributes. */
export const BUILT_IN_ATTRIBUTE_NAMES: readonly string[] = Object.keys(BUILT_IN_ATTRIBUTES);

/** What is known of an attribute of this name. */
export function attributeSpec(name: string): AttributeSpec | undefined {
  return Object.hasOwn(BUILT_IN_ATTRIBUTES, name) ? BUILT_IN_ATTRIBUTES[name as keyof ObjectAttributes] : undefined;
}

function isDirect(object: NetworkObject): boolean {
  if (object.kind === 'neurons') return isDirect(object.ensemble);
  return object.kind === 'ensemble' && object.neuronType.kind === 'direct';
}
