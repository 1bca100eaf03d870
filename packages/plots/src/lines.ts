/** @file Lines over an axis: the paths, as few points as the eye can tell, and names at their ends. */
import { line } from 'd3-shape';
import type { Axes } from './axes.ts';
import { element } from './svg.ts';
import { seriesClass } from './theme.ts';
import { widthOf, written } from './written-text.ts';

/** A line. Where a value is not finite, it is interrupted. */
export interface Line {
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** Which colour it has. */
  readonly series: number;
  /** Written at its end. */
  readonly name?: string | undefined;
  /** `behind`: broad and pale; `faint`: thin; `strong`: thick, and its name bold. */
  readonly style?: 'behind' | 'faint' | 'strong' | undefined;
  /** Whether its points are marked. */
  readonly dots?: boolean;
}

const NAME_GAP = 14;
const ALONE = 2.5;

/** The lines, dots and names. */
export function linesOf(lines: readonly Line[], axes: Axes): string {
  return [...lines.map((each) => pathOf(each, axes)), ...namesOf(lines, axes)].join('');
}

/** Pixels that names need beside the axes: at most two fifths of the picture. */
export function roomForNames(lines: readonly Line[], width: number): number {
  const widest = Math.max(0, ...lines.map(({ name }) => (name === undefined ? 0 : widthOf(name) + 12)));
  return Math.min(widest, 0.4 * width);
}

function pathOf({ x, y, series, style, dots = false }: Line, axes: Axes): string {
  const draw = line<number>()
    .defined((index) => isDrawn(x, y, index))
    .x((index) => axes.x(x[index]!))
    .y((index) => axes.y(y[index]!));
  const isAlone = (index: number): boolean =>
    isDrawn(x, y, index) && !isDrawn(x, y, index - 1) && !isDrawn(x, y, index + 1);
  const every = Array.from({ length: y.length }, (_, index) => index);
  const kept = thinned(x, y, axes);
  // A point between gaps is a line of no length, which nobody would see.
  const marked = every.filter((index) => (dots ? isDrawn(x, y, index) : isAlone(index)));
  const path = draw(kept) ?? '';
  const kind = style === 'behind' ? 'behind' : style === undefined ? 'line' : `line ${style}`;
  return element(
    'g',
    { class: seriesClass(series) },
    path === '' ? '' : element('path', { class: kind, d: path }),
    ...marked.map((index) =>
      element('circle', { class: 'dot', cx: axes.x(x[index]!), cy: axes.y(y[index]!), r: dots ? 3 : ALONE }),
    ),
  );
}

function isDrawn(x: ArrayLike<number>, y: ArrayLike<number>, index: number): boolean {
  return Number.isFinite(x[index]) && Number.isFinite(y[index]);
}

/** Indices of the points to draw: of those on one column of pixels the first, the lowest, the highest and the last; and every gap. */
function thinned(x: ArrayLike<number>, y: ArrayLike<number>, axes: Axes): readonly number[] {
  const every = Array.from({ length: y.length }, (_, index) => index);
  if (y.length <= 4 * (axes.right - axes.left)) return every;
  const kept = new Set<number>();
  const keep = (from: number, to: number): void => {
    let [low, high] = [from, from];
    for (let index = from; index < to; index++) {
      if (y[index]! < y[low]!) low = index;
      if (y[index]! > y[high]!) high = index;
    }
    for (const index of [from, low, high, to - 1]) kept.add(index);
  };
  for (let from = 0, to = 1; from < y.length; from = to++) {
    const isGap = !isDrawn(x, y, from);
    const column = Math.floor(axes.x(x[from]!));
    while (to < y.length && isDrawn(x, y, to) !== isGap && (isGap || Math.floor(axes.x(x[to]!)) === column)) to++;
    keep(from, to);
  }
  return [...kept].toSorted((a, b) => a - b);
}

/** Names beside the last points, moved apart where they would cover each other. */
function namesOf(lines: readonly Line[], axes: Axes): readonly string[] {
  const placed = lines
    .flatMap(({ x, y, series, name, style }) => {
      if (name === undefined) return [];
      const last = Array.from({ length: y.length }, (_, index) => index).findLast((index) => isDrawn(x, y, index));
      return last === undefined ? [] : [{ series, name, style, at: axes.y(y[last]!) }];
    })
    .toSorted((a, b) => a.at - b.at);
  const gap = Math.min(NAME_GAP, (axes.bottom - axes.top) / Math.max(1, placed.length - 1));
  let above = -Infinity;
  for (const each of placed) above = each.at = Math.max(each.at, above + gap, axes.top);
  let below = Infinity;
  for (const each of placed.toReversed()) below = each.at = Math.min(each.at, below - gap, axes.bottom);
  return placed.map(({ series, name, style, at }) =>
    written(
      { class: `name ${seriesClass(series)}${style === 'strong' ? ' bold' : ''}`, x: axes.right + 6, y: at + 4 },
      name,
      axes.width - axes.right - 8,
    ),
  );
}
