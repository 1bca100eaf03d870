/** @file Which path is the last one of a build that asks for the activities of an ensemble: what it leaves is used for others. */
import type { BuildContext } from '@ndl/core';
import { kept, type Connection, type Ensemble, type Probe } from '@ndl/model';
import type { SignalPath } from './path-parts.ts';

/** Paths of each ensemble that are still to be solved, at its own evaluation points, by the work of a build. */
const toCome = new WeakMap<BuildContext['work'], Map<Ensemble, number>>();

/** Notes that a path was solved. Whether no other one will ask for activities at its points. */
export function isLastOf({ evalPoints }: SignalPath, ensemble: Ensemble, context: BuildContext): boolean {
  if (evalPoints !== null) return true;
  const counts = toCome.get(context.work) ?? countedPaths(context);
  toCome.set(context.work, counts);
  const left = (counts.get(ensemble) ?? 0) - 1;
  counts.set(ensemble, left);
  return left === 0;
}

function countedPaths({ network }: BuildContext): Map<Ensemble, number> {
  const counts = new Map<Ensemble, number>();
  const add = (ensemble: Ensemble): void => void counts.set(ensemble, (counts.get(ensemble) ?? 0) + 1);
  for (const connection of network.allConnections) {
    const source = sourceOf(connection);
    if (source !== undefined && kept(connection, 'evalPoints') === null) add(source);
  }
  for (const { targetObject, attribute } of network.allProbes as readonly Probe[])
    if (targetObject.kind === 'ensemble' && attribute === 'decodedOutput') add(targetObject);
  return counts;
}

function sourceOf({ preObject, isDecoded }: Connection): Ensemble | undefined {
  return isDecoded ? (preObject as Ensemble) : undefined;
}
