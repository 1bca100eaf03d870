/** @file The network as a picture: objects in boxes that can be pointed at, connections as arrows whose look says their kind. */
import type { DrawnConnection, DrawnObject } from '../runner/messages.ts';
import { drawing } from './element.ts';

const [BOX_WIDTH, BOX_HEIGHT] = [132, 46];
/** More objects than this nobody reads in a picture. */
const MOST_OBJECTS = 150;

/** What is used of elkjs, whose types do not fit modules of Node. */
type ElkConstructor = new () => {
  layout(graph: object): Promise<{ readonly children?: readonly ({ readonly id: string } & Partial<Place>)[] }>;
};

interface Place {
  readonly x: number;
  readonly y: number;
}

/** @param onChoose gets the object that the user points at */
export async function drawNetwork(
  place: HTMLElement,
  objects: readonly DrawnObject[],
  connections: readonly DrawnConnection[],
  onChoose: (object: DrawnObject) => void,
): Promise<void> {
  const shown = objects.slice(0, MOST_OBJECTS);
  const ids = new Set(shown.map(({ id }) => id));
  const arrows = connections.filter(({ from, to }) => ids.has(from) && ids.has(to));
  const places = await layOut(shown, arrows);
  const width = Math.max(200, ...[...places.values()].map(({ x }) => x + BOX_WIDTH + 24));
  const height = Math.max(90, ...[...places.values()].map(({ y }) => y + BOX_HEIGHT + 24));
  const svg = drawing('svg', {
    viewBox: `-16 -16 ${width + 8} ${height + 8}`,
    width: width + 8,
    height: height + 8,
    role: 'group',
    'aria-label': `Network of ${objects.length} objects and ${connections.length} connections`,
  });
  for (const kind of ['decoded', 'neurons', 'learning', 'recurrent']) {
    const tip = drawing('path', { d: 'M0 0 L8 4 L0 8 z', class: `tip ${kind}` });
    const marker = {
      id: `tip-${kind}`,
      markerWidth: 8,
      markerHeight: 8,
      refX: 7,
      refY: 4,
      orient: 'auto',
      markerUnits: 'userSpaceOnUse',
    };
    svg.append(drawing('defs', {}, [drawing('marker', marker, [tip])]));
  }
  for (const arrow of arrows) svg.append(drawArrow(arrow, places));
  for (const object of shown) svg.append(drawObject(object, places.get(object.id)!, onChoose));
  const rest = objects.length - shown.length;
  place.replaceChildren(svg, ...(rest > 0 ? [`… and ${rest} more objects, which are not drawn.`] : []));
}

function drawArrow({ from, to, kind }: DrawnConnection, places: ReadonlyMap<string, Place>): SVGElement {
  const [a, b] = [places.get(from)!, places.get(to)!];
  const [x1, y1, x2, y2] = [a.x + BOX_WIDTH, a.y + BOX_HEIGHT / 2, b.x - 1, b.y + BOX_HEIGHT / 2];
  const bend = Math.max(24, Math.abs(x2 - x1) / 2);
  const top = a.y - 12;
  const path =
    from === to
      ? `M${x1 - 34} ${a.y} C ${x1 - 30} ${top - 6}, ${x1 - 90} ${top - 6}, ${x1 - 94} ${a.y - 1}`
      : `M${x1} ${y1} C ${x1 + bend} ${y1}, ${x2 - bend} ${y2}, ${x2} ${y2}`;
  return drawing('path', { d: path, class: `arrow ${kind}`, 'marker-end': `url(#tip-${kind})` }, [
    drawing('title', {}, [`${from} to ${to}, ${kind}`]),
  ]);
}

function drawObject(object: DrawnObject, { x, y }: Place, onChoose: (object: DrawnObject) => void): SVGElement {
  const label = object.label.length > 18 ? `${object.label.slice(0, 17)}…` : object.label;
  const shown = object.kind === 'ensemble' ? `${object.neurons} neurons` : object.detail;
  const group = drawing(
    'g',
    {
      class: `object ${object.kind}`,
      tabindex: 0,
      role: 'button',
      'data-label': object.label,
    },
    [
      drawing('title', {}, [`${object.kind} ${object.label}, ${object.detail}: `]),
      drawing('rect', { x, y, width: BOX_WIDTH, height: BOX_HEIGHT, rx: object.kind === 'ensemble' ? 23 : 4 }),
      drawing('text', { x: x + BOX_WIDTH / 2, y: y + 20, class: 'name' }, [label]),
      drawing('text', { x: x + BOX_WIDTH / 2, y: y + 35, class: 'detail' }, [shown]),
    ],
  );
  group.addEventListener('click', () => onChoose(object));
  group.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    onChoose(object);
  });
  return group;
}

/** A row is placed here; whatever branches is left to elk, which is loaded for it. */
async function layOut(
  objects: readonly DrawnObject[],
  arrows: readonly DrawnConnection[],
): Promise<Map<string, Place>> {
  return rowOf(objects, arrows) ?? (await layOutByElk(objects, arrows));
}

function rowOf(objects: readonly DrawnObject[], arrows: readonly DrawnConnection[]): Map<string, Place> | undefined {
  const next = new Map<string, string>();
  const hasBefore = new Set<string>();
  for (const { from, to } of arrows) {
    if (from === to || next.get(from) === to) continue;
    if (next.has(from) || hasBefore.has(to)) return undefined;
    next.set(from, to);
    hasBefore.add(to);
  }
  const starts = objects.filter(({ id }) => !hasBefore.has(id));
  const places = new Map<string, Place>();
  for (const [row, start] of starts.entries()) {
    let column = 0;
    for (let id: string | undefined = start.id; id !== undefined && !places.has(id); id = next.get(id))
      places.set(id, { x: 8 + column++ * (BOX_WIDTH + 48), y: 12 + row * (BOX_HEIGHT + 32) });
  }
  return places.size === objects.length ? places : undefined;
}

async function layOutByElk(
  objects: readonly DrawnObject[],
  arrows: readonly DrawnConnection[],
): Promise<Map<string, Place>> {
  const { default: Elk } = (await import('elkjs/lib/elk.bundled.js')) as unknown as { default: ElkConstructor };
  const options = {
    'elk.algorithm': 'layered',
    'elk.direction': 'RIGHT',
    'elk.layered.spacing.nodeNodeBetweenLayers': '48',
  };
  // Names of the user's are kept away from elk: it makes keys of them.
  const numbers = new Map(objects.map(({ id }, number) => [id, `o${number}`]));
  const laidOut = await new Elk().layout({
    id: 'network',
    layoutOptions: options,
    children: objects.map(({ id }) => ({ id: numbers.get(id)!, width: BOX_WIDTH, height: BOX_HEIGHT })),
    edges: arrows.map(({ from, to }, number) => ({
      id: `c${number}`,
      sources: [numbers.get(from)!],
      targets: [numbers.get(to)!],
    })),
  });
  const placed = new Map((laidOut.children ?? []).map(({ id, x, y }) => [id, { x: x ?? 0, y: y ?? 0 }]));
  return new Map(objects.map(({ id }) => [id, placed.get(numbers.get(id)!)!]));
}
