/** @file Where boxes stand: a row is placed here, and whatever branches by elk, and until that is there roughly. */
import type { VisibleNetwork } from './visible-network.ts';

const BOX_WIDTH = 124;
const BOX_HEIGHT = 46;
/** Around what is in an open subnetwork, and above it for its name. */
const FRAME = 16;
const FRAME_TOP = 30;
const [GAP, GAP_BELOW] = [34, 24];

/** Pixels of a picture, about, at the width of 1280: the style sheet has the last word on its height. */
export const ROOM = { width: 380, height: 390 } as const;

/** The upper left corner of a box. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

/** By identity, of all boxes that are no open subnetworks. */
export type Places = ReadonlyMap<string, Place>;

/** What is used of elkjs, whose types do not fit modules of Node. */
export interface Elk {
  layout(graph: object): Promise<ElkNode>;
}
interface ElkNode {
  readonly id: string;
  readonly x?: number;
  readonly y?: number;
  readonly children?: readonly ElkNode[];
}

/** Places for all boxes that can be given at once; what `known` has stays where it is. `isRough` where elk would do better. */
export function layOutAtOnce(
  network: VisibleNetwork,
  known: Places,
): { readonly places: Places; readonly isRough: boolean } {
  const boxes = network.objects.filter(({ isOpen }) => !isOpen);
  const isKnown = boxes.every(({ object }) => known.has(object.id));
  const row = isKnown ? known : rowOf(network);
  return { places: merged(network, known, row ?? layersOf(network)), isRough: row === undefined };
}

/** The same by elk, from left to right or from top to bottom: as it is read best in the room that there is, in pixels. */
export async function layOutByElk(
  elk: Elk,
  network: VisibleNetwork,
  known: Places,
  room: { readonly width: number; readonly height: number },
): Promise<Places> {
  const zoomOf = (places: Places): number => {
    const { width, height } = around(boxesOf(network, places).values(), FRAME, FRAME);
    return Math.min(1, room.width / width, room.height / height);
  };
  const across = await placesByElk(elk, network, 'RIGHT');
  if (zoomOf(across) > 0.8) return merged(network, known, across);
  const down = await placesByElk(elk, network, 'DOWN');
  return merged(network, known, zoomOf(down) > zoomOf(across) ? down : across);
}

function merged({ objects }: VisibleNetwork, known: Places, fresh: Places): Places {
  const boxes = objects.filter(({ isOpen }) => !isOpen);
  return new Map(boxes.map(({ object: { id } }) => [id, known.get(id) ?? fresh.get(id) ?? { x: 0, y: 0 }]));
}

/** Columns by the longest way from a source, within each open subnetwork by itself; what goes back counts for nothing. */
function layersOf({ objects, arrows }: VisibleNetwork): Places {
  const places = new Map<string, Place>();
  const parents = new Map(objects.map(({ object, parent }) => [object.id, parent]));
  /** The object itself, or that around it, which stands in `parent`. */
  const within = (id: string, parent: string | null): string | undefined => {
    let at: string | null | undefined = id;
    while (at !== null && at !== undefined && parents.get(at) !== parent) at = parents.get(at);
    return at ?? undefined;
  };
  const place = (parent: string | null, left: number, top: number): { width: number; height: number } => {
    const members = objects.filter((each) => each.parent === parent);
    const order = new Map(members.map(({ object }, at) => [object.id, at]));
    const column = new Map(members.map(({ object }) => [object.id, 0]));
    for (const { object } of members)
      for (const arrow of arrows) {
        const [from, to] = [within(arrow.from, parent), within(arrow.to, parent)];
        if (from !== object.id || to === undefined || !(order.get(from)! < order.get(to)!)) continue;
        column.set(to, Math.max(column.get(to)!, column.get(from)! + 1));
      }
    let [x, height] = [left, 0];
    for (let at = 0; at <= Math.max(0, ...column.values()); at++) {
      let [y, width] = [top, 0];
      for (const { object, isOpen } of members) {
        if (column.get(object.id) !== at) continue;
        const inner = isOpen ? place(object.id, x + FRAME, y + FRAME_TOP) : { width: BOX_WIDTH, height: BOX_HEIGHT };
        if (!isOpen) places.set(object.id, { x, y });
        const size = isOpen ? { width: inner.width + 2 * FRAME, height: inner.height + FRAME + FRAME_TOP } : inner;
        width = Math.max(width, size.width);
        y += size.height + GAP_BELOW;
      }
      x += width + GAP;
      height = Math.max(height, y - GAP_BELOW - top);
    }
    return { width: x - GAP - left, height };
  };
  place(null, 0, 0);
  return places;
}

