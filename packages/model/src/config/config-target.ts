/** @file What a configuration is asked about - a class, or an object of the network -, what that is called, and which names it can have. */
import { nonEmptyText } from '../data/checks.ts';
import type { ConfigurableClass, ConfigurableObject } from './config-accessor.ts';
import { reservedName } from './config-errors.ts';
import { describeObject, pathOf } from '../networks/naming.ts';
import { CLASS_NAMES } from '../objects/objects.ts';

/** What the configuration can be asked about. */
export type ConfigTarget = ConfigurableClass | ConfigurableObject;

const RESERVED_NAMES = ['__proto__', 'constructor', 'prototype'];

/** Whether something is one of the classes, and no object. */
export function isClass(target: unknown): target is ConfigurableClass {
  return typeof target === 'function' && Object.hasOwn(CLASS_NAMES, (target as { kind?: string }).kind ?? '');
}

/** What to call a target in messages. */
export function describeTarget(target: ConfigTarget): string {
  return isClass(target) ? `config.of(${CLASS_NAMES[target.kind]})` : describeObject(target);
}

/** The expression that reaches the configuration of a target from a top-level network called `net`. */
export function lineFor(target: ConfigTarget): string {
  if (isClass(target)) return `net.config.of(${CLASS_NAMES[target.kind]})`;
  const path = pathOf(target);
  return `net.config.of(net${path === '' ? '' : `.${path}`})`;
}

/** Refuses what can be the name of no setting and no attribute. @throws NdlError INVALID_OPTION, RESERVED_NAME */
export function checkName(name: string): void {
  nonEmptyText(name, 'a name in the configuration');
  if (RESERVED_NAMES.includes(name)) throw reservedName(name);
}
