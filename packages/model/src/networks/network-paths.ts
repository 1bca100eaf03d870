/** @file Paths of networks from the outermost one, remembered: that of a nested one begins with that of the one around it. */
import type { Network } from './network.ts';
import { LIST_NAMES, type Member } from '../objects/objects.ts';
import { isRecorded, recordOf } from '../objects/recorded.ts';

let known = new WeakMap<Network, string>();

/** `networks[1].networks[0]`; empty for an outermost network. */
export function pathOfNetwork(network: Network): string {
  const unknown: Network[] = [];
  let around = network;
  for (let parent = around.parent; parent !== null && !known.has(around); parent = around.parent) {
    unknown.push(around);
    around = parent;
  }
  let path = known.get(around) ?? '';
  for (const inner of unknown.toReversed()) {
    const place = placeIn(inner.parent!, inner);
    path = path === '' ? place : `${path}.${place}`;
    known.set(inner, path);
  }
  return path;
}

/** Where a network has an object: `ensembles[0]`. */
export function placeIn(network: Network, member: Member): string {
  const list = LIST_NAMES[member.kind];
  // The record of a network of another copy of this package cannot be read; its lists can.
  const index = isRecorded(network)
    ? recordOf(network).members.indexOf(member)
    : (network[list] as readonly Member[]).indexOf(member);
  return `${list}[${index}]`;
}

/** To be called when a network is taken out of another: those after it, and all that is nested in them, have other paths then. */
export function forgetPaths(): void {
  known = new WeakMap();
}
