/** @file Attributes: what the configuration can say of objects beside their parameters. */
import { flag, orNull, type Check } from './checks.ts';
import { nothingToTrain } from './errors.ts';
import { describeObject } from './naming.ts';
import type { ConfigurableKind, NetworkObject } from './objects.ts';

/** Attributes of objects, by name. Plugins add theirs by module augmentation. */
export interface ObjectAttributes {
  /** Whether training may change the object's parameters; null is no opinion. */
  trainable: boolean | null;
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
    check: orNull(flag),
    appliesTo: ['network', 'ensemble', 'neurons', 'connection'],
    refusal: (object, value) =>
      value === true && isDirect(object) ? nothingToTrain(describeObject(object)) : undefined,
  },
  keepHistory: { check: flag, appliesTo: ['probe'] },
};

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
