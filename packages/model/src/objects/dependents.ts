/** @file Changes of an object that others lean on: connections at it, probes of it. What they could not have been made with is refused. */
import { isNdlError } from '@ndl/numerics';
import { checkEnds, checkFunctionSource } from './connection-checks.ts';
import type { Connection } from './connection.ts';
import { wrongShape } from '../errors.ts';
import { changeRefused } from './object-errors.ts';
import { describeObject } from '../networks/naming.ts';
import { objectOf, type ConnectionEnd, type Member, type NetworkObject, type ProbeTarget } from './objects.ts';
import { checkAttribute, checkTarget } from './probe-checks.ts';
import { checkRules } from './rule-checks.ts';
import { recordOf, replaceRecord, type Recorded } from './recorded.ts';

/**
 * Gives an object another record; where `concernsOthers`, only if all that depend on it could be made with it as it then
 * is. All or nothing. @throws NdlError as their constructors, with the code of the first refusal.
 */
export function replaceWithDependents<Content extends object>(
  object: Exclude<Member, { readonly kind: 'network' }> & Recorded<Content>,
  record: Content,
  concernsOthers: boolean,
): void {
  const before = recordOf<Content>(object);
  replaceRecord<Content>(object, record);
  if (!concernsOthers) return;
  try {
    checkDependents(object);
  } catch (error) {
    replaceRecord<Content>(object, before);
    throw isNdlError(error) ? changeRefused(describeObject(object), error) : error;
  }
}

function checkDependents(object: Exclude<Member, { readonly kind: 'network' }>): void {
  const { toplevel } = object.network;
  const touched = new Set<NetworkObject>([object]);
  for (const connection of toplevel.allConnections) {
    const { pre, post } = connection;
    if (!isAt(pre, object) && !isAt(post, object)) continue;
    touched.add(connection);
    const subject = describeObject(connection);
    checkEnds(pre, post, connection.network, subject);
    if (connection.function !== null) checkFunctionSource(objectOf(pre), `${subject}: function`);
    checkRules({ ...sidesOf(connection), subject });
  }
  // A rule is as wide as what its connection's ends and function are.
  for (const connection of toplevel.allConnections) {
    const rule = objectOf(connection.post);
    if (rule.kind !== 'learningRule' || !touched.has(rule.connection)) continue;
    checkRuleInput(connection);
  }
  for (const probe of toplevel.allProbes) {
    const { target, attribute, network } = probe;
    const whole = objectOf(target);
    const isOfRule = whole.kind === 'learningRule' && touched.has(whole.connection);
    if (!isAt(target, object) && !touched.has(target) && !isOfRule) continue;
    const subject = describeObject(probe);
    checkTarget(target, network, subject);
    checkAttribute(target, attribute, subject);
  }
}

function sidesOf(connection: Connection): Omit<Parameters<typeof checkRules>[0], 'subject'> {
  const { pre, post, sizeMid, transform, solver, learningRuleType: types } = connection;
  return { pre, post, sizeMid, transform, solver, types };
}

/** A connection into a rule still fits what the rule takes. */
function checkRuleInput(connection: Connection): void {
  const { pre, post, transform, network } = connection;
  const subject = describeObject(connection);
  checkEnds(pre, post, network, subject);
  const [rows] = transform.shape;
  if (rows !== post.sizeIn) throw wrongShape(`${subject}: post`, [rows], [post.sizeIn]);
}

/** Whether something is the object, its neurons, or a slice of either. */
function isAt(end: ConnectionEnd | ProbeTarget, object: Member): boolean {
  const whole = objectOf(end);
  return whole === object || (whole.kind === 'neurons' && whole.ensemble === object);
}
