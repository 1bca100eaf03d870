/** @file What of a network is seen: subnetworks that are closed stand for all that is in them. */
import type { DrawnConnection, DrawnObject } from '../runner/messages.ts';

/** A box, or the frame around what is in an open subnetwork. */
export interface VisibleObject {
  readonly object: DrawnObject;
  readonly isOpen: boolean;
  /** Identity of the open subnetwork that it is seen in. */
  readonly parent: string | null;
}

/** Connections of one kind from one box to another. */
export interface VisibleArrow {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly kind: DrawnConnection['kind'];
  readonly connections: readonly DrawnConnection[];
}

export interface VisibleNetwork {
  /** Parents stand before what is in them. */
  readonly objects: readonly VisibleObject[];
  readonly arrows: readonly VisibleArrow[];
  /** Objects that are not drawn, as there are too many. */
  readonly left: number;
}

/** @param most objects that are drawn at most */
export function visibleNetwork(
  objects: readonly DrawnObject[],
  connections: readonly DrawnConnection[],
  open: ReadonlySet<string>,
  most: number,
): VisibleNetwork {
  const byId = new Map(objects.map((object) => [object.id, object]));
  const standsFor = new Map<string, string>();
  const shown: VisibleObject[] = [];
  let left = 0;
  for (const object of objects) {
    const within = object.parent === null ? undefined : standsFor.get(object.parent);
    const isHidden = object.parent !== null && (within !== object.parent || !open.has(object.parent));
    if (isHidden) {
      if (within !== undefined) standsFor.set(object.id, within);
      continue;
    }
    if (shown.length >= most) {
      left++;
      continue;
    }
    standsFor.set(object.id, object.id);
    const isOpen = object.kind === 'network' && open.has(object.id);
    shown.push({ object, isOpen, parent: byId.has(object.parent ?? '') ? object.parent : null });
  }
  const arrows = new Map<string, VisibleArrow & { readonly connections: DrawnConnection[] }>();
  for (const connection of connections) {
    const [from, to] = [standsFor.get(connection.from), standsFor.get(connection.to)];
    const isWithin = from === to && (connection.from !== connection.to || from !== connection.from);
    if (from === undefined || to === undefined || isWithin) continue;
    const id = JSON.stringify([from, to, connection.kind]);
    const arrow = arrows.get(id);
    if (arrow === undefined) arrows.set(id, { id, from, to, kind: connection.kind, connections: [connection] });
    else arrow.connections.push(connection);
  }
  return { objects: shown, arrows: [...arrows.values()], left };
}
