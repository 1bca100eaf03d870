/** @file What a training run told, epoch after epoch. */
import { refuseSurplus } from '@ndl/numerics';
import type { History } from '@ndl/training';
import { axesOf } from './axes.ts';
import { text } from './checks.ts';
import { invalidOption } from './errors.ts';
import { type Line, linesOf, roomForNames } from './lines.ts';
import { pictureOptions, svgOf, type PictureOptions } from './picture.ts';
import { extentOf, shown } from './ranges.ts';
import { counted } from './written-text.ts';

/** Options of `lossCurve`. */
export interface LossCurveOptions extends PictureOptions {
  /** Which report is drawn: `loss`, or the name of a metric. Default `loss`. */
  readonly report?: string | undefined;
  /** Of the values, with their unit. Default: the name of the report. */
  readonly label?: string | undefined;
}

const HEIGHT = 260;

/**
 * A report of training and, where there is one, of validation after each epoch, as SVG text.
 * @param history what `sim.train` gives
 * @throws NdlError INVALID_OPTION, UNKNOWN_OPTION
 */
export function lossCurve(history: History, options: LossCurveOptions = {}): string {
  refuseSurplus('lossCurve', arguments, 2);
  const report = text('lossCurve', 'report', (options as Partial<LossCurveOptions> | null)?.report ?? 'loss');
  const title = report === 'loss' ? 'Loss' : report.trim() === '' ? 'Report' : report;
  const picture = pictureOptions('lossCurve', options, title, ['report', 'label']);
  const epochs = (history as Partial<History> | null | undefined)?.epochs;
  if (!Array.isArray(epochs)) throw invalidOption('lossCurve', 'history', 'the History that sim.train gives', history);
  epochs.forEach(requireRecord);
  const reports = [...new Set(history.epochs.flatMap(({ training }) => Object.keys(training)))];
  if (reports.length > 0 && !reports.includes(report))
    throw invalidOption('lossCurve', 'report', `one of ${reports.map((name) => `'${name}'`).join(', ')}`, report);

  const x = Float64Array.from(history.epochs, ({ epoch }) => epoch);
  const lines = (['training', 'validation'] as const).flatMap((set, series): Line[] => {
    const y = Float64Array.from(history.epochs, (epoch) => epoch[set]?.[report] ?? NaN);
    return y.some(Number.isFinite) ? [{ x, y, series, name: set, dots: history.epochs.length <= 60 }] : [];
  });
  const height = picture.height ?? HEIGHT;
  const range = extentOf(...lines.map(({ y }) => y), [0]);
  const label = text('lossCurve', 'label', options.label ?? report);
  const axes = axesOf(
    picture,
    height,
    { label: 'epoch', domain: extentOf(x), whole: true },
    { label, domain: range, nice: true },
    roomForNames(lines, picture.width),
  );
  const ends = lines.map((line) => `${line.name}: ${courseOf(line)}.`);
  const words =
    x.length === 0 ? 'No epochs.' : `${counted(x.length, 'epoch')}. ${ends.join(' ') || `${report}: nowhere finite.`}`;
  return svgOf(picture, height, words, axes.drawn, linesOf(lines, axes));
}

/** How a line goes, from its first point to its last. Epochs without a finite value are counted, as they have none. */
function courseOf({ x, y }: Line): string {
  const drawn = Array.from(x, (_, index) => index).filter((index) => Number.isFinite(y[index]));
  const [first, last] = [drawn[0]!, drawn.at(-1)!];
  const course = `from ${shown(y[first]!)} to ${shown(y[last]!)}`;
  return drawn.length === x.length
    ? course
    : `${course}, in ${drawn.length} of ${counted(x.length, 'epoch')}, from epoch ${x[first]} to ${x[last]}`;
}

/** @throws NdlError INVALID_OPTION for what is no record of an epoch */
function requireRecord(record: unknown, index: number): void {
  const where = `history.epochs[${index}]`;
  const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isRecord(record)) throw invalidOption('lossCurve', where, 'a record { epoch, training }', record);
  const { epoch, training, validation = {} } = record;
  if (!Number.isSafeInteger(epoch)) throw invalidOption('lossCurve', `${where}.epoch`, 'a whole number', epoch);
  for (const [set, reports] of Object.entries({ training, validation })) {
    if (!isRecord(reports))
      throw invalidOption('lossCurve', `${where}.${set}`, 'an object of numbers by name', reports);
    for (const [name, value] of Object.entries(reports)) {
      if (typeof value !== 'number') throw invalidOption('lossCurve', `${where}.${set}.${name}`, 'a number', value);
    }
  }
}
