/** @file How a network is drawn: boxes by the kind of their objects, arrows whose look says what a connection is. */
import type { DrawnConnection, DrawnObject } from '../runner/messages.ts';
import { drawing } from './element.ts';
import { fitted } from './fitted-text.ts';
import type { Box } from './layout.ts';
import type { VisibleArrow, VisibleObject } from './visible-network.ts';

/** Between a box and what is written in it. */
const MARGIN = { name: 6, detail: 3 } as const;
const KINDS = ['decoded', 'neurons', 'learning', 'recurrent', 'inhibitory'] as const;

/** What is shown of an object that does not run. */
const detailOf = ({ neurons, detail }: DrawnObject): string => (neurons > 0 ? `${neurons} neurons` : detail);

/** What is read out, and shown on pointing; what is written in the box follows it. */
export function nameOf({ kind, label, detail, line }: DrawnObject): string {
  return `${kind} ${label}, ${detail}, ${line === null ? '' : `line ${line}, `}`;
}

/** The ends of arrows. */
export function arrowTips(): SVGElement {
  return drawing(
    'defs',
    {},
    KINDS.map((kind) => tipOf(kind)),
  );
}

export function drawObject({ object, isOpen }: VisibleObject, { x, y, width, height }: Box): SVGGElement {
  const rounding = object.kind === 'ensemble' ? 23 : object.kind === 'network' ? 10 : 4;
  const [middle, name] = isOpen ? [x + 12, y + 20] : [x + width / 2, y + 20];
  const behind = { x: x + 4, y: y + 4, width, height, rx: rounding, class: 'behind' };
  return drawing(
    'g',
    {
      class: `object ${object.kind}${isOpen ? ' open' : ''}`,
      tabindex: 0,
      role: 'button',
      ...(object.kind === 'network' && { 'aria-expanded': String(isOpen) }),
      'data-label': object.label,
      'data-id': object.id,
    },
    [
      drawing('title', {}, [nameOf(object)]),
      ...(object.kind === 'network' && !isOpen ? [drawing('rect', behind)] : []),
      drawing('rect', { x, y, width, height, rx: rounding, class: 'box' }),
      drawing('text', { x: middle, y: name, class: 'name' }, [fitted(object.label, width - 2 * MARGIN.name, 'name')]),
      ...(isOpen
        ? []
        : [
            drawing('text', { x: middle, y: y + 35, class: 'detail' }, [
              fitted(detailOf(object), width - 2 * MARGIN.detail, 'detail'),
            ]),
          ]),
    ],
  );
}

/** Writes something else below the name of an object. */
export function writeDetail(group: SVGGElement, text: string): void {
  const width = Number(group.querySelector('.box')!.getAttribute('width'));
  group.querySelector('.detail')!.textContent = fitted(text, width - 2 * MARGIN.detail, 'detail');
}

/** An arrow that may stand for several connections; it is known by the first of them. */
export function drawArrow({ from, to, kind, connections }: VisibleArrow, a: Box, b: Box): SVGGElement {
  const d = pathBetween(a, b, from === to);
  const label = labelOf(connections);
  return drawing(
    'g',
    {
      class: `connection ${kind}`,
      tabindex: 0,
      role: 'button',
      'aria-label': label,
      'data-id': connections[0]!.id,
    },
    [
      drawing('title', {}, [label]),
      drawing('path', { d, class: 'reach' }),
      drawing('path', { d, class: 'arrow', 'marker-end': `url(#tip-${kind})` }),
    ],
  );
}

function labelOf(connections: readonly DrawnConnection[]): string {
  const names = connections.map(({ id }) => id);
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  const several = names.length > 1 ? `; ${names.length} of them, chosen one after the other` : '';
  return `connection ${names.slice(0, 3).join(', ')}${more}: ${connections[0]!.detail}${several}`;
}

function tipOf(kind: string): SVGElement {
  const isBar = kind === 'inhibitory';
  const tip = isBar
    ? drawing('circle', { cx: 4, cy: 4, r: 3, class: `tip ${kind}` })
    : drawing('path', { d: 'M0 0 L8 4 L0 8 z', class: `tip ${kind}` });
  const size = { markerWidth: 8, markerHeight: 8, refX: 7, refY: 4, orient: 'auto', markerUnits: 'userSpaceOnUse' };
  return drawing('marker', { id: `tip-${kind}`, ...size }, [tip]);
}

function pathBetween(a: Box, b: Box, isLoop: boolean): string {
  const [x1, y1] = [a.x + a.width, a.y + a.height / 2];
  if (isLoop) return `M${x1 - 34} ${a.y} C ${x1 - 30} ${a.y - 18}, ${x1 - 90} ${a.y - 18}, ${x1 - 94} ${a.y - 1}`;
  const isBelow = b.y >= a.y + a.height + 8 && b.x < x1;
  if (isBelow) {
    const [from, to] = [a.x + a.width / 2, b.x + b.width / 2];
    const [y, end] = [a.y + a.height, b.y - 1];
    const half = (end - y) / 2;
    return `M${from} ${y} C ${from} ${y + half}, ${to} ${end - half}, ${to} ${end}`;
  }
  const [x2, y2] = [b.x - 1, b.y + b.height / 2];
  // What goes back goes below.
  const isBack = x2 < x1;
  const bend = isBack ? Math.min(90, 40 + (x1 - x2) / 8) : Math.max(24, (x2 - x1) / 2);
  if (!isBack || Math.abs(y2 - y1) > Math.max(a.height, b.height))
    return `M${x1} ${y1} C ${x1 + bend} ${y1}, ${x2 - bend} ${y2}, ${x2} ${y2}`;
  const low = Math.max(a.y + a.height, b.y + b.height) + 26;
  const [from, to] = [a.x + a.width / 2, b.x + b.width / 2];
  return `M${from} ${a.y + a.height} C ${from} ${low}, ${to} ${low}, ${to} ${b.y + b.height + 1}`;
}
