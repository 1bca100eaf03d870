/** @file Names of objects: paths from the top-level network, and what error messages call them. */
import { refuseSurplus } from '@ndl/numerics';
import { pathOfNetwork, placeIn } from './network-paths.ts';
import type { LearningRule } from '../objects/learning-rule.ts';
import type { Network } from './network.ts';
import { CLASS_NAMES, LIST_NAMES, type Member, type NetworkObject } from '../objects/objects.ts';
import { recordOf } from '../objects/recorded.ts';

/** Path of an object from its top-level network: `networks[1].ensembles[0]`, `ensembles[0].neurons`; empty for the top itself. */
export function pathOf(object: NetworkObject): string {
  refuseSurplus('pathOf', arguments, 1);
  if (object.kind === 'view') return pathOf(object.object);
  if (object.kind === 'neurons') return `${pathOf(object.ensemble)}.neurons`;
  if (object.kind === 'learningRule') return `${pathOf(object.connection)}${pathOfRule(object)}`;
  const owner = ownerOf(object);
  if (owner === null) return '';
  const place = placeIn(owner, object);
  const around = pathOfNetwork(owner);
  return around === '' ? place : `${around}.${place}`;
}

/** What follows the path of its connection: `.learningRule`, `.learningRule[1]`, `.learningRule.name`. */
export function pathOfRule({ key }: LearningRule): string {
  refuseSurplus('pathOfRule', arguments, 1);
  return `.learningRule${key === null ? '' : typeof key === 'number' ? `[${key}]` : `.${key}`}`;
}

function ownerOf(member: Member): Network | null {
  return member.kind === 'network' ? member.parent : member.network;
}

/** What a person calls an object: `Ensemble 'a' (ensembles[0])`, or without a label `Ensemble (ensembles[0])`. */
export function describeObject(object: NetworkObject): string {
  refuseSurplus('describeObject', arguments, 1);
  if (object.kind === 'view') return `a slice of ${describeObject(object.object)}`;
  if (object.kind === 'learningRule')
    return `learningRule${pathOfRule(object).slice('.learningRule'.length)} of ${describeObject(object.connection)}`;
  const label = object.kind === 'neurons' ? object.ensemble.label : object.label;
  return describe(CLASS_NAMES[object.kind], label, pathOf(object));
}

/** What a person would call an object that is still being made, and so is the next in its list. */
export function describeNewcomer(kind: Member['kind'], label: unknown, owner: Network | null): string {
  const place = owner === null ? '' : `${LIST_NAMES[kind]}[${recordOf(owner).members.count(kind)}]`;
  const around = owner === null ? '' : pathOfNetwork(owner);
  const path = around === '' ? place : `${around}.${place}`;
  return describe(CLASS_NAMES[kind], typeof label === 'string' ? label : null, path);
}

function describe(className: string, label: string | null, path: string): string {
  const name = label === null ? className : `${className} '${label}'`;
  return path === '' ? `${name} (top level)` : `${name} (${path})`;
}
