/** @file Two axes with their ticks and units, and the room between them. */
import { type Picture, titleHeight } from './picture.ts';
import { type Extent, Scale } from './scale.ts';
import { element, escaped, rounded } from './svg.ts';
import { widthOf, written } from './written-text.ts';

/** An axis of numbers. */
export interface Axis extends Extent {
  /** With its unit. */
  readonly label: string;
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
  return [Math.max(least - room, -Number.MAX_VALUE), Math.min(most + room, Number.MAX_VALUE)];
}

/** The mean, even where the sum of finite numbers is none. */
export function meanOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Number.isFinite(mean) || values.length === 0
    ? mean
    : values.reduce((sum, value) => sum + value / values.length, 0);
}

/** A number for people. */
export function shown(value: number): string {
  if (!Number.isFinite(value)) return String(value);
  const text = value.toPrecision(3);
  // The largest numbers are not, once rounded up.
  return Number.isFinite(Number(text)) ? String(Number(text)) : text;
}

/** Lays axes out in a picture of this height, with so many pixels at the right for names. */
export function axesOf(picture: Picture, height: number, x: Axis, y: Axis, rightRoom = 0): Axes {
  const top = titleHeight(picture) + 24;
  const bottom = height - 40;
  const rows = Math.max(2, Math.floor((bottom - top) / 36));
  const vertical = new Scale(y, [bottom, top], rows);
  const left = Math.max(28, 16 + Math.max(0, ...vertical.ticks.map(([, text]) => widthOf(text))));
  const right = picture.width - 14 - rightRoom;
  const horizontal = new Scale(x, [left, right], Math.max(2, Math.floor((right - left) / 70)));
  // A long one at the end stands a little before it.
  const within = (at: number, text: string): number => Math.min(at, picture.width - 2 - widthOf(text) / 2);
  const marks = [
    ...vertical.ticks.flatMap(([at, text]) => [
      element('path', { class: 'grid', d: `M${rounded(left)} ${rounded(at)}H${rounded(right)}` }),
      element('text', { class: 'pale', x: left - 6, y: at + 4, 'text-anchor': 'end' }, escaped(text)),
    ]),
    ...horizontal.ticks.flatMap(([at, text]) => [
      element('path', { class: 'axis', d: `M${rounded(at)} ${bottom}v5` }),
      element('text', { class: 'pale', x: within(at, text), y: bottom + 17, 'text-anchor': 'middle' }, escaped(text)),
    ]),
    element('path', { class: 'axis', d: `M${rounded(left)} ${bottom}H${rounded(right)}` }),
    written({ x: 8, y: top - 10 }, y.label, picture.width - 16),
    written({ x: right, y: bottom + 33, 'text-anchor': 'end' }, x.label, right - 8),
  ];
  return {
    x: (value) => horizontal.at(value),
    y: (value) => vertical.at(value),
    left,
    right,
    top,
    bottom,
    width: picture.width,
    drawn: element('g', { class: 'axes' }, ...marks),
  };
}
