/** @file Values over time. */
import { type ArrayLikeInput, type NdArray, refuseSurplus } from '@ndl/numerics';
import { axesOf } from './axes.ts';
import { domain, names, shapeGiven, table, text, vector, wholeWithin } from './checks.ts';
import { wrongShape } from './errors.ts';
import { type Line, linesOf, roomForNames } from './lines.ts';
import { pictureOptions, svgOf, type PictureOptions } from './picture.ts';
import { extentOf, spanOf } from './ranges.ts';

/** Options of `traces`. */
export interface TracesOptions extends PictureOptions {
  /** One for each line, written at its end; an empty one is not. Default: numbers from 0 for two to ten lines, else none. */
  readonly names?: readonly string[] | undefined;
  /** The line that matters: it is drawn strongly and the others faintly. Default none. */
  readonly emphasis?: number | undefined;
  /** What the lines are meant to be, of the shape of the values: drawn pale and broad behind them. */
  readonly meant?: ArrayLikeInput | undefined;
  /** Ends of the axis of values, for pictures that are to be compared. Default: those of the values, made round. */
  readonly domain?: readonly [number, number] | undefined;
  /** Of the values, with their unit. Default `value`. */
  readonly label?: string | undefined;
  /** Of the times, with their unit. Default `seconds`. */
  readonly timeLabel?: string | undefined;
}

/** More lines than these are not named by themselves. */
const MOST_NAMED = 10;
const HEIGHT = 280;

/**
 * Lines over time, as SVG text. Values that are not finite interrupt a line.
 * @param times [samples], seconds: `sim.trange()` @param values [samples] or [samples, size]: `sim.data.get(probe)`
 * @throws NdlError SHAPE_MISMATCH, NOT_NUMERIC, RAGGED_ARRAY, UNKNOWN_OPTION, INVALID_OPTION
 */
export function traces(times: ArrayLikeInput, values: ArrayLikeInput, options: TracesOptions = {}): string {
  refuseSurplus('traces', arguments, 3);
  const known = ['names', 'emphasis', 'meant', 'domain', 'label', 'timeLabel'];
  const picture = pictureOptions('traces', options, 'Values over time', known);
  const x = vector('traces', 'times', times);
  const y = table('traces', 'values', values);
  const [samples, size] = y.shape as [number, number];
  if (samples !== x.length)
    throw wrongShape('traces', 'values', `[${x.length}] or [${x.length}, size]`, shapeGiven(values));
  const meant = options.meant === undefined ? undefined : table('traces', 'meant', options.meant);
  if (meant !== undefined && meant.shape.join() !== y.shape.join())
    throw wrongShape(
      'traces',
      'meant',
      `[${shapeGiven(values).join(', ')}], that of the values`,
      shapeGiven(options.meant!),
    );
  const { emphasis } = options;
  if (emphasis !== undefined) wholeWithin('traces', 'emphasis', emphasis, 0, Math.max(0, size - 1));
  const given = options.names === undefined ? numbered(size) : names('traces', 'names', options.names, size);

  const lines = columnsOf(y).map((column, series): Line => ({
    x,
    y: column,
    series,
    name: given?.[series] || undefined,
    style: emphasis === undefined ? undefined : series === emphasis ? 'strong' : 'faint',
  }));
  // What matters lies on top.
  if (emphasis !== undefined) lines.push(...lines.splice(emphasis, 1));
  const behind =
    meant === undefined
      ? []
      : columnsOf(meant).map((column, series): Line => ({ x, y: column, series, style: 'behind' }));
  const height = picture.height ?? HEIGHT;
  const seen = drawnOf(x, lines);
  const seenBehind = drawnOf(x, behind);
  const range = extentOf(seen.values, seenBehind.values);
  const axes = axesOf(
    picture,
    height,
    {
      label: text('traces', 'timeLabel', options.timeLabel ?? 'seconds'),
      domain: extentOf(seen.times, seenBehind.times),
    },
    {
      label: text('traces', 'label', options.label ?? 'value'),
      domain: options.domain === undefined ? range : domain('traces', 'domain', options.domain),
      nice: options.domain === undefined,
    },
    roomForNames(lines, picture.width),
  );
  const words =
    y.size === 0
      ? 'No values.'
      : seen.times.length === 0
        ? 'No value that is finite at a time that is.'
        : `${size === 1 ? 'One line' : `${size} lines`} ${spanOf(seen.times)}; values ${spanOf(seen.values)}.`;
  return svgOf(picture, height, words, axes.drawn, linesOf([...behind, ...lines], axes));
}

/** Times and values of the points that are drawn: both are finite. */
function drawnOf(x: Float64Array, lines: readonly Line[]): { readonly times: number[]; readonly values: number[] } {
  const [times, values]: [number[], number[]] = [[], []];
  for (const { y } of lines) {
    x.forEach((time, index) => {
      if (!Number.isFinite(time) || !Number.isFinite(y[index])) return;
      times.push(time);
      values.push(y[index]!);
    });
  }
  return { times, values };
}

function numbered(size: number): readonly string[] | undefined {
  return size < 2 || size > MOST_NAMED ? undefined : Array.from({ length: size }, (_, series) => String(series));
}

/** The columns of [rows, columns]. */
export function columnsOf({ data, shape }: NdArray): readonly Float64Array[] {
  const [rows, columns] = shape as [number, number];
  return Array.from({ length: columns }, (_, column) =>
    Float64Array.from({ length: rows }, (__, row) => data[row * columns + column]!),
  );
}
