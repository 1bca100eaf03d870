/** @file Two axes with their ticks and units, and the room between them. */
import { scaleLinear } from 'd3-scale';
import { type Picture, titleHeight } from './picture.ts';
import { element, escaped, rounded, shortened, widthOf } from './svg.ts';

/** An axis of numbers. */
export interface Axis {
  /** With its unit. */
  readonly label: string;
  readonly domain: readonly [number, number];
  /** Whether ends may move to round numbers. Default false. */
  readonly nice?: boolean;
  /** Whole numbers alone. Default false. */
  readonly whole?: boolean;
}

/** Where numbers lie in the picture. */
export interface Axes {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Of the whole picture. */
  readonly width: number;
  /** What is drawn of the axes. */
  readonly drawn: string;
}

const CLOSEST = 0.1;

/** The ends of numbers that are finite, moved apart where they are one; 0 and 1 where there are none. */
export function extentOf(...lists: readonly ArrayLike<number>[]): readonly [number, number] {
  let [least, most] = [Infinity, -Infinity];
  for (const list of lists) {
    for (let index = 0; index < list.length; index++) {
      const value = list[index]!;
      if (!Number.isFinite(value)) continue;
      if (value < least) least = value;
      if (value > most) most = value;
    }
  }
  if (least > most) return [0, 1];
  if (most - least > Math.abs(most) * 1e-12) return [least, most];
  const room = Math.abs(most) * CLOSEST || 1;
  return [least - room, most + room];
}

/** A number for people. */
export function shown(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : String(value);
}

/** Lays axes out in a picture of this height, with so many pixels at the right for names. */
export function axesOf(picture: Picture, height: number, x: Axis, y: Axis, rightRoom = 0): Axes {
  const top = titleHeight(picture) + 24;
  const bottom = height - 40;
  const vertical = scaleLinear().domain(y.domain).range([bottom, top]);
  const rows = Math.max(2, Math.floor((bottom - top) / 36));
  if (y.nice === true) vertical.nice(rows);
  const yTicks = ticksOf(vertical, rows, y.whole);
  const left = Math.max(28, 16 + Math.max(...yTicks.map(([, text]) => widthOf(text))));
  const right = picture.width - 14 - rightRoom;
  const horizontal = scaleLinear().domain(x.domain).range([left, right]);
  const columns = Math.max(2, Math.floor((right - left) / 70));
  if (x.nice === true) horizontal.nice(columns);
  const marks = [
    ...yTicks.flatMap(([value, text]) => [
      element('path', { class: 'grid', d: `M${rounded(left)} ${rounded(vertical(value))}H${rounded(right)}` }),
      element('text', { class: 'pale', x: left - 6, y: vertical(value) + 4, 'text-anchor': 'end' }, escaped(text)),
    ]),
    ...ticksOf(horizontal, columns, x.whole).flatMap(([value, text]) => [
      element('path', { class: 'axis', d: `M${rounded(horizontal(value))} ${bottom}v5` }),
      element('text', { class: 'pale', x: horizontal(value), y: bottom + 17, 'text-anchor': 'middle' }, escaped(text)),
    ]),
    element('path', { class: 'axis', d: `M${rounded(left)} ${bottom}H${rounded(right)}` }),
    element('text', { x: 8, y: top - 10 }, escaped(shortened(y.label, picture.width - 16))),
    element('text', { x: right, y: bottom + 33, 'text-anchor': 'end' }, escaped(shortened(x.label, right - 8))),
  ];
  return {
    x: (value) => horizontal(value),
    y: (value) => vertical(value),
    left,
    right,
    top,
    bottom,
    width: picture.width,
    drawn: element('g', { class: 'axes' }, ...marks),
  };
}

type Scale = ReturnType<typeof scaleLinear<number, number>>;

function ticksOf(scale: Scale, count: number, whole = false): readonly (readonly [number, string])[] {
  const ticks = scale.ticks(count).filter((value) => !whole || Number.isInteger(value));
  const format = scale.tickFormat(count);
  return ticks.map((value) => [value, whole ? String(value) : format(value)]);
}
