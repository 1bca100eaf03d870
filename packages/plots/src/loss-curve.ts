/** @file What a training run told, epoch after epoch. */
import { refuseSurplus } from '@ndl/numerics';
import type { History } from '@ndl/training';
import { axesOf, extentOf, shown } from './axes.ts';
import { text } from './checks.ts';
import { invalidOption } from './errors.ts';
import { type Line, linesOf, roomForNames } from './lines.ts';
import { pictureOptions, svgOf, type PictureOptions } from './picture.ts';
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
  const isHistory = Array.isArray(epochs) && epochs.every((each) => typeof each?.training === 'object');
  if (!isHistory) throw invalidOption('lossCurve', 'history', 'the History that sim.train gives', history);
  const reports = [...new Set(history.epochs.flatMap(({ training }) => Object.keys(training)))];
  if (reports.length > 0 && !reports.includes(report))
    throw invalidOption('lossCurve', 'report', `one of ${reports.map((name) => `'${name}'`).join(', ')}`, report);

  const x = Float64Array.from(history.epochs, ({ epoch }) => epoch);
  const lines = (['training', 'validation'] as const).flatMap((set, series): Line[] => {
    const y = Float64Array.from(history.epochs, (epoch) => epoch[set]?.[report] ?? NaN);
    return y.every(Number.isNaN) ? [] : [{ x, y, series, name: set, dots: history.epochs.length <= 60 }];
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
  const ends = lines.map(({ y, name }) => `${name}: from ${shown(y[0]!)} to ${shown(y[y.length - 1]!)}.`);
  const words = lines.length === 0 ? 'No epochs.' : `${counted(x.length, 'epoch')}. ${ends.join(' ')}`;
  return svgOf(picture, height, words, axes.drawn, linesOf(lines, axes));
}
