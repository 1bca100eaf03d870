/** @file A chart of characters, for terminals. */
import { type ArrayLikeInput, refuseSurplus } from '@ndl/numerics';
import { extentOf, meanOf } from './ranges.ts';
import { checkOptions, domain, names, shapeGiven, table, wholeWithin } from './checks.ts';
import { wrongShape } from './errors.ts';
import { columnsOf } from './traces.ts';

/** Options of `terminalPlot`. */
export interface TerminalPlotOptions {
  /** Characters beside each other, from 10 to 1000. Default 72. */
  readonly columns?: number | undefined;
  /** Lines, from 2 to 200. Default 13. */
  readonly rows?: number | undefined;
  /** One for each series, written below. Default none. */
  readonly names?: readonly string[] | undefined;
  /** [samples], written at the ends of a line below, in seconds. Default none. */
  readonly times?: ArrayLikeInput | undefined;
  /** Ends of the axis of values. Default: those of the series. */
  readonly domain?: readonly [number, number] | undefined;
}

const MARKS = ['•', '□', '×', '▲', '◇', '+'];

/**
 * Means of equal stretches of each series, one per column, between the ends of all. What is not finite leaves its column empty; where
 * series meet, the first is in front.
 * @param values [samples] or [samples, series]
 * @returns lines, without a line feed at the end
 * @throws NdlError SHAPE_MISMATCH, NOT_NUMERIC, RAGGED_ARRAY, UNKNOWN_OPTION, INVALID_OPTION
 */
export function terminalPlot(values: ArrayLikeInput, options: TerminalPlotOptions = {}): string {
  refuseSurplus('terminalPlot', arguments, 2);
  checkOptions('terminalPlot', options, ['columns', 'rows', 'names', 'times', 'domain']);
  const columns = wholeWithin('terminalPlot', 'columns', options.columns ?? 72, 10, 1000);
  const rows = wholeWithin('terminalPlot', 'rows', options.rows ?? 13, 2, 200);
  const array = table('terminalPlot', 'values', values);
  const [samples, size] = array.shape as [number, number];
  const times = options.times === undefined ? undefined : table('terminalPlot', 'times', options.times);
  if (times !== undefined && times.size !== samples)
    throw wrongShape('terminalPlot', 'times', `[${samples}], as many as samples`, shapeGiven(options.times!));
  const given = options.names === undefined ? undefined : names('terminalPlot', 'names', options.names, size);
  const markOf = (series: number): string => MARKS[series % MARKS.length]!;

  const series = columnsOf(array).map((column) => meansOf(column, columns));
  const [bottom, top] =
    options.domain === undefined ? extentOf(...series) : domain('terminalPlot', 'domain', options.domain);
  // Numbers whose differences, times rows, are too large are taken as smaller ones.
  const unit = Number.isFinite(rows * (top - bottom)) ? 1 : 2 ** -10;
  const range = top * unit - bottom * unit;
  const rowOf = (value: number): number => Math.round(((top * unit - value * unit) / range) * (rows - 1));
  const levels = Array.from({ length: rows }, (_, row) =>
    levelText((top * unit - (row * range) / (rows - 1)) / unit, range / unit),
  );
  const margin = Math.max(6, ...levels.map((level) => level.length));
  const lines = levels.map((level, row) => {
    const marks = Array.from({ length: columns }, (_, column) => {
      const front = series.findIndex((means) => rowOf(means[column]!) === row);
      return front < 0 ? ' ' : markOf(front);
    });
    return `${level.padStart(margin)} │${marks.join('').trimEnd()}`;
  });
  const space = ' '.repeat(margin + 2);
  if (times !== undefined && samples > 0) {
    const [first, last] = [`${times.data[0]} s`, `${times.data.at(-1)} s`];
    lines.push(
      `${' '.repeat(margin)} └${'─'.repeat(columns)}`,
      `${space}${first}${last.padStart(columns - first.length)}`,
    );
  }
  if (given !== undefined) lines.push(`${space}${given.map((name, index) => `${markOf(index)} ${name}`).join('   ')}`);
  return lines.join('\n');
}

function levelText(level: number, range: number): string {
  const isPlain = range >= 0.1 && Math.abs(level) < 1e5;
  return isPlain ? level.toFixed(2).replace(/^-(0\.00)$/, '$1') : level.toPrecision(3);
}

/** Means of as many equal stretches as there are columns; of fewer samples, the nearest one. NaN where there is none. */
function meansOf(values: Float64Array, columns: number): readonly number[] {
  return Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column * values.length) / columns);
    const to = Math.max(from + 1, Math.floor(((column + 1) * values.length) / columns));
    const stretch = values.subarray(from, to);
    return meanOf(stretch);
  });
}
