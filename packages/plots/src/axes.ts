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