/** Chains, one below the other; undefined where something branches or is open. */
function rowOf({ objects, arrows }: VisibleNetwork): Places | undefined {
  if (objects.some(({ isOpen }) => isOpen)) return undefined;
  const next = new Map<string, string>();
  const hasBefore = new Set<string>();
  for (const { from, to } of arrows) {
    if (from === to || next.get(from) === to) continue;
    if (next.has(from) || hasBefore.has(to)) return undefined;
    next.set(from, to);
    hasBefore.add(to);
  }
  const starts = objects.filter(({ object }) => !hasBefore.has(object.id));
  const alone = starts.filter(({ object }) => !next.has(object.id));
  const places = new Map<string, Place>();
  let row = 0;
  for (const { object } of starts.filter((start) => !alone.includes(start))) {
    let column = 0;
    for (let id: string | undefined = object.id; id !== undefined && !places.has(id); id = next.get(id))
      places.set(id, { x: column++ * (BOX_WIDTH + GAP), y: row * (BOX_HEIGHT + GAP_BELOW) });
    row++;
  }
  const columns = alone.length > 12 ? Math.ceil(Math.sqrt(alone.length)) : 3;
  for (const [at, { object }] of alone.entries())
    places.set(object.id, {
      x: (at % columns) * (BOX_WIDTH + GAP),
      y: (row + Math.floor(at / columns)) * (BOX_HEIGHT + GAP_BELOW),
    });
  return places.size === objects.length ? places : undefined;
}

async function placesByElk(
  elk: Elk,
  { objects, arrows }: VisibleNetwork,
  direction: 'RIGHT' | 'DOWN',
): Promise<Places> {
  // Names of the user's are kept away from elk: it makes keys of them.
  const numbers = new Map(objects.map(({ object }, number) => [object.id, `o${number}`]));
  const childrenOf = (parent: string | null): object[] =>
    objects
      .filter((each) => each.parent === parent)
      .map(({ object, isOpen }) => {
        const id = numbers.get(object.id)!;
        if (!isOpen) return { id, width: BOX_WIDTH, height: BOX_HEIGHT };
        const padding = `[top=${FRAME_TOP},left=${FRAME},bottom=${FRAME},right=${FRAME}]`;
        return { id, layoutOptions: { 'elk.padding': padding }, children: childrenOf(object.id) };
      });
  const laidOut = await elk.layout({
    id: 'network',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': direction,
      'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
      'elk.layered.spacing.nodeNodeBetweenLayers': String(GAP),
    },
    children: childrenOf(null),
    edges: arrows.map(({ from, to }, number) => ({
      id: `c${number}`,
      sources: [numbers.get(from)!],
      targets: [numbers.get(to)!],
    })),
  });
  const found = new Map<string, Place>();
  const walk = ({ children = [] }: ElkNode, left: number, top: number): void => {
    for (const child of children) {
      const place = { x: left + (child.x ?? 0), y: top + (child.y ?? 0) };
      found.set(child.id, place);
      walk(child, place.x, place.y);
    }
  };
  walk(laidOut, 0, 0);
  return new Map(objects.map(({ object: { id } }) => [id, found.get(numbers.get(id)!) ?? { x: 0, y: 0 }]));
}

/** A rectangle. */
export interface Box extends Place {
  readonly width: number;
  readonly height: number;
}

/** The boxes of all that is seen; frames go around what is in them. */
export function boxesOf({ objects }: VisibleNetwork, places: Places): Map<string, Box> {
  const boxes = new Map<string, Box>();
  // From the innermost: parents stand before their members.
  for (const { object, isOpen } of [...objects].reverse()) {
    const members = isOpen ? objects.filter(({ parent }) => parent === object.id) : [];
    const within = members.flatMap((member) => boxes.get(member.object.id) ?? []);
    if (within.length === 0) {
      const { x, y } = places.get(object.id) ?? { x: 0, y: 0 };
      boxes.set(object.id, { x, y, width: BOX_WIDTH, height: BOX_HEIGHT });
    } else boxes.set(object.id, around(within, FRAME, FRAME_TOP));
  }
  return boxes;
}

/** The least box that holds others, with room at its sides and on top. */
export function around(boxes: Iterable<Box>, side: number, top: number): Box {
  let [left, up, right, down] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y, width, height } of boxes) {
    left = Math.min(left, x);
    up = Math.min(up, y);
    right = Math.max(right, x + width);
    down = Math.max(down, y + height);
  }
  if (left > right) return { x: 0, y: 0, width: BOX_WIDTH, height: BOX_HEIGHT };
  return { x: left - side, y: up - top, width: right - left + 2 * side, height: down - up + side + top };
}
